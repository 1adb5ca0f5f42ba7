"""Going before a circle starts: free, with the deposit back; and calling the whole circle off."""

from __future__ import annotations

from finance_core.circles import boards, notices
from finance_core.circles.book.pockets import give_back
from finance_core.circles.drafts import own
from finance_core.circles.finding import held_by, locked, locked_by_id, member_of, members_of, officers_of, places_of
from finance_core.circles.joining import ON_THE_WAY, next_in_line
from finance_core.circles.models import Circle, CircleMember, CircleState, MemberState, PlaceState, Role
from finance_core.circles.notifications import of, tell
from finance_core.circles.officers import take_offices
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def go(unit: Unit, cipher: Cipher, token: str, customer_id: int) -> None:
    """Leave before the start, free: deposits come back, who waits gets the places. Gone already: nothing happens.

    A circle that was being confirmed is open again, as its total has changed.

    Raises NotFound: `circle`. Conflict: `circle_not_open` (it has started: `closing.leave`).
        NotAllowed: `circle_members_only`.
    """
    circle = await locked(unit, token)
    member = await member_of(unit, circle, customer_id)
    if member is None:
        raise NotAllowed(ErrorCode.CIRCLE_MEMBERS_ONLY)
    if member.state in {MemberState.LEFT, MemberState.REFUSED}:
        return
    if circle.state not in {CircleState.OPEN, CircleState.CONFIRMING}:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    await let_out(unit, circle, member)
    await _open_again(unit, circle)
    await next_in_line(unit, cipher, circle)
    await boards.changed(unit, circle)


async def call_off(unit: Unit, organiser_id: int, token: str) -> Circle:
    """Call a draft or an open circle off: everybody is out free, deposits come back. Called off already: as it is.

    Raises NotFound: `circle`, NotAllowed: `not_yours`, Conflict: `circle_not_open` (it has started).
    """
    circle = await own(unit, organiser_id, token)
    if circle.state == CircleState.CALLED_OFF:
        return circle
    if circle.state not in {CircleState.DRAFT, CircleState.OPEN, CircleState.CONFIRMING}:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    people = await members_of(unit, circle, MemberState.JOINED, *ON_THE_WAY)
    for member in people:
        await let_out(unit, circle, member)
    circle.state, circle.ended_at, circle.confirm_until = CircleState.CALLED_OFF, unit.now, None
    told = notices.CircleOutFree(**of(circle), why="called_off")
    others = [member.customer_id for member in people if member.customer_id != organiser_id]
    await tell(unit, others, told, f"circle:{circle.id}")
    await boards.changed(unit, circle, is_over=True)
    await unit.session.flush()
    return circle


async def let_out(unit: Unit, circle: Circle, member: CircleMember) -> None:
    """Free the places of somebody before the start, give their deposits back; the chair stays the chair."""
    for place in await held_by(unit, circle, member.customer_id):
        key = f"{circle.id}:{place.nr}:{unit.now.isoformat()}"
        await give_back(unit, circle, place.nr, member.customer_id, key)
        place.state, place.customer_id, place.pick_sealed, place.held_since = PlaceState.FREE, None, None, None
    if (await officers_of(unit, circle)).get(Role.CHAIR) != member.customer_id:
        await take_offices(unit, circle, member.customer_id)
    member.state, member.left_at, member.wanted_sealed = MemberState.LEFT, unit.now, None
    member.agreed_rounds = member.agreed_at = None
    await unit.session.flush()


async def _open_again(unit: Unit, circle: Circle) -> None:
    """Open a circle that was being confirmed: its total has changed, so its chair starts it anew. The chair is told."""
    if circle.state != CircleState.CONFIRMING:
        return
    circle.state, circle.confirm_until = CircleState.OPEN, None
    held = len(await places_of(unit, circle, PlaceState.HELD))
    chair = (await officers_of(unit, circle)).get(Role.CHAIR)
    told = notices.CircleOpenAgain(**of(circle), places=held, token=circle.token)
    await tell(unit, [chair] if chair is not None else [], told, f"circle:{circle.id}:{unit.now.isoformat()}")
    await unit.session.flush()


async def lapse(unit: Unit, cipher: Cipher, circle_id: int) -> bool:
    """Let those out, free, who have not confirmed the new total in time; False where nothing was due.

    Timed work asks for it at `circle.confirm_until`.
    """
    circle = await locked_by_id(unit, circle_id)
    if circle.confirm_until is None or unit.now < circle.confirm_until:
        return False
    held = len(await places_of(unit, circle, PlaceState.HELD))
    late = [member for member in await members_of(unit, circle) if member.agreed_rounds != held]
    for member in late:
        await let_out(unit, circle, member)
    told = notices.CircleOutFree(**of(circle), why="unconfirmed")
    await tell(unit, [member.customer_id for member in late], told, f"circle:{circle.id}:{unit.now.isoformat()}")
    await _open_again(unit, circle)
    await next_in_line(unit, cipher, circle)
    await boards.changed(unit, circle)
    return True
