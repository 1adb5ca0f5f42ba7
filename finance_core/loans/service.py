"""Use cases of a loan: quote, apply, sign, repay, settle, give back. Each in one unit of work, keyed by its intent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.catalogue import product as product_on_sale
from finance_core.catalogue import product_version
from finance_core.customers.models import Customer
from finance_core.customers.queries import locked as lock_customer
from finance_core.customers.rules import TIERS
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans import entries, queries
from finance_core.loans.accrual import accrue
from finance_core.loans.allocation import Owed, Part, allocate, total
from finance_core.loans.decision import Applicant, Decision, decide, grade_of
from finance_core.loans.models import InstalmentRow, Loan, LoanEvent, LoanState
from finance_core.loans.prepayment import replanned
from finance_core.loans.product import LoanProduct, loan_product
from finance_core.loans.rules.price import all_in
from finance_core.loans.rules.schedule import Schedule, schedule
from finance_core.loans.rules.terms import Terms
from finance_core.notices import Urgency, cancel, enqueue
from finance_core.storage.unit import Unit

LIGHTNING: Final = "lightning"
RATE_STEP: Final = Decimal("0.01")
"""Percent a year: in these steps a grade's rate is lowered until the all-in rate meets the cap."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a loan would be, for one person on one day."""

    product: LoanProduct
    grade: str
    terms: Terms
    schedule: Schedule
    all_in_rate: Decimal
    """Percent: the effective annual rate with every fee, the most prominent figure wherever it is shown."""

    @property
    def principal(self) -> Money:
        return self.terms.principal

    @property
    def cost(self) -> Money:
        """What is paid for borrowing, in money: interest and fees."""
        return Money(self.schedule.interest + self.schedule.fee + self.terms.fee_at_disbursement, self.principal.asset)

    @property
    def instalment(self) -> Money:
        return Money(self.schedule.instalments[0].total, self.principal.asset)


@dataclass(frozen=True, slots=True)
class Repaid:
    """What a payment did: how much was taken, its reference, and whether that was the end of the loan."""

    loan: Loan
    amount: Money
    reference: str
    settled: bool
    paid_ahead: Money
    """Principal repaid before its day."""


async def quote(unit: Unit, customer: Customer, principal: Money, count: int | None, code: str = LIGHTNING) -> Quote:
    """Price a loan for this person today; nothing is stored.

    Raises:
        InvalidInput: `loan_amount_range` (minimum, maximum, step), `loan_count` (counts).
    """
    product = loan_product(await product_on_sale(unit, code))
    _check_sum(product, principal)
    chosen = count if count is not None else product.default_count
    if chosen not in product.counts:
        raise InvalidInput("loan_count", counts=", ".join(map(str, product.counts)))
    grade = grade_of(await applicant(unit, customer))
    terms = _within_cap(product, product.terms(principal, chosen, product.annual_rate(grade), unit.open_on))
    plan = schedule(terms)
    return Quote(product, grade, terms, plan, all_in(terms, plan))


async def decision(unit: Unit, customer: Customer, offered: Quote) -> Decision:
    """Decide on what was quoted, by tier, history, arrears and what the person says to earn."""
    return decide(
        await applicant(unit, customer),
        offered.principal,
        offered.instalment,
        offered.product.maximum,
        one_at_a_time=offered.product.one_at_a_time,
    )


async def applicant(unit: Unit, customer: Customer) -> Applicant:
    """Gather the facts that a decision looks at."""
    loans = await queries.of_customer(unit, customer.id)
    running = [loan for loan in loans if loan.state == LoanState.ACTIVE]
    views = [await queries.view(unit, loan) for loan in running]
    asset = TIERS[0].loan_limit.asset
    return Applicant(
        tier_limit=TIERS[customer.tier].loan_limit,
        loans_repaid=sum(loan.state == LoanState.SETTLED for loan in loans),
        loans_open=len(running),
        days_past_due=max((view.days_past_due for view in views), default=0),
        income=_money(customer.monthly_income, asset),
        other_instalments=_money(customer.other_instalments, asset),
    )


async def sign(
    unit: Unit,
    customer_id: int,
    principal: Money,
    count: int,
    key: str,
    *,
    automatic_debit: bool,
    from_change_plus: bool,
) -> tuple[Loan, str]:
    """Sign the contract and pay the principal out into the wallet; return the loan and the receipt's reference.

    What was quoted is computed anew, under the customer's lock, so that two at once cannot both pass "one at a time".

    Raises:
        RuleViolation: `loan_declined` with `reasons`. NotAllowed: `adult_unconfirmed`. InvalidInput as `quote`.
    """
    customer = await lock_customer(unit, customer_id)
    if customer.adult_confirmed_at is None:
        raise NotAllowed("adult_unconfirmed")
    offered = await quote(unit, customer, principal, count)
    decided = await decision(unit, customer, offered)
    if not decided.is_approved:
        raise RuleViolation("loan_declined", reasons=", ".join(decided.reasons))
    loan = await _contract(
        unit, customer_id, offered, key, automatic_debit=automatic_debit, from_change_plus=from_change_plus
    )
    [posted] = await ledger.post(unit, entries.disbursement(loan, contract_hash(loan, offered.schedule)))
    _event(unit, loan, "disbursed", {"reference": posted.reference})
    await enqueue(
        unit,
        customer_id=customer_id,
        kind="receipt.loan",
        params={
            "sum": _params(principal),
            "reference": posted.reference,
            "first_due_on": offered.schedule.instalments[0].due_on.isoformat(),
            "first": _params(offered.instalment),
            "cooling_off_until": loan.cooling_off_until.isoformat(),
            "balance": _params(await ledger.balance(unit, entries.wallet(customer_id, principal.asset))),
        },
        urgency=Urgency.RECEIPT,
        key=f"receipt.loan:{loan.id}",
        about=f"loan:{loan.id}",
    )
    return loan, posted.reference


async def repay(unit: Unit, loan_id: int, amount: Money | None, key: str) -> Repaid:
    """Repay a loan from its borrower's wallet: what is due first, the rest ahead of time; only what is owed is taken.

    Args:
        amount: None settles in full, interest to the day.

    Raises:
        InsufficientFunds. Conflict: `loan_settled`. RuleViolation: `nothing_owed`.
    """
    loan = await _locked_active(unit, loan_id)
    await bring_up_to_date(unit, loan)
    owing = await queries.owed(unit, [loan.id], unit.open_on)
    everything = sum(each.total for each in owing)
    taken = everything if amount is None else min(amount.amount, everything)
    if taken <= 0:
        raise RuleViolation("nothing_owed")
    parts = _spread(owing, taken, everything, unit.open_on)
    entry = entries.repayment(loan, parts, "loan.repayment", key)
    [posted] = await ledger.post(unit, entry)
    settled = taken == everything
    ahead = await _apply(unit, loan, parts, settled=settled)
    return await _after_payment(unit, loan, taken, posted.reference, settled=settled, ahead=ahead)


async def give_back(unit: Unit, loan_id: int, key: str) -> Repaid:
    """Give the principal back within the cooling-off days: interest is cancelled, the contract is void.

    Raises:
        RuleViolation: `cooling_off_over`, `cooling_off_paid` (something has been repaid already). InsufficientFunds.
    """
    loan = await _locked_active(unit, loan_id)
    if unit.open_on > loan.cooling_off_until:
        raise RuleViolation("cooling_off_over", until=loan.cooling_off_until)
    rows = await queries.instalments(unit, loan.id)
    if any(row.paid_principal or row.paid_interest for row in rows):
        raise RuleViolation("cooling_off_paid")
    asset = ASSETS[loan.asset]
    earned = await ledger.balance(unit, ledger.Account("1110", loan.id, asset))
    [posted] = await ledger.post(unit, entries.cooling_off(loan, earned.amount, loan.principal, key))
    await unit.session.execute(_VOID_INSTALMENTS, {"loan": loan.id, "on": unit.open_on})
    await _end(unit, loan, LoanState.VOID, "given_back")
    return Repaid(loan, Money(loan.principal, asset), posted.reference, settled=True, paid_ahead=Money.zero(asset))


async def bring_up_to_date(unit: Unit, loan: Loan) -> None:
    """Post what the days before today have earned, should the night's accrual not have come to this loan yet."""
    yesterday = unit.open_on - timedelta(days=1)
    key = f"loan:{loan.id}:accrued:{unit.now.isoformat()}"
    await accrue(unit, yesterday, after=loan.id - 1, until=loan.id, on=unit.open_on, key=key)


async def choose_automatic_debit(unit: Unit, loan_id: int, customer_id: int, *, consent: bool) -> Loan:
    """Give or withdraw the consent to be debited on due days. Withdrawn consent changes nothing of what is owed."""
    loan = await queries.by_id(unit, loan_id, customer_id)
    loan.automatic_debit = consent
    _event(unit, loan, "debit_consent" if consent else "debit_consent_withdrawn", {})
    return loan


def contract_hash(loan: Loan, plan: Schedule) -> str:
    """Return the SHA-256 of the contract's terms and schedule in canonical JSON: what was signed, for good."""
    terms = {
        "customer": loan.customer_id,
        "product": [loan.product, loan.product_version],
        "principal": loan.principal,
        "asset": loan.asset,
        "annual_rate": str(loan.annual_rate),
        "penalty_rate": str(loan.penalty_rate),
        "all_in_rate": str(loan.all_in_rate),
        "signed_at": loan.signed_at.isoformat(),
        "schedule": [[line.due_on.isoformat(), line.principal, line.interest] for line in plan.instalments],
    }
    return hashlib.sha256(json.dumps(terms, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


async def apply_parts(unit: Unit, parts: list[Part]) -> None:
    """Write down in the instalments what payments gave each, and which of them that settles. Set-wise."""
    values: dict[str, Any] = {
        name: [getattr(part, name) for part in parts] for name in ("loan_id", "nr", "penalty", "interest", "principal")
    }
    await unit.session.execute(_APPLY, {**values, "on": unit.open_on})


# -- inside --------------------------------------------------------------------------------------------------------

_APPLY = text(
    """
    UPDATE instalment i SET
        paid_penalty = i.paid_penalty + part.penalty,
        paid_interest = i.paid_interest + part.interest,
        paid_principal = i.paid_principal + part.principal,
        penalty_exact = CASE
            WHEN i.paid_principal + part.principal = i.principal AND CAST(:on AS date) - i.due_on <= loan.grace_days
            THEN i.penalty ELSE i.penalty_exact END,
        settled_on = CASE
            WHEN i.due_on <= :on AND i.paid_principal + part.principal = i.principal
                AND i.paid_interest + part.interest = i.interest + i.late_interest
                AND i.paid_penalty + part.penalty = i.penalty
            THEN CAST(:on AS date) END
    FROM unnest(CAST(:loan_id AS bigint[]), CAST(:nr AS integer[]), CAST(:penalty AS bigint[]),
            CAST(:interest AS bigint[]), CAST(:principal AS bigint[]))
            AS part (loan_id, nr, penalty, interest, principal)
        JOIN loan ON loan.id = part.loan_id
    WHERE i.loan_id = part.loan_id AND i.nr = part.nr
    """
)
_SETTLE_INSTALMENTS = text(
    "UPDATE instalment SET interest = accrued_interest, settled_on = :on WHERE loan_id = :loan AND settled_on IS NULL"
)
_VOID_INSTALMENTS = text(
    "UPDATE instalment SET interest = 0, earned_before = 0, accrued_interest = 0, settled_on = :on"
    " WHERE loan_id = :loan"
)
_REPLAN = text(
    """
    UPDATE instalment i SET
        starts_on = CASE WHEN i.nr = :first THEN CAST(:on AS date) ELSE i.starts_on END,
        earned_before = CASE WHEN i.nr = :first THEN i.accrued_interest ELSE 0 END,
        interest = planned.interest + CASE WHEN i.nr = :first THEN i.accrued_interest ELSE 0 END,
        principal = planned.principal + i.paid_principal
    FROM unnest(CAST(:nr AS integer[]), CAST(:principal AS bigint[]), CAST(:interest AS bigint[]))
        AS planned (nr, principal, interest)
    WHERE i.loan_id = :loan AND i.nr = planned.nr
    """
)


def _check_sum(product: LoanProduct, principal: Money) -> None:
    fits = product.minimum <= principal <= product.maximum and principal.amount % product.step.amount == 0
    if not fits:
        raise InvalidInput("loan_amount_range", minimum=product.minimum, maximum=product.maximum, step=product.step)


def _within_cap(product: LoanProduct, terms: Terms) -> Terms:
    """Return the terms with the rate lowered until the all-in rate meets the cap of the contract's day."""
    cap = product.cap_on(terms.disbursed_on)
    if all_in(terms, schedule(terms)) <= cap:
        return terms
    low, high = 0, int(terms.annual_rate / RATE_STEP)
    while low < high:
        middle = (low + high + 1) // 2
        tried = _at_rate(product, terms, middle * RATE_STEP)
        low, high = (middle, high) if all_in(tried, schedule(tried)) <= cap else (low, middle - 1)
    return _at_rate(product, terms, low * RATE_STEP)


def _at_rate(product: LoanProduct, terms: Terms, rate: Decimal) -> Terms:
    return product.terms(terms.principal, terms.count, rate, terms.disbursed_on)


async def _contract(
    unit: Unit, customer_id: int, offered: Quote, key: str, *, automatic_debit: bool, from_change_plus: bool
) -> Loan:
    product, terms = offered.product, offered.terms
    cap = product.cap_on(unit.open_on)
    loan = Loan(
        key=key,
        customer_id=customer_id,
        product=product.code,
        product_version=product.version,
        product_number=product.number,
        grade=offered.grade,
        asset=terms.principal.asset.code,
        principal=terms.principal.amount,
        annual_rate=terms.annual_rate,
        penalty_rate=max(Decimal(0), min(terms.annual_rate * product.penalty_factor, cap) - terms.annual_rate),
        grace_days=product.grace_days,
        all_in_rate=offered.all_in_rate,
        count=terms.count,
        automatic_debit=automatic_debit,
        debit_from_change_plus=from_change_plus,
        signed_at=unit.now,
        disbursed_on=unit.open_on,
        cooling_off_until=unit.open_on + timedelta(days=product.cooling_off_days),
        state=LoanState.ACTIVE,
    )
    unit.session.add(loan)
    await unit.session.flush()
    starts_on = unit.open_on
    for line in offered.schedule.instalments:
        unit.session.add(
            InstalmentRow(
                loan_id=loan.id,
                nr=line.nr,
                starts_on=starts_on,
                due_on=line.due_on,
                principal=line.principal,
                interest=line.interest,
            )
        )
        starts_on = line.due_on
    _event(unit, loan, "signed", {"all_in_rate": str(offered.all_in_rate)})
    await unit.session.flush()
    return loan


async def _locked_active(unit: Unit, loan_id: int) -> Loan:
    loan = await queries.locked(unit, loan_id)
    if loan.state != LoanState.ACTIVE:
        raise Conflict("loan_settled")
    return loan


def _spread(owing: list[Owed], taken: int, everything: int, on: date) -> list[Part]:
    """Return what each instalment receives: all of it when everything is paid, else what is due, then what is ahead."""
    if taken == everything:
        return allocate(owing, taken)
    due = [each for each in owing if each.due_on <= on]
    parts = allocate(due, taken)
    ahead = taken - total(parts)
    running = [each for each in owing if each.due_on > on]
    if ahead == 0 or not running:
        return parts
    return parts + _pay_ahead(running, ahead)


def _pay_ahead(running: list[Owed], amount: int) -> list[Part]:
    """Pay the running period's interest to the day, then principal, all of it written on the running instalment."""
    first = running[0]
    interest = min(amount, first.interest)
    return [Part(first.loan_id, first.nr, 0, interest, amount - interest)]


async def _apply(unit: Unit, loan: Loan, parts: list[Part], *, settled: bool) -> Money:
    """Write the payment into the instalments; return the principal that was repaid ahead of its day."""
    asset = ASSETS[loan.asset]
    rows = {row.nr: row for row in await queries.instalments(unit, loan.id)}
    ahead = sum(part.principal for part in parts if rows[part.nr].due_on > unit.open_on)
    if settled:
        await apply_parts(unit, parts)
        await unit.session.execute(_SETTLE_INSTALMENTS, {"loan": loan.id, "on": unit.open_on})
        return Money(ahead, asset)
    if ahead:
        await _make_room(unit, loan, rows, parts[-1])
    await apply_parts(unit, parts)
    return Money(ahead, asset)


async def _make_room(unit: Unit, loan: Loan, rows: dict[int, InstalmentRow], part: Part) -> None:
    """Plan the rest anew for what is left after `part` repaid principal ahead, before it is written down."""
    product = loan_product(await product_version(unit, loan.product, loan.product_version))
    asset = ASSETS[loan.asset]
    terms = product.terms(Money(loan.principal, asset), loan.count, loan.annual_rate, loan.disbursed_on)
    left = sum(row.principal - row.paid_principal for nr, row in rows.items() if nr >= part.nr) - part.principal
    splits = replanned(terms, left, part.nr, unit.open_on)
    numbers = range(part.nr, part.nr + len(splits))
    principals = [principal for principal, _ in splits]
    principals[0] += part.principal
    await unit.session.execute(
        _REPLAN,
        {
            "loan": loan.id,
            "first": part.nr,
            "on": unit.open_on,
            "nr": list(numbers),
            "principal": principals,
            "interest": [interest for _, interest in splits],
        },
    )
    await unit.session.execute(_DROP_BEYOND, {"loan": loan.id, "last": part.nr + len(splits) - 1})


_DROP_BEYOND = text("DELETE FROM instalment WHERE loan_id = :loan AND nr > :last")


async def _after_payment(unit: Unit, loan: Loan, taken: int, reference: str, *, settled: bool, ahead: Money) -> Repaid:
    amount = Money(taken, ASSETS[loan.asset])
    _event(unit, loan, "repaid", {"amount": taken, "reference": reference})
    if settled:
        await _end(unit, loan, LoanState.SETTLED, "settled")
    view = await queries.view(unit, loan)
    await cancel(unit, about=f"loan:{loan.id}")
    await enqueue(
        unit,
        customer_id=loan.customer_id,
        kind="receipt.loan_settled" if settled else "receipt.repayment",
        params={
            "sum": _params(amount),
            "reference": reference,
            "outstanding": _params(view.outstanding),
            "due_now": _params(view.due_now),
            "next_due": _params(view.next_due),
            "next_due_on": view.next_due_on.isoformat() if view.next_due_on else None,
        },
        urgency=Urgency.RECEIPT,
        key=f"receipt.repayment:{reference}",
        about=f"loan:{loan.id}",
    )
    return Repaid(loan, amount, reference, settled=settled, paid_ahead=ahead)


async def _end(unit: Unit, loan: Loan, state: LoanState, kind: str) -> None:
    loan.state, loan.ended_on = state, unit.open_on
    _event(unit, loan, kind, {})
    await unit.session.flush()
    await cancel(unit, about=f"loan:{loan.id}")


def _event(unit: Unit, loan: Loan, kind: str, details: dict[str, Any]) -> None:
    unit.session.add(LoanEvent(loan_id=loan.id, kind=kind, on_date=unit.open_on, at=unit.now, details=details))


def _money(amount: int | None, asset: Any) -> Money | None:
    return None if amount is None else Money(amount, asset)


def _params(money: Money) -> dict[str, int | str]:
    return {"amount": money.amount, "asset": money.asset.code}
