"""Leaving a circle that runs, and being removed from it: the place is closed, its money comes back by the rule (§5).

Leaving the Telegram group is not leaving the circle. Best is a replacement (`takeover`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.circles import boards, notices
from finance_core.circles.book.closing import close_place, let_all_be_due
from finance_core.circles.book.debits import collect
from finance_core.circles.book.ending import settle
from finance_core.circles.book.models import CircleDue, CirclePayout, CircleRound, PocketKind, RoundState
from finance_core.circles.book.pockets import kept_for
from finance_core.circles.finding import (
    held_by,
    locked,
    member_of,
    money_of,
    require_member,
    require_place,
    require_running,
)
from finance_core.circles.models import Circle, CirclePlace, ClosedWhy, MemberState
from finance_core.circles.notifications import of, tell
from finance_core.circles.officers import take_offices
from finance_core.circles.releasing import release
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, RuleViolation
from finance_core.kernel.money import Money
from finance_core.storage.unit import Unit

_BACK = text(
    "SELECT coalesce(sum(amount), 0) FROM circle_payout WHERE circle_id = :circle AND place = :place"
    " AND customer_id = :customer AND id > :after"
)


@dataclass(frozen=True, slots=True)
class ComesBack:
    """What who leaves has: `at_once` (pots that are not paid out, deposit, what was paid ahead), the rest in a round.

    `later` is what that round pays them if everybody pays; `in_round` is its number, None where nothing comes later.
    """

    at_once: Money
    later: Money
    in_round: int | None


async def comes_back(unit: Unit, token: str, customer_id: int, place: int) -> ComesBack:
    """Return what leaving with a place would bring back: the act itself, rolled back. Raises: as `leave`."""
    nested = await unit.session.begin_nested()
    try:
        return await leave(unit, token, customer_id, place)
    finally:
        await nested.rollback()


async def leave(unit: Unit, token: str, customer_id: int, place: int) -> ComesBack:
    """Leave a circle that runs with one place, after the PIN: it is closed.

    A place that has received and paid everything stays as it is: nothing is asked of it any more.

    Raises:
        NotFound: `circle`. Conflict: `circle_not_running`. NotAllowed: `circle_members_only`, `circle_place`.
        RuleViolation: `circle_leave_owes` (owed): it has received, so everything is paid first;
            `circle_leave_turn`: its own pot is collected now.
    """
    circle = await locked(unit, token)
    require_running(circle)
    await require_member(unit, circle, customer_id)
    row = await require_place(unit, circle, customer_id, place)
    if row.received_round is not None:
        owed = await owed_by(unit, circle, place)
        if owed:
            raise RuleViolation(ErrorCode.CIRCLE_LEAVE_OWES, owed=owed)
        return ComesBack(owed, owed, None)
    if await _is_about_to_receive(unit, circle, place):
        raise RuleViolation(ErrorCode.CIRCLE_LEAVE_TURN)
    back = await close(unit, circle, row, ClosedWhy.LEFT)
    await settle(unit, [circle.id], f"left:{circle.id}:{place}", {"circle": circle.id})
    await go_where_nothing_is_held(unit, circle, customer_id, MemberState.LEFT)
    await boards.changed(unit, circle)
    return back


async def close(unit: Unit, circle: Circle, place: CirclePlace, why: ClosedWhy) -> ComesBack:
    """Close a place that has not received, and tell who held it what comes back. Full pots are paid by `settle`."""
    assert place.customer_id is not None, "a held place has its holder"
    last = await unit.session.scalar(select(CirclePayout.id).order_by(col(CirclePayout.id).desc()).limit(1))
    await close_place(unit, circle.id, place.nr, why)
    await unit.session.refresh(place)
    await release(unit, circle, place.nr)
    values = {"circle": circle.id, "place": place.nr, "customer": place.customer_id, "after": last or 0}
    at_once = money_of(circle, int(await unit.session.scalar(_BACK, values) or 0))
    refund = await unit.session.get(CircleRound, (circle.id, place.refund_round), populate_existing=True)
    later = money_of(circle, (refund.prize or 0) if refund is not None else 0)
    told = notices.CirclePlaceClosed(**of(circle), place=place.nr, why=str(why), sum=later,
                                     on=refund.due_on if refund is not None and later else None)  # fmt: skip
    await tell(unit, [place.customer_id], told, f"place:{circle.id}:{place.nr}")
    return ComesBack(at_once, later, place.refund_round if later else None)


async def remove(unit: Unit, circle: Circle, customer_id: int) -> None:
    """Remove somebody who is late, as a vote has decided: places that have not received are closed, else all is due."""
    require_running(circle)
    await require_late(unit, circle, customer_id)
    for place in await held_by(unit, circle, customer_id):
        if place.received_round is None:
            await close(unit, circle, place, ClosedWhy.REMOVED)
        else:
            await let_all_be_due(unit, circle.id, place.nr)
    occasion, about = f"removed:{circle.id}:{customer_id}", {"circle": circle.id}
    await collect(unit, [customer_id], occasion, about)
    await settle(unit, [circle.id], occasion, about)
    await _out(unit, circle, customer_id, MemberState.REMOVED)
    await boards.changed(unit, circle)


async def require_late(unit: Unit, circle: Circle, customer_id: int) -> None:
    """Refuse to remove who is not late. Raises Conflict: `circle_not_late`; NotAllowed: `circle_members_only`."""
    await require_member(unit, circle, customer_id)
    if not await is_late(unit, circle, customer_id):
        raise Conflict(ErrorCode.CIRCLE_NOT_LATE)


async def is_late(unit: Unit, circle: Circle, customer_id: int) -> bool:
    """Say whether somebody has not paid something in a circle at the end of its grace."""
    return customer_id in await late_people(unit, circle)


async def late_people(unit: Unit, circle: Circle) -> set[int]:
    """Return who has not paid something in a circle at the end of its grace, by customer id."""
    query = select(CircleDue.customer_id).where(
        CircleDue.circle_id == circle.id,
        col(CircleDue.is_late),
        ~col(CircleDue.is_excused),
        col(CircleDue.paid) < col(CircleDue.amount),
    )
    return set(await unit.session.scalars(query.distinct()))


async def owed_by(unit: Unit, circle: Circle, place: int) -> Money:
    """Return all that a place still has to pay, of coming rounds too, and fines; less what was paid ahead."""
    dues = await unit.session.scalars(
        select(CircleDue).where(CircleDue.circle_id == circle.id, CircleDue.place == place)
    )
    owed = money_of(circle, sum(due.amount - due.paid + due.fine - due.fine_paid for due in dues))
    ahead = (await kept_for(unit, circle, place)).get(PocketKind.AHEAD)
    return owed - ahead if ahead is not None else owed


async def due_by(unit: Unit, circle: Circle, place: int) -> Money:
    """Return what a place has not paid of the contributions that are due: without fines, which are its holder's."""
    query = select(CircleDue).where(
        CircleDue.circle_id == circle.id, CircleDue.place == place, col(CircleDue.due_on) <= unit.open_on
    )
    return money_of(circle, sum(due.amount - due.paid for due in await unit.session.scalars(query)))


async def _is_about_to_receive(unit: Unit, circle: Circle, place: int) -> bool:
    query = select(CircleRound.nr).where(
        CircleRound.circle_id == circle.id,
        CircleRound.receiver_place == place,
        col(CircleRound.state).in_([RoundState.LISTED, RoundState.COLLECTING]),
    )
    return await unit.session.scalar(query.limit(1)) is not None


async def go_where_nothing_is_held(unit: Unit, circle: Circle, customer_id: int, state: MemberState) -> None:
    """Let somebody be out of a circle who holds no place any more."""
    if not await held_by(unit, circle, customer_id):
        await _out(unit, circle, customer_id, state)


async def _out(unit: Unit, circle: Circle, customer_id: int, state: MemberState) -> None:
    """Let somebody be out of a circle: an office that they held is free."""
    member = await member_of(unit, circle, customer_id)
    assert member is not None, "who holds a place is in the circle"
    member.state, member.left_at = state, unit.now
    await take_offices(unit, circle, customer_id)
    await unit.session.flush()
