"""Repaying a loan, in part, in full, or giving it back. Each in one unit of work, keyed by its intent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from finance_core import ledger
from finance_core.catalogue import product_version
from finance_core.kernel.errors import Conflict, RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans import entries, payments, queries, schedules
from finance_core.loans.accrual import accrue
from finance_core.loans.allocation import Owed, Part, allocate, total
from finance_core.loans.models import InstalmentRow, Loan, LoanState
from finance_core.loans.payments import Payment
from finance_core.loans.prepayment import replanned
from finance_core.loans.product import loan_product
from finance_core.loans.timeline import record
from finance_core.notices import Urgency, cancel, enqueue
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Repaid:
    """What a payment did: how much was taken, its reference, and whether that was the end of the loan."""

    loan: Loan
    amount: Money
    reference: str
    settled: bool
    paid_ahead: Money
    """Principal repaid before its day."""


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
    await payments.write(unit, [Payment(loan.id, posted.entry_id, entry.kind, parts)])
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


async def apply_parts(unit: Unit, parts: list[Part]) -> None:
    """Write down in the instalments what payments gave each, and which of them that settles. Set-wise."""
    values: dict[str, Any] = {
        name: [getattr(part, name) for part in parts]
        for name in ("loan_id", "nr", "penalty", "fee", "interest", "principal")
    }
    await unit.session.execute(_APPLY, {**values, "on": unit.open_on})


_APPLY = text(
    """
    UPDATE instalment i SET
        paid_penalty = i.paid_penalty + part.penalty,
        paid_fee = i.paid_fee + part.fee,
        paid_interest = i.paid_interest + part.interest,
        paid_principal = i.paid_principal + part.principal,
        penalty_exact = CASE
            WHEN i.paid_principal + part.principal = i.principal AND CAST(:on AS date) - i.due_on <= loan.grace_days
            THEN i.penalty ELSE i.penalty_exact END,
        settled_on = CASE
            WHEN i.due_on <= :on AND i.paid_principal + part.principal = i.principal
                AND i.paid_interest + part.interest = i.interest + i.late_interest
                AND i.paid_penalty + part.penalty = i.penalty
                AND i.paid_fee + part.fee = i.charged_fee + i.late_fee
            THEN CAST(:on AS date) END
    FROM unnest(CAST(:loan_id AS bigint[]), CAST(:nr AS integer[]), CAST(:penalty AS bigint[]),
            CAST(:fee AS bigint[]), CAST(:interest AS bigint[]), CAST(:principal AS bigint[]))
            AS part (loan_id, nr, penalty, fee, interest, principal)
        JOIN loan ON loan.id = part.loan_id
    WHERE i.loan_id = part.loan_id AND i.nr = part.nr
    """
)
_SETTLE_INSTALMENTS = text(
    "UPDATE instalment SET interest = accrued_interest, fee = charged_fee, settled_on = :on"
    " WHERE loan_id = :loan AND settled_on IS NULL"
)
_VOID_INSTALMENTS = text(
    "UPDATE instalment SET interest = 0, earned_before = 0, accrued_interest = 0, fee = 0, settled_on = :on"
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


_DROP_BEYOND = text("DELETE FROM instalment WHERE loan_id = :loan AND nr > :last")


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
    return [Part(loan_id=first.loan_id, nr=first.nr, interest=interest, principal=amount - interest)]


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
    await schedules.keep(unit, loan, "paid_ahead")


async def _after_payment(unit: Unit, loan: Loan, taken: int, reference: str, *, settled: bool, ahead: Money) -> Repaid:
    amount = Money(taken, ASSETS[loan.asset])
    record(unit, loan, "repaid", {"amount": taken, "reference": reference})
    if settled:
        await _end(unit, loan, LoanState.SETTLED, "settled")
    view = await queries.view(unit, loan)
    await cancel(unit, about=f"loan:{loan.id}")
    await enqueue(
        unit,
        customer_id=loan.customer_id,
        kind="receipt.loan_settled" if settled else "receipt.repayment",
        params={
            "sum": amount.as_json(),
            "reference": reference,
            "outstanding": view.outstanding.as_json(),
            "due_now": view.due_now.as_json(),
            "next_due": view.next_due.as_json(),
            "next_due_on": view.next_due_on.isoformat() if view.next_due_on else None,
        },
        urgency=Urgency.RECEIPT,
        key=f"receipt.repayment:{reference}",
        about=f"loan:{loan.id}",
    )
    return Repaid(loan, amount, reference, settled=settled, paid_ahead=ahead)


async def _end(unit: Unit, loan: Loan, state: LoanState, kind: str) -> None:
    loan.state, loan.ended_on = state, unit.open_on
    record(unit, loan, kind, {})
    await unit.session.flush()
    await cancel(unit, about=f"loan:{loan.id}")
