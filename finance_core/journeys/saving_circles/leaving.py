"""Leaving a cycle before its end: the lower of the price paid for the shares and their worth, less what is owed."""

from __future__ import annotations

from dataclasses import dataclass

from finance_core.circles import boards
from finance_core.circles.finding import by_id, officers_of
from finance_core.circles.models import CircleMember, MemberState
from finance_core.circles.rules.saving import leaver_gets
from finance_core.circles.saving.finding import Saving, running, saver, savers, worth
from finance_core.circles.saving.models import CircleSaver
from finance_core.circles.saving.paying_in import open_fines
from finance_core.journeys.saving_circles.giving import give
from finance_core.journeys.saving_circles.setting_off import running_loans, set_off_fines, settlement
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import RuleViolation
from finance_core.kernel.money import Money
from finance_core.ledger import Transfer, customer_wallet
from finance_core.loans.book.funding import require_not_held
from finance_core.loans.models import Loan
from finance_core.loans.origination.group_lines import require_stands_for_nobody
from finance_core.loans.repayment.repayment import repay
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Leaver:
    """What leaving comes to today."""

    gets: Money
    """For the shares."""
    owed: Money
    """Of a loan of the circle, interest to the day."""
    fines: Money

    @property
    def paid(self) -> Money:
        """What is paid out."""
        return self.gets - self.owed - self.fines

    @property
    def missing(self) -> Money:
        """What would have to be paid first."""
        return max(self.owed + self.fines - self.gets, Money.zero(self.gets.asset))


async def leaver(unit: Unit, circle_id: int, customer_id: int) -> Leaver:
    """Return what leaving would come to. Raises NotFound: `circle`, `not_in_circle`. Conflict: `circle_not_running`."""
    saving = await running(unit, circle_id)
    return await _figures(unit, saving, await saver(unit, saving, customer_id), await _loan(unit, saving, customer_id))


async def leave(unit: Unit, circle_id: int, customer_id: int, key: str) -> Leaver:
    """Leave: what is owed is set off, the rest is paid out of the circle's cash. The caller has checked the PIN.

    Raises: as `leaver` and `require_free`; InsufficientFunds: the circle's cash does not reach now.
    """
    saving = await running(unit, circle_id)
    member, loan = await saver(unit, saving, customer_id), await _loan(unit, saving, customer_id)
    comes_to = await _figures(unit, saving, member, loan)
    await require_free(unit, circle_id, customer_id, comes_to)
    if loan is not None and comes_to.owed:
        first = (Transfer(saving.cash, customer_wallet(customer_id, saving.asset), comes_to.owed),)
        await repay(unit, loan.id, None, f"{key}:loan", first=first)
    await set_off_fines(unit, saving, customer_id, comes_to.fines.amount, key)
    if comes_to.paid:
        await give(unit, saving, customer_id, comes_to.paid, "shares", key)
    member.shares = member.paid = member.standing = 0
    member.paid_out, member.left_at = comes_to.gets.amount, unit.now
    belongs = await unit.session.get_one(CircleMember, (circle_id, customer_id))
    belongs.state, belongs.left_at = MemberState.LEFT, unit.now
    await unit.session.flush()
    await boards.changed(unit, saving.circle)
    return comes_to


async def require_free(unit: Unit, circle_id: int, customer_id: int, comes_to: Leaver) -> None:
    """Refuse who may not leave a cycle now.

    Raises:
        Conflict: `circle_sharing_out`.
        RuleViolation: `circle_leaver_owes` with `missing`; `circle_officer_leaves`: an officer is replaced first;
            `circle_leaver_stands`: they stand for a loan that members took together, and no successor does yet.
    """
    await require_not_held(unit, circle_id)
    if customer_id in (await officers_of(unit, await by_id(unit, circle_id))).values():
        raise RuleViolation(ErrorCode.CIRCLE_OFFICER_LEAVES)
    await require_stands_for_nobody(unit, circle_id, customer_id)
    if comes_to.missing:
        raise RuleViolation(ErrorCode.CIRCLE_LEAVER_OWES, missing=comes_to.missing)


async def _figures(unit: Unit, saving: Saving, member: CircleSaver, loan: Loan | None) -> Leaver:
    owed = await settlement(unit, loan) if loan is not None else 0
    shares = sum(each.shares for each in await savers(unit, saving.circle.id))
    gets = leaver_gets(member.paid, member.shares, (await worth(unit, saving)).amount, shares)
    fines = sum(fine.amount for fine in await open_fines(unit, saving.circle.id, member.customer_id))
    return Leaver(*(Money(amount, saving.asset) for amount in (gets, owed, fines)))


async def _loan(unit: Unit, saving: Saving, customer_id: int) -> Loan | None:
    loans = await running_loans(unit, saving.circle.id)
    return next((loan for loan in loans if loan.customer_id == customer_id), None)
