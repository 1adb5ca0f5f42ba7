"""Joining a circle that is open, waiting for a place, and going again: free until it starts (CIRCLES §5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.circles import boards, notices
from finance_core.circles.admission import require_free, require_limits, require_reliable
from finance_core.circles.book.pockets import put_in
from finance_core.circles.chains import DRAWN, chain_of, sealed_pick
from finance_core.circles.finding import (
    first_day,
    locked,
    member_of,
    members_of,
    money_of,
    officers_of,
    places_of,
    require_chair,
    require_place,
)
from finance_core.circles.models import (
    Circle,
    CircleMember,
    CircleState,
    MemberState,
    PlaceState,
    Role,
)
from finance_core.circles.notifications import name_of, of, tell
from finance_core.circles.product import CircleProduct, terms_of
from finance_core.circles.requests import Joined, JoinRequest, opened_request, sealed_request, written
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.joining import Promise, promise
from finance_core.circles.rules.settings import Order, Security
from finance_core.circles.starting import begin_agreed
from finance_core.customers import consents
from finance_core.customers.consents import Topic, Wording
from finance_core.customers.models import Customer
from finance_core.customers.queries import locked as locked_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from finance_core.kernel.money import Money
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

ON_THE_WAY: Final = (MemberState.ASKED, MemberState.WAITING, MemberState.APPROVED)


async def promised(unit: Unit, circle: Circle, request: JoinRequest) -> Promise:
    """Return what joining comes to, as it is said before the PIN: paid in, coming back, dates. Minor units."""
    count = circle.rounds or circle.places
    turns: Sequence[int | None] = request.turns or await _free_turns(unit, circle, request.places)
    return promise(
        circle.contribution,
        count,
        turns or (None,) * request.places,
        circle.first_due_on,
        Period(circle.period),
        circle.commission_percent,
    )


async def check(unit: Unit, token: str, customer_id: int, request: JoinRequest, instalments: Money) -> Circle:
    """Refuse, before the PIN, what `join` would refuse. Raises: as `join`."""
    customer, circle, terms = await _ready(unit, token, customer_id)
    await _require_request(unit, customer, circle, terms, request, instalments)
    return circle


async def join(
    unit: Unit,
    cipher: Cipher,
    token: str,
    customer_id: int,
    request: JoinRequest,
    wording: Wording,
    *,
    instalments: Money,
) -> Joined:
    """Join an open circle, after the PIN: places are taken with their deposit, or it is asked for, or waited for.

    The last place starts the circle. Who was approved takes the places by joining once more.

    Args:
        wording: what was agreed to about debits; kept where `request.automatic_debit`.
        instalments: of the person's loans here, due in the catalogue's window (`journeys.circles` knows it).

    Raises:
        NotFound: `circle`. Conflict: `circle_not_open`, `circle_confirming`, `circle_start_passed`, `circle_joined`,
            `circle_asked`, `circle_turn` (somebody has it).
        NotAllowed: `circle_tier`, `age_denied`, `adult_unconfirmed`, `outflow_locked`, `account_frozen`,
            `changes_held`, `circle_refused`.
        RuleViolation: as `admission.require_limits`; `circle_unreliable` (least), `circle_people` (fewest);
            InsufficientFunds: of the deposit. InvalidInput: `circle_pick`, `circle_order`, `circle_turn`.
    """
    customer, circle, terms = await _ready(unit, token, customer_id)
    await _require_request(unit, customer, circle, terms, request, instalments)
    before = await member_of(unit, circle, customer_id)
    member = written(unit, cipher, circle, customer_id, request, before)
    await consents.choose(
        unit, customer_id, Topic.DEBIT, wording, given=request.automatic_debit, about=debits_of(circle)
    )
    is_let_in = before is not None and before.state == MemberState.APPROVED
    chair = (await officers_of(unit, circle)).get(Role.CHAIR)
    if circle.needs_approval and not is_let_in and customer_id != chair:
        return await _ask(unit, cipher, circle, member, request, chair)
    free = await places_of(unit, circle, PlaceState.FREE)
    if len(free) < request.places or (not is_let_in and await members_of(unit, circle, MemberState.WAITING)):
        return await _wait(unit, cipher, circle, member, request)
    return await _take(unit, cipher, circle, member, request)


async def approve(unit: Unit, cipher: Cipher, token: str, chair_id: int, customer_id: int) -> Joined:
    """Say yes to who has asked: places that cost no deposit are theirs at once, else once they confirm.

    Raises NotFound: `circle`. NotAllowed: `circle_chair_only`. Conflict: `circle_not_open`, `circle_confirming`,
        `circle_not_asked`, `circle_approved`.
    """
    circle = await locked(unit, token)
    await require_chair(unit, circle, chair_id)
    _require_open(unit, circle)
    member = await member_of(unit, circle, customer_id)
    if member is not None and member.state in {MemberState.APPROVED, MemberState.WAITING, MemberState.JOINED}:
        raise Conflict(ErrorCode.CIRCLE_APPROVED)
    if member is None or member.state != MemberState.ASKED:
        raise Conflict(ErrorCode.CIRCLE_NOT_ASKED)
    return await _let_in(unit, cipher, circle, member)


async def refuse(unit: Unit, token: str, chair_id: int, customer_id: int) -> None:
    """Say no to who has asked to join. Raises: as `approve`."""
    circle = await locked(unit, token)
    await require_chair(unit, circle, chair_id)
    member = await member_of(unit, circle, customer_id)
    if member is None or member.state not in ON_THE_WAY:
        raise Conflict(ErrorCode.CIRCLE_NOT_ASKED)
    member.state, member.left_at, member.wanted_sealed = MemberState.REFUSED, unit.now, None
    told = notices.CircleAnswered(**of(circle), answer="refused", token=circle.token)
    await tell(unit, [customer_id], told, f"circle:{circle.id}:{unit.now.isoformat()}")
    await unit.session.flush()


async def pick(unit: Unit, cipher: Cipher, token: str, customer_id: int, nr: int, text: str) -> None:
    """Pick a secret word for a place until the picks are published; "" takes it back.

    Raises NotFound: `circle`. NotAllowed: `circle_place`. Conflict: `circle_no_picks`. InvalidInput: `circle_pick`.
    """
    circle = await locked(unit, token)
    place = await require_place(unit, circle, customer_id, nr)
    chain = await chain_of(unit, circle)
    if chain is None or chain.picks_hash is not None:
        raise Conflict(ErrorCode.CIRCLE_NO_PICKS)
    place.pick_sealed = sealed_pick(cipher, circle, customer_id, text)
    await unit.session.flush()


async def waiting_position(unit: Unit, circle: Circle, customer_id: int) -> int | None:
    """Return somebody's position on the waiting list, from 1; None who is not on it."""
    waiting = [member.customer_id for member in await members_of(unit, circle, MemberState.WAITING)]
    return waiting.index(customer_id) + 1 if customer_id in waiting else None


async def _ready(unit: Unit, token: str, customer_id: int) -> tuple[Customer, Circle, CircleProduct]:
    """Return who joins and what they join, both locked, when both may."""
    customer = await locked_customer(unit, customer_id)
    circle = await locked(unit, token)
    _require_open(unit, circle)
    terms = await terms_of(unit, circle.product, circle.product_version)
    member = await member_of(unit, circle, customer_id)
    if member is not None and member.state == MemberState.JOINED:
        raise Conflict(ErrorCode.CIRCLE_JOINED)
    if member is not None and member.state in {MemberState.ASKED, MemberState.WAITING}:
        raise Conflict(ErrorCode.CIRCLE_ASKED)
    if member is not None and member.state == MemberState.REFUSED:
        raise NotAllowed(ErrorCode.CIRCLE_REFUSED)
    await require_free(unit, customer, terms)
    return customer, circle, terms


def _require_open(unit: Unit, circle: Circle) -> None:
    if circle.state == CircleState.CONFIRMING:
        raise Conflict(ErrorCode.CIRCLE_CONFIRMING)
    if circle.state != CircleState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    if unit.local_now().date() >= first_day(unit, circle):
        raise Conflict(ErrorCode.CIRCLE_START_PASSED)


async def _require_request(
    unit: Unit, customer: Customer, circle: Circle, terms: CircleProduct, request: JoinRequest, instalments: Money
) -> None:
    turns = await _turns(unit, circle, customer.id, request)
    if len(request.picks) > request.places:
        raise InvalidInput(ErrorCode.CIRCLE_PICK)
    await require_limits(unit, customer, circle, terms, turns, retention=request.kept, instalments=instalments)
    await require_reliable(unit, customer, circle)
    await _require_people(unit, circle, terms, customer.id, request.places)


async def _turns(unit: Unit, circle: Circle, customer_id: int, request: JoinRequest) -> tuple[int | None, ...]:
    """Return the turns of the places that are wanted, None for each that is not known.

    In an order that the chair sets, the chair picks too: their own turn is theirs to set.

    Raises InvalidInput: `circle_order` (no turns are picked here), `circle_turn` (none of the circle's, or twice).
        Conflict: `circle_turn` (somebody has it).
    """
    if not request.turns:
        return await _free_turns(unit, circle, request.places) or (None,) * request.places
    is_set_by = circle.receiving_order == Order.FIXED and customer_id == circle.organiser_id
    if not (circle.members_pick or is_set_by):
        raise InvalidInput(ErrorCode.CIRCLE_ORDER)
    if len(set(request.turns)) != request.places or not all(1 <= turn <= circle.places for turn in request.turns):
        raise InvalidInput(ErrorCode.CIRCLE_TURN)
    free = {place.turn for place in await places_of(unit, circle, PlaceState.FREE)}
    if not free.issuperset(request.turns):
        raise Conflict(ErrorCode.CIRCLE_TURN)
    return request.turns


async def _free_turns(unit: Unit, circle: Circle, count: int) -> tuple[int | None, ...]:
    """Return the turns of the first free places of a fixed order; nothing where there are not so many, or no turns."""
    if circle.receiving_order != Order.FIXED:
        return ()
    free = sorted(place.turn or 0 for place in await places_of(unit, circle, PlaceState.FREE))
    return tuple(free[:count]) if len(free) >= count else ()


async def _require_people(unit: Unit, circle: Circle, terms: CircleProduct, customer_id: int, wanted: int) -> None:
    """Refuse what would leave too few places for as many people as a circle takes."""
    people = {member.customer_id for member in await members_of(unit, circle)} | {customer_id}
    left = len(await places_of(unit, circle, PlaceState.FREE)) - wanted
    if left >= 0 and len(people) + left < terms.fewest_people:
        raise RuleViolation(ErrorCode.CIRCLE_PEOPLE, fewest=terms.fewest_people)


async def _ask(
    unit: Unit, cipher: Cipher, circle: Circle, member: CircleMember, request: JoinRequest, chair: int | None
) -> Joined:
    member.state, member.wanted_sealed = MemberState.ASKED, sealed_request(cipher, circle, member, request)
    await unit.session.flush()
    if chair is not None:
        name = await name_of(unit, member.customer_id)
        told = notices.CircleJoinAsked(**of(circle), name=name, places=request.places, token=circle.token)
        await tell(unit, [chair], told, f"circle:{circle.id}:{member.customer_id}:{unit.now.isoformat()}")
    return Joined(MemberState.ASKED)


async def _wait(unit: Unit, cipher: Cipher, circle: Circle, member: CircleMember, request: JoinRequest) -> Joined:
    member.state, member.wanted_sealed = MemberState.WAITING, sealed_request(cipher, circle, member, request)
    await unit.session.flush()
    return Joined(MemberState.WAITING, position=await waiting_position(unit, circle, member.customer_id))


async def _take(unit: Unit, cipher: Cipher, circle: Circle, member: CircleMember, request: JoinRequest) -> Joined:
    """Give somebody their places, of which enough are free; the last place starts the circle."""
    free = sorted(await places_of(unit, circle, PlaceState.FREE), key=lambda place: (place.turn or 0, place.nr))
    taken = [place for place in free if place.turn in request.turns] if request.turns else free[: request.places]
    picks = [*request.picks, *[""] * (request.places - len(request.picks))]
    for place, text in zip(taken, picks, strict=True):
        place.state, place.customer_id, place.held_since = PlaceState.HELD, member.customer_id, unit.now
        if circle.receiving_order in DRAWN:
            place.pick_sealed = sealed_pick(cipher, circle, member.customer_id, text)
    member.state, member.joined_at, member.wanted_sealed = MemberState.JOINED, unit.now, None
    member.agreed_rounds, member.agreed_at = circle.places, unit.now
    await unit.session.flush()
    key = f"{circle.id}:{member.customer_id}:{unit.now.isoformat()}"
    if circle.security == Security.DEPOSIT:
        deposit = money_of(circle, circle.security_amount)
        for place in taken:
            await put_in(unit, circle, place.nr, member.customer_id, deposit, f"{key}:{place.nr}")
    is_full = len(free) == len(taken)
    if is_full:
        await begin_agreed(unit, cipher, circle)
    await boards.changed(unit, circle)
    numbers, turns = tuple(place.nr for place in taken), tuple(place.turn for place in taken)
    return Joined(MemberState.JOINED, numbers, turns, started=circle.state == CircleState.RUNNING)


async def _let_in(unit: Unit, cipher: Cipher, circle: Circle, member: CircleMember) -> Joined:
    """Let somebody in whom the chair wants, or whose turn on the waiting list it is."""
    request = opened_request(cipher, circle, member)
    free = await places_of(unit, circle, PlaceState.FREE)
    if len(free) < request.places:
        member.state = MemberState.WAITING
        await unit.session.flush()
        return Joined(MemberState.WAITING, position=await waiting_position(unit, circle, member.customer_id))
    is_theirs = not circle.security_amount and {place.turn for place in free}.issuperset(request.turns)
    answer = "joined" if is_theirs else "approved"
    told = notices.CircleAnswered(**of(circle), answer=answer, token=circle.token)
    await tell(unit, [member.customer_id], told, f"circle:{circle.id}:{unit.now.isoformat()}")
    if is_theirs:
        return await _take(unit, cipher, circle, member, request)
    member.state = MemberState.APPROVED
    await unit.session.flush()
    return Joined(MemberState.APPROVED)


async def next_in_line(unit: Unit, cipher: Cipher, circle: Circle) -> None:
    """Let those in who wait and for whom there is room now, in their order."""
    for member in await members_of(unit, circle, MemberState.WAITING):
        free = await places_of(unit, circle, PlaceState.FREE)
        if circle.state != CircleState.OPEN or len(free) < member.places:
            return
        await _let_in(unit, cipher, circle, member)


def debits_of(circle: Circle) -> str:
    """Return what the consent to a circle's debits is about."""
    return f"circle:{circle.id}"
