"""Waiving interest, a fee or a penalty: by two people, or by itself where being late was a fault of ours.

What is waived counts in the instalments as paid, by nobody's money: what the days charge next is not disturbed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.approvals import Action, Approval, Preview
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, RuleViolation
from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Account, Entry, Posted
from finance_core.loans import queries
from finance_core.loans.book import payments, suspense
from finance_core.loans.book.allocation import Owed, Part
from finance_core.loans.book.entries import RECEIVABLES
from finance_core.loans.book.funding import INCOME_OF
from finance_core.loans.book.payments import Payment
from finance_core.loans.book.suspense import Released
from finance_core.loans.events import record
from finance_core.loans.models import Loan
from finance_core.loans.operations import common
from finance_core.loans.operations.notices import Waived
from finance_core.loans.parties import parties_to_subject
from finance_core.loans.repayment.repayment import bring_up_to_date, locked_active
from finance_core.storage.unit import Unit

ACTION: Final = "loan.waive"
KIND: Final = "loan.waiver"
"""The kind of the entry, and of the payment that stands for it."""

WAIVABLE: Final = ("penalty", "fee", "interest")

_CHARGED_SINCE: Final = text(
    """
    SELECT coalesce(sum(CASE WHEN t.debit_id = owed.id THEN t.amount ELSE -t.amount END), 0)
    FROM account owed
        JOIN transfer t ON owed.id IN (t.debit_id, t.credit_id)
        JOIN account earned ON earned.id = CASE WHEN t.debit_id = owed.id THEN t.credit_id ELSE t.debit_id END
        JOIN entry e ON e.id = t.entry_id
    WHERE owed.book = 'INST' AND owed.code = :receivable AND owed.owner = :loan AND owed.asset = :asset
        AND earned.code = :income AND e.business_date >= :since
    """
)
_TAKEN_FROM_INCOME: Final = text(
    """
    SELECT income.code, sum(t.amount) AS amount FROM transfer t JOIN account income ON income.id = t.debit_id
    WHERE t.entry_id = :entry AND income.code IN ('4010', '4020', '4030') GROUP BY income.code
    """
)
_STOP_CHARGING: Final = text(
    """
    UPDATE instalment SET penalty_exact = penalty * 36500
    WHERE loan_id = :loan AND nr = ANY(:nrs) AND settled_on IS NULL
    """
)
_LATE_THROUGH_US: Final = text(
    """
    SELECT DISTINCT l.id FROM loan l JOIN instalment i ON i.loan_id = l.id
    WHERE l.state = 'active' AND l.automatic_debit AND l.customer_id = ANY(:customers) AND l.funding_circle IS NULL
        AND i.settled_on IS NULL AND i.due_on >= :since AND i.due_on < :today
    ORDER BY l.id
    """
)


# -- by two people ----------------------------------------------------------------------------------------------------


async def _preview(unit: Unit, subject: str, params: JsonObject) -> Preview:
    loan = await common.running(unit, subject)
    what, amount = _asked(loan, params)
    most = sum(getattr(each, what) for each in await _due(unit, loan))
    if amount > most:
        raise RuleViolation(ErrorCode.WAIVER_ABOVE, most=Money(most, ASSETS[loan.asset]))
    return Preview({what: common.money(loan, most)}, {what: common.money(loan, most - amount)})


async def _carry_out(unit: Unit, approval: Approval) -> JsonObject:
    loan = await common.running(unit, approval.subject)
    await bring_up_to_date(unit, loan)
    what, amount = _asked(loan, approval.params)
    parts = laid(await _due(unit, loan), what, amount)
    posted = await waive(unit, loan, parts, approval.idempotency_key)
    return {"reference": posted.reference, "sum": common.money(loan, amount)}


def _asked(loan: Loan, params: JsonObject) -> tuple[str, int]:
    what = str(params.get("what"))
    if what not in WAIVABLE:
        raise InvalidInput(ErrorCode.WAIVER_WHAT)
    return what, common.asked_sum(loan, params)


async def _due(unit: Unit, loan: Loan) -> list[Owed]:
    return [each for each in await queries.owed(unit, [loan.id], unit.open_on) if each.due_on <= unit.open_on]


def laid(due: Sequence[Owed], what: str, amount: int) -> list[Part]:
    """Return how `amount` minor units of one component lie on instalments, oldest first; above all of it is not taken.

    Of penalties of 3, 0 and 5 a waiver of 4 takes 3 and 1.
    """
    parts = []
    for each in due:
        taken = min(amount, getattr(each, what))
        if taken:
            parts.append(Part(loan_id=each.loan_id, nr=each.nr, **{what: taken}))
        amount -= taken
    return parts


# -- the use case -----------------------------------------------------------------------------------------------------


async def waive(unit: Unit, loan: Loan, parts: Sequence[Part], key: str) -> Posted:
    """Waive what `parts` say of a running loan that is locked and up to date.

    What was charged in the open month is taken out of its income, what was charged earlier is an expense (5050), what
    is in suspense leaves it: D 4010, 5050, 1195, C 1110 and so on. Only what the institution lends is waived.

    Raises:
        RuleViolation: `nothing_owed`: there is nothing to waive.
    """
    sums = _sums(parts)
    if not any(sums.values()):
        raise RuleViolation(ErrorCode.NOTHING_OWED)
    [posted] = await ledger.post(unit, await entry_of(unit, loan, parts, key))
    await payments.write(unit, [Payment(loan.id, posted.entry_id, KIND, parts)])
    await suspense.take(unit, {loan.id: suspended_part(loan, parts)})
    await payments.apply(unit, parts)
    await unit.session.refresh(loan)
    waived = {name: amount for name, amount in sums.items() if amount}
    record(unit, loan, "waived", {**waived, "reference": posted.reference})
    await common.end_if_paid(unit, loan)
    total = Money(sum(sums.values()), ASSETS[loan.asset])
    await common.tell(unit, loan, Waived(loan=loan.id, sum=total, reference=posted.reference), posted.reference)
    return posted


async def entry_of(unit: Unit, loan: Loan, parts: Sequence[Part], key: str) -> Entry:
    """Return the entry of a waiver; nothing is posted."""
    sums, suspended = _sums(parts), suspended_part(loan, parts)
    waits = [name for name, amount in sums.items() if amount > getattr(suspended, name)]
    charged = {name: await _charged_this_month(unit, loan, name) for name in waits}
    return _entry(loan, sums, suspended, charged, key)


async def entry_again(unit: Unit, loan: Loan, parts: Sequence[Part], first_entry_id: int, key: str) -> Entry:
    """Return the entry of a waiver that was undone and is made again: income bears at most what it bore the first time,
    as the month of that day is not the open one any more.
    """
    rows = await unit.session.execute(_TAKEN_FROM_INCOME, {"entry": first_entry_id})
    borne = {row.code: int(row.amount) for row in rows}
    by_income = {name: borne.get(INCOME_OF[name], 0) for name in WAIVABLE}
    return _entry(loan, _sums(parts), suspended_part(loan, parts), by_income, key)


def _entry(loan: Loan, sums: Mapping[str, int], suspended: Released, by_income: Mapping[str, int], key: str) -> Entry:
    transfers = [
        move
        for name, amount in sums.items()
        for move in _sources(loan, name, amount, getattr(suspended, name), by_income.get(name, 0))
    ]
    return Entry(KIND, key, common.moves(ASSETS[loan.asset], *transfers), common.about(loan))


def suspended_part(loan: Loan, parts: Sequence[Part]) -> Released:
    """Return what of a waiver was in suspense: as much as there is."""
    sums = _sums(parts)
    return Released(**{name: min(amount, getattr(loan, f"suspended_{name}")) for name, amount in sums.items()})


def _sums(parts: Sequence[Part]) -> dict[str, int]:
    return {name: sum(getattr(part, name) for part in parts) for name in WAIVABLE}


def _sources(
    loan: Loan, name: str, amount: int, suspended: int, income_most: int
) -> list[tuple[Account, Account, int]]:
    """Return what pays for a waiver, as (debit, credit, minor units): suspense first, then income, at most so much."""
    asset, product = ASSETS[loan.asset], loan.product_number
    receivable = Account(RECEIVABLES[name], loan.id, asset)
    by_income = min(amount - suspended, income_most)
    return [
        (Account("1195", loan.id, asset), receivable, suspended),
        (Account(INCOME_OF[name], product, asset), receivable, by_income),
        (Account("5050", product, asset), receivable, amount - suspended - by_income),
    ]


async def _charged_this_month(unit: Unit, loan: Loan, name: str) -> int:
    """Return what a loan was charged as income in the open month, less what of it was taken back."""
    values = {
        "receivable": RECEIVABLES[name],
        "income": INCOME_OF[name],
        "loan": loan.id,
        "asset": loan.asset,
        "since": unit.open_on.replace(day=1),
    }
    return max(0, int(await unit.session.scalar(_CHARGED_SINCE, values) or 0))


# -- by itself --------------------------------------------------------------------------------------------------------


async def waive_own_fault(unit: Unit, loan_id: int, since: date, key: str) -> Money:
    """Waive what being late has cost on instalments that fell due from `since` on, as their debit did not come on time.

    Penalty, late fee and late interest go; what the days have gathered towards a penalty is forgotten too, so that
    these days are never charged. Nothing to waive is zero.

    Raises:
        NotFound: `loan`. Conflict: `loan_settled`.
    """
    loan = await locked_active(unit, loan_id)
    await bring_up_to_date(unit, loan)
    rows = [
        row
        for row in await queries.instalments(unit, loan.id)
        if row.settled_on is None and since <= row.due_on < unit.open_on
    ]
    parts = [
        Part(
            loan_id=loan.id,
            nr=row.nr,
            penalty=row.penalty - row.paid_penalty,
            fee=min(row.late_fee, row.charged_fee + row.late_fee - row.paid_fee),
            interest=min(row.late_interest, row.accrued_interest + row.late_interest - row.paid_interest),
        )
        for row in rows
    ]
    waived = sum(part.total for part in parts)
    if waived:
        await waive(unit, loan, [part for part in parts if part.total], key)
    await unit.session.execute(_STOP_CHARGING, {"loan": loan.id, "nrs": [row.nr for row in rows]})
    return Money(waived, ASSETS[loan.asset])


async def forgive_late_debit(unit: Unit, customer_ids: Sequence[int], on: date) -> None:
    """Waive what being late has cost these borrowers since `on`, whose debit comes only now: called by that debit
    before it takes anything. Whoever is debited by itself had nothing else to do.
    """
    if on >= unit.open_on:
        return
    values = {"customers": list(customer_ids), "since": on, "today": unit.open_on}
    for loan_id in (await unit.session.scalars(_LATE_THROUGH_US, values)).all():
        await waive_own_fault(unit, loan_id, on, f"loan:{loan_id}:own_fault:{on}:{unit.open_on}")


ACTIONS: Final = (
    Action(
        ACTION,
        Permission.PROPOSE_LOAN_CHANGE,
        Permission.APPROVE_LOAN_CHANGE,
        parties_to_subject,
        _preview,
        _carry_out,
    ),
)
