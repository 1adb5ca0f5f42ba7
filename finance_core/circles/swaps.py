"""Swapping turns in a fixed order: two who have not received and are not late, until 18:00 the day before (§5).

Who asks and who is asked both confirm with the PIN.
"""

from __future__ import annotations

from sqlmodel import select

from finance_core.circles import boards, notices
from finance_core.circles.admission import require_exposure, require_free, require_not_early
from finance_core.circles.book.evenings import LISTED_AT, at
from finance_core.circles.book.models import CircleRound, RoundState
from finance_core.circles.decision_models import CircleSwap, SwapState
from finance_core.circles.finding import (
    by_id,
    held_by,
    locked,
    locked_by_id,
    places_of,
    require_place,
    require_running,
)
from finance_core.circles.finding import find as find_circle
from finance_core.circles.leaving import is_late
from finance_core.circles.models import Circle, CirclePlace, PlaceState
from finance_core.circles.notifications import name_of, of, tell
from finance_core.circles.product import terms_of
from finance_core.circles.releasing import lapse_swaps
from finance_core.circles.rules.settings import Order
from finance_core.customers.queries import locked as locked_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound, RuleViolation
from finance_core.storage.unit import Unit


async def ask(unit: Unit, token: str, asker_id: int, place: int, other_place: int, swap_token: str) -> CircleSwap:
    """Ask who holds another place to swap turns. The same token again: the same request.

    Raises:
        NotFound: `circle`. Conflict: `circle_not_running`, `circle_no_swaps` (the order is not fixed),
            `circle_swap_late`, `circle_swap_over` (the same two are being asked already). NotAllowed: `circle_place`,
            `outflow_locked`, `account_frozen`, `changes_held`, `not_yours`.
        RuleViolation: `circle_received`, `circle_late`; `circle_limit_exposure`, `circle_chair_early`: it would be too
            early a turn.
    """
    await _require_free(unit, await find_circle(unit, token), asker_id)
    circle = await _locked(unit, token)
    known = await unit.session.scalar(select(CircleSwap).where(CircleSwap.token == swap_token))
    if known is not None:
        if known.customer_id != asker_id:
            raise NotAllowed(ErrorCode.NOT_YOURS)
        return known
    own = await require_place(unit, circle, asker_id, place)
    other = await _other(unit, circle, asker_id, other_place)
    await _require_may(unit, circle, own, other)
    await _require_turn(unit, circle, own, other.turn)
    if await _is_asked(unit, circle, place, other_place):
        raise Conflict(ErrorCode.CIRCLE_SWAP_OVER)
    assert own.turn is not None, "a fixed order has turns"
    assert other.turn is not None, "a fixed order has turns"
    assert other.customer_id is not None, "a held place has its holder"
    swap = CircleSwap(
        token=swap_token,
        circle_id=circle.id,
        place=place,
        customer_id=asker_id,
        turn=own.turn,
        other_place=other_place,
        other_id=other.customer_id,
        other_turn=other.turn,
        state=SwapState.ASKED,
        asked_at=unit.now,
    )
    unit.session.add(swap)
    await unit.session.flush()
    told = notices.CircleSwapAsked(**of(circle), name=await name_of(unit, asker_id), turn=own.turn,
                                   your_turn=other.turn, token=swap_token)  # fmt: skip
    await tell(unit, [swap.other_id], told, f"swap:{swap.id}")
    return swap


async def agree(unit: Unit, swap_token: str, customer_id: int) -> CircleSwap:
    """Agree to swap, after the PIN: the two turns are exchanged at once.

    Raises NotFound: `circle_swap`. NotAllowed: `not_yours`, and as `ask`. Conflict: `circle_swap_over` (answered, or a
        turn is another one by now), `circle_swap_late`. RuleViolation: `circle_received`, `circle_late`.
    """
    await _require_free(unit, await by_id(unit, (await find(unit, swap_token)).circle_id), customer_id)
    circle, swap = await _open(unit, swap_token)
    if swap.other_id != customer_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    own = await require_place(unit, circle, swap.customer_id, swap.place)
    other = await require_place(unit, circle, customer_id, swap.other_place)
    if (own.turn, other.turn) != (swap.turn, swap.other_turn):
        raise Conflict(ErrorCode.CIRCLE_SWAP_OVER)
    await _require_may(unit, circle, own, other)
    await _require_turn(unit, circle, own, other.turn)
    await _require_turn(unit, circle, other, own.turn)
    await swap_turns(unit, circle, own, other, swap.id)
    await _answer(unit, circle, swap, SwapState.DONE, swap.other_turn)
    return swap


async def refuse(unit: Unit, swap_token: str, customer_id: int) -> CircleSwap:
    """Say no to a swap. Raises NotFound: `circle_swap`, NotAllowed: `not_yours`, Conflict: `circle_swap_over`."""
    circle, swap = await _open(unit, swap_token)
    if swap.other_id != customer_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    await _answer(unit, circle, swap, SwapState.REFUSED, swap.turn)
    return swap


async def withdraw(unit: Unit, swap_token: str, customer_id: int) -> CircleSwap:
    """Take a request back. Raises NotFound: `circle_swap`, NotAllowed: `not_yours`, Conflict: `circle_swap_over`."""
    _, swap = await _open(unit, swap_token)
    if swap.customer_id != customer_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    swap.state, swap.answered_at = SwapState.WITHDRAWN, unit.now
    await unit.session.flush()
    return swap


async def find(unit: Unit, swap_token: str) -> CircleSwap:
    """Return a request to swap by its token, as it is. Raises NotFound: `circle_swap`."""
    query = select(CircleSwap).where(CircleSwap.token == swap_token)
    swap = await unit.session.scalar(query.execution_options(populate_existing=True))
    if swap is None:
        raise NotFound(ErrorCode.CIRCLE_SWAP)
    return swap


async def _locked(unit: Unit, token: str) -> Circle:
    """Return a circle that may swap turns, locked: after its person, as everywhere."""
    circle = await locked(unit, token)
    require_running(circle)
    if circle.receiving_order != Order.FIXED:
        raise Conflict(ErrorCode.CIRCLE_NO_SWAPS)
    return circle


async def require_coming(unit: Unit, circle: Circle, number: int) -> CircleRound:
    """Return a round whose receiver may still change. Raises Conflict: `circle_swap_late`; NotFound: `circle_round`."""
    query = select(CircleRound).where(CircleRound.circle_id == circle.id, CircleRound.nr == number)
    found = await unit.session.scalar(query.with_for_update(key_share=True))
    if found is None:
        raise NotFound(ErrorCode.CIRCLE_ROUND)
    if found.state != RoundState.COMING or unit.now >= at(found, LISTED_AT, unit.zone):
        raise Conflict(ErrorCode.CIRCLE_SWAP_LATE)
    return found


async def swap_turns(
    unit: Unit, circle: Circle, place: CirclePlace, other: CirclePlace, besides: int | None = None
) -> None:
    """Exchange the turns of two places, in the rounds too; open requests of either lapse, but for `besides`."""
    place.turn, other.turn = other.turn, place.turn
    for each in (place, other):
        assert each.turn is not None, "turns are known"
        (await require_coming(unit, circle, each.turn)).receiver_place = each.nr
    await unit.session.flush()
    await lapse_swaps(unit, circle, [place.nr, other.nr], besides)
    await boards.changed(unit, circle)


async def _require_free(unit: Unit, circle: Circle, customer_id: int) -> None:
    """Refuse who may take on nothing new: swaps stop with `/lock`. Raises: as `admission.require_free`."""
    customer = await locked_customer(unit, customer_id)
    await require_free(unit, customer, await terms_of(unit, circle.product, circle.product_version))


async def _other(unit: Unit, circle: Circle, asker_id: int, nr: int) -> CirclePlace:
    for place in await places_of(unit, circle, PlaceState.HELD):
        if place.nr == nr and place.customer_id != asker_id:
            return place
    raise NotAllowed(ErrorCode.CIRCLE_PLACE)


async def _require_may(unit: Unit, circle: Circle, own: CirclePlace, other: CirclePlace) -> None:
    for place in (own, other):
        assert place.turn is not None, "a fixed order has turns"
        assert place.customer_id is not None, "a held place has its holder"
        if place.received_round is not None:
            raise RuleViolation(ErrorCode.CIRCLE_RECEIVED)
        await require_coming(unit, circle, place.turn)
        if await is_late(unit, circle, place.customer_id):
            raise RuleViolation(ErrorCode.CIRCLE_LATE)


async def _require_turn(unit: Unit, circle: Circle, place: CirclePlace, turn: int | None) -> None:
    """Refuse a turn that is too early for who holds a place: their exposure, or the chair of a first circle."""
    assert turn is not None, "a fixed order has turns"
    assert place.customer_id is not None, "a held place has its holder"
    await require_not_early(unit, circle, place.nr, turn)
    held = await held_by(unit, circle, place.customer_id)
    open_ones = [each for each in held if each.received_round is None]
    turns = [turn if each.nr == place.nr else each.turn for each in open_ones]
    terms = await terms_of(unit, circle.product, circle.product_version)
    await require_exposure(unit, place.customer_id, circle, terms, turns)


async def _is_asked(unit: Unit, circle: Circle, place: int, other: int) -> bool:
    query = select(CircleSwap.id).where(
        CircleSwap.circle_id == circle.id,
        CircleSwap.place == place,
        CircleSwap.other_place == other,
        CircleSwap.state == SwapState.ASKED,
    )
    return await unit.session.scalar(query.limit(1)) is not None


async def _open(unit: Unit, swap_token: str) -> tuple[Circle, CircleSwap]:
    circle = await by_id(unit, (await find(unit, swap_token)).circle_id)
    circle = await locked_by_id(unit, circle.id)
    require_running(circle)
    swap = await find(unit, swap_token)
    if swap.state != SwapState.ASKED:
        raise Conflict(ErrorCode.CIRCLE_SWAP_OVER)
    return circle, swap


async def _answer(unit: Unit, circle: Circle, swap: CircleSwap, state: SwapState, turn: int) -> None:
    swap.state, swap.answered_at = state, unit.now
    await unit.session.flush()
    told = notices.CircleSwapAnswered(**of(circle), answer=str(state), turn=turn)
    await tell(unit, [swap.customer_id], told, f"swap:{swap.id}")
