"""The file by which a draw is checked: at once by a button, or by `susu verify draw` (CIRCLES, *Command line*)."""

from __future__ import annotations

from sqlmodel import col, select

from finance_core.circles.book.models import CircleEligible, CircleRound
from finance_core.circles.cards import DrawFile
from finance_core.circles.chains import chain_key_of, picks_of
from finance_core.circles.draw_models import CircleKey
from finance_core.circles.models import Circle, CirclePlace, PlaceState
from finance_core.circles.rules.draws import WHOLE_ORDER, Purpose
from finance_core.circles.rules.settings import Order
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotFound
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def draw_file(unit: Unit, cipher: Cipher, circle: Circle, number: int) -> DrawFile:
    """Return what checks a draw: round 0 is the whole order that was drawn at the start.

    Raises NotFound: `circle_round`. Conflict: `circle_no_draw`: nothing was drawn in it, or it is not drawn yet.
    """
    if number == WHOLE_ORDER:
        return await _whole_order_file(unit, cipher, circle)
    due = await unit.session.get(CircleRound, (circle.id, number), populate_existing=True)
    if due is None:
        raise NotFound(ErrorCode.CIRCLE_ROUND)
    if due.purpose is None or due.key is None or due.chain is None:
        raise Conflict(ErrorCode.CIRCLE_NO_DRAW)
    chain = await unit.session.get_one(CircleKey, (circle.id, due.chain))
    before = await unit.session.get(CircleRound, (circle.id, number - 1))
    is_first = number == chain.first_round or before is None or before.key is None
    previous = chain.key_zero if is_first or before is None or before.key is None else before.key
    purpose = Purpose(due.purpose)
    listed = await _listed(unit, circle, number, tied=purpose is Purpose.TIE)
    picks = await picks_of(unit, circle, chain.nr)
    return DrawFile(circle.code, number, purpose, previous, due.key, picks, tuple(listed))


async def _whole_order_file(unit: Unit, cipher: Cipher, circle: Circle) -> DrawFile:
    """Return the file of a whole order: key 1 was published with it."""
    chain = await unit.session.get(CircleKey, (circle.id, 1))
    if circle.receiving_order != Order.WHOLE or chain is None or chain.picks_hash is None:
        raise Conflict(ErrorCode.CIRCLE_NO_DRAW)
    started = await started_with(unit, circle)
    picks = await picks_of(unit, circle, chain.nr)
    key = chain_key_of(cipher, chain, 1)
    return DrawFile(circle.code, WHOLE_ORDER, Purpose.DRAW, chain.key_zero, key, picks, tuple(started))


async def started_with(unit: Unit, circle: Circle) -> list[int]:
    """Return the places that a circle started with, closed ones too."""
    query = select(CirclePlace.nr).where(
        CirclePlace.circle_id == circle.id, col(CirclePlace.state).in_([PlaceState.HELD, PlaceState.CLOSED])
    )
    return list(await unit.session.scalars(query.order_by(col(CirclePlace.nr))))


async def _listed(unit: Unit, circle: Circle, number: int, *, tied: bool) -> list[int]:
    """Return the places that were eligible in a round; of a tie, those that had bid the same."""
    query = select(CircleEligible).where(CircleEligible.circle_id == circle.id, CircleEligible.round == number)
    rows = await unit.session.scalars(query.order_by(col(CircleEligible.place)))
    return [row.place for row in rows if row.is_tied or not tied]
