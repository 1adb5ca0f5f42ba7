"""Checking a draw at once: each ticket is computed anew from what was published; and the bids of an auction."""

from __future__ import annotations

import orjson
from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles.bids import own_bid, published_bid, seals_of
from finance_core.circles.book.models import CircleRound
from finance_core.circles.cards import DrawFile
from finance_core.circles.draw_files import draw_file
from finance_core.circles.finding import money_of, places_of
from finance_core.circles.models import Circle, PlaceState
from finance_core.circles.queries import names_of, rounds_of
from finance_core.circles.rules.bidding import seal
from finance_core.circles.rules.draws import WHOLE_ORDER, key_before, picks_hash, tickets
from finance_core.circles.rules.settings import Order
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from handlers.chat.arguments import argument, count_in
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import File, Screen
from handlers.chat.talk import Talk
from handlers.circles.mine import of_member
from handlers.circles.screens import acts_draw as screens

router = Router(name="circle_draws")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("checkdraw"))
async def check(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a draw as it is computed anew. Raises as `checked_draw`."""
    return await checked_draw(talk, argument(arguments), count_in(arguments, 1))


async def checked_draw(talk: Talk, code: str, named: int = 0) -> Screen:
    """Compute a draw anew and return each ticket: of the round that is named, else the last one that was drawn.

    Its file goes along: `susu verify draw` reads it. Raises NotFound: `circle_round`; Conflict: `circle_no_draw`.
    """
    circle, _ = await of_member(talk, code)
    rounds = await rounds_of(talk.unit, circle)
    drawn = [each.nr for each in rounds if each.purpose is not None]
    number = named or _last(circle, drawn)
    if circle.receiving_order == Order.WHOLE:
        number = WHOLE_ORDER
    elif not drawn:
        raise Conflict(ErrorCode.CIRCLE_NO_DRAW)
    published = await draw_file(talk.unit, talk.cipher, circle, number)
    checked = await _checked(talk, circle, rounds, published)
    before = max((each for each in drawn if each < number), default=None)
    return screens.checked(talk.t, checked, before, document=_file(published))


def _last(circle: Circle, drawn: list[int]) -> int:
    return WHOLE_ORDER if circle.receiving_order == Order.WHOLE else max(drawn, default=WHOLE_ORDER)


async def _checked(talk: Talk, circle: Circle, rounds: list[CircleRound], published: DrawFile) -> screens.Checked:
    """Return the draw as it comes out, and whether it is what was published."""
    picks = picks_hash(published.picks)
    found = tickets(published.purpose, published.key, picks, published.code, published.round, published.eligible)
    places = await places_of(talk.unit, circle, PlaceState.HELD, PlaceState.CLOSED)
    names = await names_of(talk.unit, talk.cipher, circle, [each.customer_id for each in places if each.customer_id])
    called = {each.nr: names.get(each.customer_id or 0, "") for each in places}
    row = next((each for each in rounds if each.nr == published.round), None)
    fits = key_before(published.key) == published.previous_key
    return screens.Checked(circle.code, published, picks, found, called, fits, row.receiver_place if row else None)


def _file(published: DrawFile) -> File:
    """Return the file that `susu verify draw` reads."""
    written = {
        "code": published.code,
        "round": published.round,
        "purpose": str(published.purpose),
        "previous_key": published.previous_key,
        "key": published.key,
        "picks": {str(place): text for place, text in sorted(published.picks.items())},
        "eligible": list(published.eligible),
    }
    content = orjson.dumps(written, option=orjson.OPT_INDENT_2)
    return File(f"draw-{published.code}-{published.round}.json", content)


@router.callback_query(Tap("bids"))
async def bids(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Check the bids of an auction's round: the seals, the winning bid as it was published, and one's own."""
    return await checked_bids(talk, argument(arguments), count_in(arguments, 1))


async def checked_bids(talk: Talk, code: str, named: int = 0) -> Screen:
    """Check the bids of the round that is named, else of the last one that was decided.

    Raises NotFound: `circle`. Conflict: `circle_no_auction`.
    """
    circle, _ = await of_member(talk, code)
    if circle.receiving_order != Order.AUCTION:
        raise Conflict(ErrorCode.CIRCLE_NO_AUCTION)
    rounds = [each for each in await rounds_of(talk.unit, circle) if each.refunds_place is None]
    number = named or max((each.nr for each in rounds if each.bid is not None), default=1)
    row = next((each for each in rounds if each.nr == number), rounds[0])
    return screens.bids(talk.t, await _bids(talk, circle, row))


async def _bids(talk: Talk, circle: Circle, row: CircleRound) -> screens.Bids:
    seals = await seals_of(talk.unit, circle, row.nr)
    won = await published_bid(talk.unit, circle, row.nr)
    own = [
        screens.OwnBid(each.place, each.amount, seal(circle.code, row.nr, each.place, each.amount.amount, each.nonce),
                       any(each.seal == other.seal and other.stands for other in seals))
        for each in await own_bid(talk.unit, talk.cipher, circle, talk.customer.id, row.nr)
    ]  # fmt: skip
    discount = money_of(circle, row.bid) if row.bid is not None else None
    fits = None
    if won is not None and won.amount is not None and won.nonce is not None:
        fits = seal(circle.code, row.nr, won.place, won.amount, won.nonce) in {each.seal for each in seals}
    return screens.Bids(circle.code, row.nr, len(seals), discount, row.receiver_place,
                        won.nonce if won is not None else None, fits, tuple(own))  # fmt: skip
