"""An accumulating circle and who is in it, as its use cases need them: locked, and of the right state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from finance_core import ledger
from finance_core.circles.book.accounts import fund
from finance_core.circles.finding import officers_of
from finance_core.circles.models import Circle, CircleState, Role
from finance_core.circles.saving.models import CircleMeeting, CircleSaver, CircleSaving, MeetingState
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.ledger import Account
from finance_core.storage.unit import Unit

CASH: Final = "2033"
LENT: Final = "2034"
INTEREST_DUE: Final = "2035"


@dataclass(frozen=True, slots=True)
class Saving:
    """An accumulating circle that has begun, with its rules."""

    circle: Circle
    rules: CircleSaving

    @property
    def asset(self) -> Asset:
        """What it saves in."""
        return ASSETS[self.circle.asset]

    @property
    def price(self) -> Money:
        """Of one share."""
        return Money(self.rules.share_price, self.asset)

    @property
    def cash(self) -> Account:
        """What lies in the loan fund (2033)."""
        return Account(CASH, self.circle.id, self.asset)

    @property
    def social(self) -> Account:
        """The social fund (2032)."""
        return fund(self.circle.id, self.asset)


async def running(unit: Unit, circle_id: int) -> Saving:
    """Return an accumulating circle that runs, locked until the unit ends.

    Raises:
        NotFound: `circle`, for a rotating one too. Conflict: `circle_not_running`: it has ended, or is suspended.
    """
    saving = await begun(unit, circle_id, lock=True)
    if saving.circle.state != CircleState.RUNNING:
        raise Conflict(ErrorCode.CIRCLE_NOT_RUNNING)
    return saving


async def begun(unit: Unit, circle_id: int, *, lock: bool = False) -> Saving:
    """Return an accumulating circle that has begun. Raises NotFound: `circle`."""
    statement = select(Circle).where(Circle.id == circle_id)
    if lock:
        statement = statement.with_for_update(key_share=True)
    circle = await unit.session.scalar(statement.execution_options(populate_existing=True))
    rules = await unit.session.get(CircleSaving, circle_id)
    if circle is None or rules is None or circle.started_at is None:
        raise NotFound(ErrorCode.CIRCLE)
    return Saving(circle, rules)


async def saver(unit: Unit, saving: Saving, customer_id: int) -> CircleSaver:
    """Return a member of the cycle. Raises NotFound: `not_in_circle`."""
    statement = select(CircleSaver).where(
        CircleSaver.circle_id == saving.circle.id,
        CircleSaver.customer_id == customer_id,
        col(CircleSaver.left_at).is_(None),
    )
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(ErrorCode.NOT_IN_CIRCLE)
    return found


async def savers(unit: Unit, circle_id: int) -> list[CircleSaver]:
    """Return who is in the cycle, by place."""
    statement = select(CircleSaver).where(CircleSaver.circle_id == circle_id, col(CircleSaver.left_at).is_(None))
    ordered = statement.order_by(col(CircleSaver.place)).execution_options(populate_existing=True)
    return list(await unit.session.scalars(ordered))


async def meetings(unit: Unit, circle_id: int) -> list[CircleMeeting]:
    """Return all meetings of the cycle, in their order."""
    statement = select(CircleMeeting).where(CircleMeeting.circle_id == circle_id).order_by(col(CircleMeeting.nr))
    return list(await unit.session.scalars(statement.execution_options(populate_existing=True)))


async def open_meeting(unit: Unit, saving: Saving) -> CircleMeeting:
    """Return the meeting that is open now. Raises Conflict: `circle_meeting_closed`."""
    statement = select(CircleMeeting).where(
        CircleMeeting.circle_id == saving.circle.id, CircleMeeting.state == MeetingState.OPEN
    )
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise Conflict(ErrorCode.CIRCLE_MEETING_CLOSED)
    return found


async def require_secretary(unit: Unit, saving: Saving, customer_id: int) -> None:
    """Refuse who is not the secretary. Raises NotAllowed: `circle_officers_only`."""
    if (await officers_of(unit, saving.circle)).get(Role.SECRETARY) != customer_id:
        raise NotAllowed(ErrorCode.CIRCLE_OFFICERS_ONLY)


async def worth(unit: Unit, saving: Saving) -> Money:
    """Return what the shares are worth together: cash, what is lent, interest due on it."""
    accounts = [Account(code, saving.circle.id, saving.asset) for code in (CASH, LENT, INTEREST_DUE)]
    balances = [await ledger.balance(unit, account) for account in accounts]
    return sum(balances, Money.zero(saving.asset))
