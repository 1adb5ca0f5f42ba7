"""What each way to pay ahead would make of a loan: the payment is laid on the instalments, looked at, and undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from finance_core.kernel.money import Money
from finance_core.loans import queries
from finance_core.loans.book.allocation import Part, spread, total
from finance_core.loans.models import Loan
from finance_core.loans.queries import LoanView
from finance_core.loans.repayment.repayment import to_lay, write_down
from finance_core.loans.rules.terms import Prepayment
from finance_core.storage.unit import Unit

CHOICES: Final = (Prepayment.REDUCE_INSTALMENT, Prepayment.REDUCE_TERM)
"""What a person may choose between."""


@dataclass(frozen=True, slots=True)
class StillToPay:
    """What is left to pay of one instalment, and by which day."""

    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Preview:
    """What one choice of prepayment would make of a loan."""

    saves: Money
    """What borrowing would cost less than as things stand."""
    to_come: tuple[StillToPay, ...]
    """The instalments of which something is left to pay, oldest first."""


async def previews(unit: Unit, loan_id: int, amount: Money) -> dict[Prepayment, Preview]:
    """Return what each choice would make of the loan if `amount` were paid today; nothing when none of it is ahead or
    it would settle the loan. Locks the loan.

    Raises:
        NotFound: `loan`. Conflict: `loan_settled`. RuleViolation: `nothing_owed`.
    """
    async with unit.session.begin_nested() as today:
        held, owing, taken = await to_lay(unit, loan_id, amount)
        cost = (await queries.view(unit, held)).cost
        if taken == total(owing):
            tried = {}
        else:
            parts = spread(owing, taken, unit.open_on)
            tried = {choice: await _tried(unit, held, parts, choice, cost) for choice in CHOICES}
        await today.rollback()
    await _as_they_are(unit, loan_id)
    return {choice: preview for choice, preview in tried.items() if preview is not None}


async def _tried(unit: Unit, loan: Loan, parts: list[Part], ahead: Prepayment, cost: Money) -> Preview | None:
    """Lay the payment on the instalments as `repay` does, look, and undo it; None where none of it is ahead."""
    async with unit.session.begin_nested() as attempt:
        early = await write_down(unit, loan, parts, ahead, settled=False, on=unit.open_on)
        preview = _seen(await queries.view(unit, loan), cost) if early else None
        await attempt.rollback()
    await _as_they_are(unit, loan.id)
    return preview


async def _as_they_are(unit: Unit, loan_id: int) -> None:
    """Read a loan's rows anew: whoever holds them has them as they are, not as they were tried."""
    await queries.locked(unit, loan_id)
    await queries.instalments(unit, loan_id)


def _seen(view: LoanView, cost_before: Money) -> Preview:
    left = [(row.due_on, Money(row.left, view.asset)) for row in view.running]
    to_come = tuple(StillToPay(due_on, amount) for due_on, amount in left if amount)
    return Preview(saves=cost_before - view.cost, to_come=to_come)
