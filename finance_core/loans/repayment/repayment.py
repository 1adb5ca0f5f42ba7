"""Repaying a loan, in part, in full, or giving it back. Each in one unit of work, keyed by its intent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import text

from finance_core import ledger
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, RuleViolation
from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Transfer
from finance_core.loans import queries
from finance_core.loans.book import entries, payments, suspense
from finance_core.loans.book.accrual import accrue_until_today
from finance_core.loans.book.allocation import Owed, Part, spread, total
from finance_core.loans.book.falling_due import fall_due_today
from finance_core.loans.book.funding import require_not_held
from finance_core.loans.book.payments import Payment
from finance_core.loans.contact import promises
from finance_core.loans.events import EventKind, record
from finance_core.loans.models import InstalmentRow, Loan, LoanState
from finance_core.loans.repayment.notices import GivenBackReceipt, RepaymentReceipt, SettlementReceipt
from finance_core.loans.repayment.replanning import make_room
from finance_core.loans.rules.terms import Prepayment
from finance_core.notices import Urgency, cancel, enqueue
from finance_core.notices.contact_rules import WhyNot
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


async def repay(
    unit: Unit,
    loan_id: int,
    amount: Money | None,
    key: str,
    *,
    ahead: Prepayment | None = None,
    payer_id: int | None = None,
    first: tuple[Transfer, ...] = (),
    by_share_out: bool = False,
) -> Repaid:
    """Repay a loan from its borrower's wallet: what is due first, the rest ahead of time; only what is owed is taken.

    Args:
        amount: None settles in full, interest to the day.
        ahead: what principal paid ahead does: `reduce_instalment` or `reduce_term`; None: the contract's rule.
        payer_id: a guarantor, out of whose wallet it comes; the caller tells both.
        first: transfers that bring the money (`to_take`) into the wallet in the same entry.
        by_share_out: what a circle's member owes is set off against what they get, while nobody else repays.

    Raises:
        InsufficientFunds. Conflict: `loan_settled`, `circle_sharing_out`. RuleViolation: `nothing_owed`.
    """
    repaid = await _known(unit, loan_id, key)
    if repaid is not None:
        return repaid
    loan, owing, taken = await to_lay(unit, loan_id, amount)
    if not by_share_out:
        await require_not_held(unit, loan.funding_circle)
    parts = spread(owing, taken, unit.open_on)
    freed = (await suspense.releases(unit, {loan.id: parts}, {loan.id: loan})).get(loan.id)
    kind = "loan.repayment" if payer_id is None else "loan.guarantor_payment"
    entry = entries.repayment(loan, parts, kind, key, freed, payer_id)
    [posted] = await ledger.post(unit, replace(entry, transfers=(*first, *entry.transfers)))
    await payments.write(unit, [Payment(loan.id, posted.entry_id, entry.kind, parts, ahead)])
    await suspense.take(unit, {loan.id: freed} if freed else {})
    settled = taken == total(owing)
    paid_ahead = await write_down(unit, loan, parts, ahead, settled=settled, on=unit.open_on)
    repaid = await _after_payment(unit, loan, taken, posted.reference, settled=settled, ahead=paid_ahead)
    if payer_id is None:
        await _tell(unit, repaid)
    return repaid


async def to_take(unit: Unit, loan_id: int, amount: Money | None) -> Money:
    """Return what `repay` would take of `amount` now, the loan locked. Raises as `repay`, but for what is not there."""
    loan, _, taken = await to_lay(unit, loan_id, amount)
    return Money(taken, ASSETS[loan.asset])


async def give_back(unit: Unit, loan_id: int, key: str) -> Repaid:
    """Give the principal back within the cooling-off days: interest and fees are cancelled, the fee withheld returns.

    Raises:
        RuleViolation: `cooling_off_over`, `cooling_off_paid` (something has been repaid already). InsufficientFunds.
        Conflict: `circle_sharing_out`.
    """
    loan = await locked_active(unit, loan_id)
    await require_not_held(unit, loan.funding_circle)
    if unit.open_on > loan.cooling_off_until:
        raise RuleViolation(ErrorCode.COOLING_OFF_OVER, until=loan.cooling_off_until)
    rows = await queries.instalments(unit, loan.id)
    if any(map(queries.is_touched, rows)):
        raise RuleViolation(ErrorCode.COOLING_OFF_PAID)
    [posted] = await ledger.post(unit, entries.cooling_off(loan, _charged(rows), key))
    await unit.session.execute(_VOID_INSTALMENTS, {"loan": loan.id, "on": unit.open_on})
    loan.fee_earned = loan.fee_deferred
    await end(unit, loan, LoanState.VOID, "given_back", {"amount": loan.principal, "reference": posted.reference})
    asset = ASSETS[loan.asset]
    given = Repaid(loan, Money(loan.principal, asset), posted.reference, settled=True, paid_ahead=Money.zero(asset))
    await _tell_given_back(unit, given)
    return given


async def bring_up_to_date(unit: Unit, loan: Loan) -> None:
    """Post what the days before today have earned and what falls due today, should the night's steps and the morning's
    not have come to this loan yet. The caller holds its lock.
    """
    await accrue_until_today(unit, [loan])
    await fall_due_today(unit, [loan])
    await unit.session.refresh(loan)


async def locked_active(unit: Unit, loan_id: int) -> Loan:
    """Return a running loan with its row locked. Raises NotFound: `loan`; Conflict: `loan_settled`."""
    loan = await queries.locked(unit, loan_id)
    if loan.state != LoanState.ACTIVE:
        raise Conflict(ErrorCode.LOAN_SETTLED)
    return loan


_SETTLE_INSTALMENTS = text(
    "UPDATE instalment SET interest = accrued_interest, fee = charged_fee, settled_on = :on"
    " WHERE loan_id = :loan AND settled_on IS NULL"
)
_VOID_INSTALMENTS = text(
    """
    UPDATE instalment SET settled_on = :on, interest = 0, earned_before = 0, accrued_interest = 0, late_interest = 0,
        late_interest_exact = 0, penalty = 0, penalty_exact = 0, fee = 0, charged_fee = 0, late_fee = 0
    WHERE loan_id = :loan
    """
)


async def to_lay(unit: Unit, loan_id: int, amount: Money | None) -> tuple[Loan, list[Owed], int]:
    """Return the loan locked and brought up to date, what it owes, and what of `amount` (None: all) that takes.

    Raises:
        NotFound: `loan`. Conflict: `loan_settled`. RuleViolation: `nothing_owed`.
    """
    loan = await locked_active(unit, loan_id)
    await bring_up_to_date(unit, loan)
    owing = await queries.owed(unit, [loan.id], unit.open_on)
    everything = total(owing)
    taken = everything if amount is None else min(amount.amount, everything)
    if taken <= 0:
        raise RuleViolation(ErrorCode.NOTHING_OWED)
    return loan, owing, taken


def _charged(rows: Sequence[InstalmentRow]) -> dict[str, int]:
    """Return what is posted to the ledger is owed beside principal, of a loan on which nothing was paid."""
    return {
        "penalty": sum(row.penalty for row in rows),
        "fee": sum(row.charged_fee + row.late_fee for row in rows),
        "interest": sum(row.accrued_interest + row.late_interest for row in rows),
    }


async def _known(unit: Unit, loan_id: int, key: str) -> Repaid | None:
    """Return what a payment with this key did, None when there was none yet."""
    posted = await ledger.find(unit, key)
    if posted is None:
        return None
    payment = await payments.of_entry(unit, posted.entry_id)
    loan = await queries.locked(unit, loan_id)
    due_days = {row["nr"]: date.fromisoformat(row["due_on"]) for row in payment.before}
    ahead = sum(part["principal"] for part in payment.parts if due_days[part["nr"]] > payment.on_date)
    asset = ASSETS[loan.asset]
    settled = loan.state == LoanState.SETTLED and loan.ended_on == payment.on_date
    return Repaid(loan, Money(payment.amount, asset), posted.reference, settled=settled, paid_ahead=Money(ahead, asset))


async def write_down(
    unit: Unit, loan: Loan, parts: list[Part], ahead: Prepayment | None, *, settled: bool, on: date
) -> Money:
    """Write a payment that counts from `on` into the instalments; return the principal that was repaid ahead."""
    due_days = {row.nr: row.due_on for row in await queries.instalments(unit, loan.id)}
    early = sum(part.principal for part in parts if due_days[part.nr] > on)
    if early and not settled:
        await make_room(unit, loan, parts[-1], ahead, on)
    await payments.apply(unit, parts, on)
    if settled:
        await unit.session.execute(_SETTLE_INSTALMENTS, {"loan": loan.id, "on": on})
    return Money(early, ASSETS[loan.asset])


async def _after_payment(unit: Unit, loan: Loan, taken: int, reference: str, *, settled: bool, ahead: Money) -> Repaid:
    amount = Money(taken, ASSETS[loan.asset])
    record(unit, loan, "repaid", {"amount": taken, "reference": reference})
    if settled:
        await payments.earn_fee_rest(unit, [loan])
        await end(unit, loan, LoanState.SETTLED, "settled")
    await cancel(unit, about=f"loan:{loan.id}", because=WhyNot.PAID)
    await promises.keep(unit, [loan.id])
    return Repaid(loan, amount, reference, settled=settled, paid_ahead=ahead)


async def _tell(unit: Unit, repaid: Repaid) -> None:
    loan, reference = repaid.loan, repaid.reference
    view = await queries.view(unit, loan)
    receipt = SettlementReceipt if repaid.settled else RepaymentReceipt
    await enqueue(
        unit,
        receipt(
            loan=loan.id,
            sum=repaid.amount,
            reference=reference,
            outstanding=view.outstanding,
            due_now=view.due_now,
            next_due=view.next_due,
            next_due_on=view.next_due_on,
        ),
        customer_id=loan.customer_id,
        urgency=Urgency.RECEIPT,
        key=f"receipt.repayment:{reference}",
        about=f"loan:{loan.id}",
    )


async def _tell_given_back(unit: Unit, given: Repaid) -> None:
    balance = await ledger.balance(unit, ledger.customer_wallet(given.loan.customer_id, given.amount.asset))
    fee = Money(given.loan.fee_deferred, given.amount.asset)
    await enqueue(
        unit,
        GivenBackReceipt(sum=given.amount, fee=fee, balance=balance, reference=given.reference),
        customer_id=given.loan.customer_id,
        urgency=Urgency.RECEIPT,
        key=f"receipt.loan_given_back:{given.reference}",
        about=f"loan:{given.loan.id}",
    )


async def end(unit: Unit, loan: Loan, state: LoanState, kind: EventKind, details: JsonObject | None = None) -> None:
    """Put an end to a loan today, on its timeline too (`kind`, with `details`); nothing more is reminded of."""
    loan.state, loan.ended_on = state, unit.open_on
    record(unit, loan, kind, details or {})
    await unit.session.flush()
    await cancel(unit, about=f"loan:{loan.id}", because=WhyNot.PAID)
