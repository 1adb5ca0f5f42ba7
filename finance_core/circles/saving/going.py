"""Going from an accumulating circle before its cycle begins, which is free; and calling the whole circle off."""

from __future__ import annotations

from sqlmodel import col

from finance_core.circles import boards, notices
from finance_core.circles.finding import members_of, officers_of, require_chair, require_member
from finance_core.circles.models import Circle, CircleMember, CircleOfficer, CircleState, MemberState, Role
from finance_core.circles.notifications import of, tell
from finance_core.circles.saving.forming import free_office, held_place, of_savers
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, RuleViolation
from finance_core.storage.unit import Unit


async def go(unit: Unit, circle_id: int, customer_id: int) -> None:
    """Leave before the cycle begins, which is free; an office that was held is free again. Gone already: nothing.

    Raises NotFound: `circle`. NotAllowed: `circle_members_only`. Conflict: `circle_not_open`.
    RuleViolation: `circle_chair_leaves`: the chair calls it off instead.
    """
    circle = await of_savers(unit, circle_id)
    member = await unit.session.get(CircleMember, (circle_id, customer_id), populate_existing=True)
    if member is not None and member.state == MemberState.LEFT:
        return
    if circle.state != CircleState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    member = await require_member(unit, circle, customer_id)
    if (await officers_of(unit, circle)).get(Role.CHAIR) == customer_id:
        raise RuleViolation(ErrorCode.CIRCLE_CHAIR_LEAVES)
    await free_office(unit, circle, col(CircleOfficer.customer_id) == customer_id)
    member.state, member.left_at, member.automatic_debit = MemberState.LEFT, unit.now, False
    place = await held_place(unit, circle_id, customer_id)
    if place is not None:
        place.standing, place.left_at = 0, unit.now
    await unit.session.flush()
    await boards.changed(unit, circle)


async def call_off(unit: Unit, circle_id: int, chair_id: int) -> Circle:
    """Call a circle off that has not begun; who is in it is told. Called off already: as it is.

    Raises NotFound: `circle`. NotAllowed: `circle_chair_only`, `not_yours`. Conflict: `circle_not_open`.
    """
    circle = await of_savers(unit, circle_id)
    if circle.state == CircleState.DRAFT and circle.organiser_id != chair_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if circle.state != CircleState.DRAFT:
        await require_chair(unit, circle, chair_id)
    if circle.state == CircleState.CALLED_OFF:
        return circle
    if circle.state not in (CircleState.DRAFT, CircleState.OPEN):
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    people = [member.customer_id for member in await members_of(unit, circle)]
    circle.state, circle.ended_at = CircleState.CALLED_OFF, unit.now
    told = notices.CircleOutFree(**of(circle), why="called_off")
    await tell(unit, [who for who in people if who != chair_id], told, f"circle:{circle.id}")
    await unit.session.flush()
    await boards.changed(unit, circle, is_over=True)
    return circle
