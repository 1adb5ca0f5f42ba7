"""Starting a circle: when it is full, or with fewer when the chair says so and each confirms the new total."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from finance_core.circles import boards, notices
from finance_core.circles.admission import require_chair_late, require_exposure, secured_by
from finance_core.circles.book.laying_out import lay_out
from finance_core.circles.chains import chain_key_of, chain_of, publish_picks
from finance_core.circles.cycles import write_history
from finance_core.circles.drafts import is_first_of_organiser
from finance_core.circles.finding import (
    first_day,
    locked,
    member_of,
    members_of,
    places_of,
    require_chair,
    require_member,
)
from finance_core.circles.models import Circle, CirclePlace, CircleState, MemberState, PlaceState
from finance_core.circles.notifications import of, tell
from finance_core.circles.product import terms_of
from finance_core.circles.rules.draws import WHOLE_ORDER, Purpose, tickets
from finance_core.circles.rules.limits import is_early, most_places_each
from finance_core.circles.rules.settings import MOST_DAYS_AHEAD, Order
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, RuleViolation
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def start(unit: Unit, cipher: Cipher, token: str, chair_id: int) -> Circle:
    """Say that a circle starts with those who are in: each other one confirms the new total, or is out free.

    The chair's own PIN is the chair's confirmation. Who has not confirmed after the catalogue's days is out, and the
    circle is open again (`joining.lapse`). Being confirmed already: as it is.

    Raises:
        NotFound: `circle`. NotAllowed: `circle_chair_only`. Conflict: `circle_not_open`, `circle_start_passed`.
        RuleViolation: `circle_people` (fewest), `circle_half`: somebody would hold more than half; `circle_paper`: a
            paper circle starts with all its places.
    """
    circle = await check(unit, token, chair_id)
    if circle.state == CircleState.CONFIRMING:
        return circle
    held = await places_of(unit, circle, PlaceState.HELD)
    for member in await members_of(unit, circle):
        if member.customer_id == chair_id:
            member.agreed_rounds, member.agreed_at = len(held), unit.now
    await unit.session.flush()
    await begin_agreed(unit, cipher, circle)
    await boards.changed(unit, circle)
    return circle


async def check(unit: Unit, token: str, chair_id: int) -> Circle:
    """Refuse, before the PIN, what `start` would refuse; return the circle, locked. Raises: as `start`."""
    circle = await locked(unit, token)
    await require_chair(unit, circle, chair_id)
    if circle.state == CircleState.CONFIRMING:
        return circle
    if circle.state != CircleState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    _require_time(unit, circle)
    if circle.is_paper:
        raise RuleViolation(ErrorCode.CIRCLE_PAPER)
    terms = await terms_of(unit, circle.product, circle.product_version)
    held, people = await places_of(unit, circle, PlaceState.HELD), await members_of(unit, circle)
    if len(people) < terms.fewest_people or len(held) < terms.fewest_places:
        raise RuleViolation(ErrorCode.CIRCLE_PEOPLE, fewest=terms.fewest_people)
    _require_halves(held)
    return circle


async def confirm(unit: Unit, cipher: Cipher, token: str, customer_id: int) -> Circle:
    """Confirm the new total of a circle that starts with fewer; the last one to confirm starts it.

    Raises NotFound: `circle`. NotAllowed: `circle_members_only`. Conflict: `circle_not_open` (nothing is confirmed
        now), `circle_confirmed`, `circle_start_passed`. RuleViolation: `circle_limit_exposure`: their turn was made
        another one, which is too early for them.
    """
    circle = await locked(unit, token)
    if circle.state != CircleState.CONFIRMING:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    member = await require_member(unit, circle, customer_id)
    _require_time(unit, circle)
    held = await places_of(unit, circle, PlaceState.HELD)
    if member.agreed_rounds == len(held):
        raise Conflict(ErrorCode.CIRCLE_CONFIRMED)
    terms = await terms_of(unit, circle.product, circle.product_version)
    turns = [place.turn for place in held if place.customer_id == customer_id]
    await require_exposure(unit, customer_id, circle, terms, turns)
    member.agreed_rounds, member.agreed_at = len(held), unit.now
    await unit.session.flush()
    if all(each.agreed_rounds == len(held) for each in await members_of(unit, circle)):
        await begin(unit, cipher, circle)
    await boards.changed(unit, circle)
    return circle


async def move_start(unit: Unit, token: str, chair_id: int, first_due_on: date) -> Circle:
    """Set another first day of a circle that is open; each member confirms at the start, as its dates have changed.

    Raises NotFound: `circle`. NotAllowed: `circle_chair_only`. Conflict: `circle_not_open`.
        InvalidInput: `circle_start` (from_on, until_on).
    """
    circle = await locked(unit, token)
    await require_chair(unit, circle, chair_id)
    if circle.state != CircleState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    today = unit.local_now().date()
    from_on, until_on = today + timedelta(days=1), today + timedelta(days=MOST_DAYS_AHEAD)
    if not from_on <= first_due_on <= until_on:
        raise InvalidInput(ErrorCode.CIRCLE_START, from_on=from_on, until_on=until_on)
    circle.first_due_on = first_due_on
    await _ask_anew(unit, circle, {member.customer_id for member in await members_of(unit, circle)})
    return circle


async def set_order(unit: Unit, token: str, chair_id: int, order: Sequence[int]) -> Circle:
    """Set who receives when in a fixed order that the chair sets; whoever it moves confirms once more at the start.

    Args:
        order: the numbers of all places, the first to receive first.

    Raises NotFound: `circle`. NotAllowed: `circle_chair_only`. Conflict: `circle_not_open`.
        InvalidInput: `circle_order` (turns are drawn, or members pick them), `circle_turn` (not each place once).
        RuleViolation: `circle_chair_early` (turn, deposit).
    """
    circle = await locked(unit, token)
    await require_chair(unit, circle, chair_id)
    if circle.state != CircleState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    if circle.receiving_order != Order.FIXED or circle.members_pick:
        raise InvalidInput(ErrorCode.CIRCLE_ORDER)
    places = await places_of(unit, circle)
    if sorted(order) != [place.nr for place in places]:
        raise InvalidInput(ErrorCode.CIRCLE_TURN)
    member = await member_of(unit, circle, chair_id)
    chairs = [order.index(place.nr) + 1 for place in places if place.customer_id == chair_id]
    secured = secured_by(circle, member.retention if member is not None else 0)
    await require_chair_late(unit, chair_id, circle, chairs, secured)
    moved = {place.customer_id for place in places if place.turn != order.index(place.nr) + 1}
    for place in places:
        place.turn = order.index(place.nr) + 1
    await _ask_anew(unit, circle, moved - {None, chair_id})
    return circle


async def _let_confirm(unit: Unit, circle: Circle, places: int, days: int) -> None:
    """Ask each who has not agreed to so many rounds to confirm them within some days."""
    circle.state, circle.confirm_until = CircleState.CONFIRMING, unit.now + timedelta(days=days)
    told = notices.CircleConfirm(**of(circle), places=places, until=circle.confirm_until, token=circle.token)
    others = [each.customer_id for each in await members_of(unit, circle) if each.agreed_rounds != places]
    await tell(unit, others, told, f"circle:{circle.id}:{unit.now.isoformat()}")
    await unit.session.flush()


async def _ask_anew(unit: Unit, circle: Circle, people: Collection[int | None]) -> None:
    for member in await members_of(unit, circle):
        if member.customer_id in people:
            member.agreed_rounds = member.agreed_at = None
    await boards.changed(unit, circle)
    await unit.session.flush()


async def begin_agreed(unit: Unit, cipher: Cipher, circle: Circle) -> None:
    """Let a circle run to whose rounds each member has agreed, as they are now; else they are asked to confirm them."""
    people, held = await members_of(unit, circle), await places_of(unit, circle, PlaceState.HELD)
    if all(member.agreed_rounds == len(held) for member in people):
        await begin(unit, cipher, circle)
    else:
        terms = await terms_of(unit, circle.product, circle.product_version)
        await _let_confirm(unit, circle, len(held), terms.confirm_days)


async def begin(unit: Unit, cipher: Cipher, circle: Circle) -> None:
    """Let a circle run whose places are held: picks are published, a whole order is drawn, rounds and dues are written.

    The order of a fixed circle that starts with fewer closes up: who had turn 5 of 7 and is the fourth has turn 4.
    """
    held = await places_of(unit, circle, PlaceState.HELD)
    for place in await places_of(unit, circle, PlaceState.FREE):
        place.state, place.turn = PlaceState.UNUSED, None
    chain = await chain_of(unit, circle)
    if chain is not None:
        await publish_picks(unit, cipher, circle, chain, held)
    if circle.receiving_order == Order.FIXED:
        await _close_up(unit, circle, held)
    if circle.receiving_order == Order.WHOLE:
        await _draw_whole(unit, cipher, circle, held)
    circle.state, circle.started_at, circle.rounds = CircleState.RUNNING, unit.now, len(held)
    circle.confirm_until = None
    await _forget_who_waits(unit, circle)
    await unit.session.flush()
    if circle.is_paper:
        await write_history(unit, circle)
    await lay_out(unit, circle)
    for member in await members_of(unit, circle):
        mine = [place for place in held if place.customer_id == member.customer_id]
        turns = tuple(sorted(place.turn for place in mine if place.turn is not None))
        told = notices.CircleStarted(**of(circle), rounds=len(held), first_on=first_day(unit, circle), turns=turns,
                                     token=circle.token)  # fmt: skip
        await tell(unit, [member.customer_id], told, f"circle:{circle.id}")


def whole_order(ordered: list[int], late: set[int], rounds: int) -> dict[int, int]:
    """Return the turn of each place of a whole order as it was drawn, the smallest ticket first.

    Args:
        late: places that cannot take a turn of the first third: the next one takes it, and they come as soon as they
            can.

    3, 5, 1, 2, 4 is turns 3: 1, 5: 2, 1: 3, 2: 4, 4: 5.
    """
    turns: dict[int, int] = {}
    left = list(ordered)
    for turn in range(1, rounds + 1):
        able = [place for place in left if not (place in late and is_early(turn, rounds))] or left
        turns[able[0]] = turn
        left.remove(able[0])
    return turns


async def _draw_whole(unit: Unit, cipher: Cipher, circle: Circle, held: list[CirclePlace]) -> None:
    chain = await chain_of(unit, circle)
    assert chain is not None, "a whole order is drawn with keys"
    assert chain.picks_hash is not None, "picks were published"
    key = chain_key_of(cipher, chain, 1)
    numbers = [place.nr for place in held]
    drawn = list(tickets(Purpose.DRAW, key, chain.picks_hash, circle.code, WHOLE_ORDER, numbers))
    late = await _chairs(unit, circle, held)
    turns = whole_order(drawn, late, len(held))
    for place in held:
        place.turn = turns[place.nr]


async def _close_up(unit: Unit, circle: Circle, held: list[CirclePlace]) -> None:
    ordered = [place.nr for place in sorted(held, key=lambda place: place.turn or 0)]
    turns = whole_order(ordered, await _chairs(unit, circle, held), len(held))
    for place in held:
        place.turn = turns[place.nr]


async def _chairs(unit: Unit, circle: Circle, held: list[CirclePlace]) -> set[int]:
    """Return the chair's places that may take no turn of the first third: of a first circle, without full security."""
    if circle.is_paper or not await is_first_of_organiser(unit, circle):
        return set()
    member = await member_of(unit, circle, circle.organiser_id)
    secured = secured_by(circle, member.retention if member is not None else 0)
    if secured >= circle.contribution * (len(held) - 1):
        return set()
    return {place.nr for place in held if place.customer_id == circle.organiser_id}


async def _forget_who_waits(unit: Unit, circle: Circle) -> None:
    """Let those go who had asked or waited: the circle has started without them."""
    states = (MemberState.ASKED, MemberState.WAITING, MemberState.APPROVED)
    people = await members_of(unit, circle, *states)
    for member in people:
        member.state, member.left_at, member.wanted_sealed = MemberState.LEFT, unit.now, None
    told = notices.CircleOutFree(**of(circle), why="started")
    await tell(unit, [member.customer_id for member in people], told, f"circle:{circle.id}")


def _require_time(unit: Unit, circle: Circle) -> None:
    if unit.local_now().date() >= first_day(unit, circle):
        raise Conflict(ErrorCode.CIRCLE_START_PASSED)


def _require_halves(held: list[CirclePlace]) -> None:
    most = most_places_each(len(held))
    people = [place.customer_id for place in held]
    if any(people.count(person) > most for person in people):
        raise RuleViolation(ErrorCode.CIRCLE_HALF)
