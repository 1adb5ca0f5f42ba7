"""Living a loan's days through again after one of its payments was taken back: on its rows, posting only payments.

The rules are those of the days themselves (accrual, falling due, allocation, suspense); only the entries differ: what
the days charge is posted as one sum at the end, and before a payment what it would find uncharged, see `true_up`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.kernel.money import ASSETS
from finance_core.ledger import Entry, Transfer
from finance_core.loans import queries
from finance_core.loans.book import entries, payments, suspense
from finance_core.loans.book.accrual import accrue_rows
from finance_core.loans.book.allocation import Part, allocate, spread, total
from finance_core.loans.book.falling_due import fall_due_rows
from finance_core.loans.book.payments import Payment
from finance_core.loans.models import InstalmentRow, Loan, LoanPayment
from finance_core.loans.operations import common, waive
from finance_core.loans.operations.true_up import charge_what_lacks
from finance_core.loans.repayment.repayment import write_down
from finance_core.loans.rules.classes import DUES_TO_RETURN, NON_ACCRUAL_DAYS
from finance_core.loans.rules.terms import Prepayment
from finance_core.storage.unit import Unit

DEBIT: Final = "loan.debit"
"""Payments of this kind take what is due and nothing ahead."""

_ONE_DAY: Final = timedelta(days=1)
_CURED_ON: Final = text(
    "SELECT from_on FROM arrears WHERE loan_id = :loan AND from_on < :on ORDER BY from_on DESC LIMIT 1"
)
_PAYER: Final = text(
    """
    SELECT DISTINCT payer.owner FROM transfer t JOIN account payer ON payer.id = t.debit_id
    WHERE t.entry_id = :entry AND payer.code = '2010'
    """
)


@dataclass(slots=True)
class ReplayState:
    """Where a loan stands while its days are lived through: since when it is overdue, and when that last changed."""

    loan: Loan
    overdue_since: date | None
    changed_on: date


async def replay_days(
    unit: Unit, loan: Loan, again: Sequence[LoanPayment], from_on: date, overdue_since: date | None, key: str
) -> None:
    """Bring a loan's rows from the morning of `from_on` to today's, with the payments `again` on their own days.

    Args:
        loan: locked, its rows as they were before the first of the payments that are undone.
        again: the payments that stay, in their order; each is posted anew, on the open date with its own value date.
        overdue_since: at the close before `from_on`.
        key: what the new entries' keys begin with.
    """
    changed_on = await unit.session.scalar(_CURED_ON, {"loan": loan.id, "on": from_on}) or loan.disbursed_on
    state = ReplayState(loan, overdue_since, changed_on)
    waiting = list(again)
    for day in _days(await queries.instalments(unit, loan.id), again, from_on, unit.open_on):
        await accrue_rows(unit, [loan], day)
        await fall_due_rows(unit, [loan], day)
        await unit.session.refresh(loan)
        while waiting and waiting[0].value_on == day:
            await _pay_again(unit, loan, waiting.pop(0), key)
        if day < unit.open_on:
            await _close(unit, state, day)
    assert not waiting, "each payment has its day"


def _days(rows: Sequence[InstalmentRow], again: Sequence[LoanPayment], first: date, last: date) -> list[date]:
    """Return the days on which something may happen beside earning: dues, payments, 91 days past due; and the last."""
    dues = [row.due_on for row in rows]
    turns = [due_on + timedelta(days=NON_ACCRUAL_DAYS) for due_on in dues]
    days = {first, last, *dues, *turns, *(payment.value_on for payment in again)}
    return sorted(day for day in days if first <= day <= last)


# -- a payment --------------------------------------------------------------------------------------------------------


async def _pay_again(unit: Unit, loan: Loan, payment: LoanPayment, key: str) -> None:
    """Lay a payment on what is owed on its day, and post it. What is no longer owed of it is not taken.

    Without the payment that was taken back the days before may have charged more: the ledger is told so first, as it
    does not let a payment take more than was charged.
    """
    parts = await _laid(unit, loan, payment)
    if not parts:
        return
    on, again = payment.value_on, f"{key}:again:{payment.id}"
    await charge_what_lacks(unit, loan, f"{again}:charged", on)
    entry = await _entry(unit, loan, payment, parts, again)
    [posted] = await ledger.post(unit, replace(entry, value_on=on))
    ahead = Prepayment(payment.ahead) if payment.ahead is not None else None
    await payments.write(unit, [Payment(loan.id, posted.entry_id, entry.kind, parts, ahead)], value_on=on)
    await suspense.take(unit, {loan.id: await _freed(unit, loan, payment, parts)})
    everything = total(await queries.owed(unit, [loan.id], on))
    await write_down(unit, loan, parts, ahead, settled=total(parts) == everything, on=on)
    await unit.session.refresh(loan)


async def _laid(unit: Unit, loan: Loan, payment: LoanPayment) -> list[Part]:
    on = payment.value_on
    owing = await queries.owed(unit, [loan.id], on)
    due = [each for each in owing if each.due_on <= on]
    if payment.kind == waive.KIND:
        sums = {name: sum(part[name] for part in payment.parts) for name in waive.WAIVABLE}
        return [part for name, amount in sums.items() for part in waive.laid(due, name, amount)]
    if payment.kind == DEBIT:
        return allocate(due, payment.amount)
    return spread(owing, payment.amount, on)


async def _freed(unit: Unit, loan: Loan, payment: LoanPayment, parts: Sequence[Part]) -> suspense.Released:
    if payment.kind == waive.KIND:
        return waive.suspended_part(loan, parts)
    return (await suspense.releases(unit, {loan.id: parts}, {loan.id: loan})).get(loan.id, suspense.Released())


async def _entry(unit: Unit, loan: Loan, payment: LoanPayment, parts: Sequence[Part], key: str) -> Entry:
    if payment.kind == waive.KIND:
        return await waive.entry_again(unit, loan, parts, payment.entry_id, key)
    freed = await _freed(unit, loan, payment, parts)
    entry = entries.repayment(loan, parts, payment.kind, key, freed)
    return await _paid_by_whom(unit, loan, payment, entry)


async def _paid_by_whom(unit: Unit, loan: Loan, payment: LoanPayment, entry: Entry) -> Entry:
    """Return the entry with the wallet that paid the first time: a guarantor's, perhaps."""
    payers = (await unit.session.scalars(_PAYER, {"entry": payment.entry_id})).all()
    if list(payers) == [loan.customer_id]:
        return entry
    asset = ASSETS[loan.asset]
    [payer] = payers
    own, other = ledger.customer_wallet(loan.customer_id, asset), ledger.customer_wallet(payer, asset)
    transfers = tuple(
        Transfer(other, move.credit, move.amount) if move.debit == own else move for move in entry.transfers
    )
    return replace(entry, transfers=transfers)


# -- a close ----------------------------------------------------------------------------------------------------------


async def _close(unit: Unit, state: ReplayState, day: date) -> None:
    """Do for one loan what the night of `day` does: earn the day, see how far it is behind, stop or begin to accrue."""
    loan = state.loan
    await accrue_rows(unit, [loan], day + _ONE_DAY)
    await unit.session.refresh(loan)
    rows = await queries.instalments(unit, loan.id)
    since = min((row.due_on for row in rows if row.due_on <= day and row.settled_on is None), default=None)
    if since != state.overdue_since:
        state.overdue_since, state.changed_on = since, day
    if loan.non_accrual_since is None:
        _stop(state, rows, day)
    else:
        _begin_again(state, rows, day)
    await unit.session.flush()


def _stop(state: ReplayState, rows: Sequence[InstalmentRow], day: date) -> None:
    """Suspend what is uncollected of interest and penalty, once the loan is far enough behind (`aging`)."""
    loan = state.loan
    if state.overdue_since is None or (day - state.overdue_since).days < NON_ACCRUAL_DAYS:
        return
    owed = common.standing(rows)
    loan.non_accrual_since = day
    loan.suspended_interest += owed.interest
    loan.suspended_penalty += owed.penalty


def _begin_again(state: ReplayState, rows: Sequence[InstalmentRow], day: date) -> None:
    """Accrue again once nothing is overdue and three dues were met since (`aging`)."""
    met = sum(state.changed_on < row.due_on <= day for row in rows)
    if state.overdue_since is None and met >= DUES_TO_RETURN:
        loan = state.loan
        loan.non_accrual_since = None
        loan.suspended_interest = loan.suspended_fee = loan.suspended_penalty = 0
