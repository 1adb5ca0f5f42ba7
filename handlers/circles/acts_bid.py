"""Bidding for an auction's round: what a bid costs is shown as money and as a rate, twice, before the PIN."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.circles import bids as core
from finance_core.circles.book.evenings import bids_end_at
from finance_core.circles.book.models import CircleRound
from finance_core.circles.finding import by_code, held_by, money_of
from finance_core.circles.models import Circle, CirclePlace
from finance_core.circles.rules.settings import Order
from finance_core.journeys import circle_limits
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.origination.circle_loans import rate_cap
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in, minor_units, whole_number
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.circles.acts_intents import BidCircle, BidIsMade
from handlers.circles.mine import of_member
from handlers.circles.screens import acts_bid as screens

router = Router(name="circle_bids")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("bidcircle"))
async def begin(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask how much is bid; who holds several places that wait says with which. Raises as `_bidding`."""
    circle, _ = await of_member(talk, argument(arguments))
    due, places = await _bidding(talk, circle)
    if len(places) > 1:
        return screens.which_place(talk.t, circle.code, [place.nr for place in places])
    return await _asked(talk, circle, due, places[0].nr)


@router.callback_query(Tap("bidplace"))
async def with_place(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask how much is bid with one of one's places."""
    circle, _ = await of_member(talk, argument(arguments))
    due, _ = await _bidding(talk, circle)
    return await _asked(talk, circle, due, count_in(arguments, 1))


async def _bidding(talk: Talk, circle: Circle) -> tuple[CircleRound, list[CirclePlace]]:
    """Return the round that may be bid for and one's places that wait.

    Raises Conflict: `circle_no_auction`, `circle_bids_closed`. RuleViolation: `circle_received`.
    """
    if circle.receiving_order != Order.AUCTION:
        raise Conflict(ErrorCode.CIRCLE_NO_AUCTION)
    due = await core.bidding_round(talk.unit, circle)
    if due is None:
        raise Conflict(ErrorCode.CIRCLE_BIDS_CLOSED)
    places = [place for place in await held_by(talk.unit, circle, talk.customer.id) if place.turn is None]
    if not places:
        raise RuleViolation(ErrorCode.CIRCLE_RECEIVED)
    return due, places


async def with_sum(message: Message, talk: Talk, code: str, amount: str) -> Screen:
    """Show what a bid that was said with its sum would cost; of several places, ask which. Raises as `begin`."""
    circle, _ = await of_member(talk, code)
    due, places = await _bidding(talk, circle)
    if len(places) > 1:
        return screens.which_place(talk.t, code, [place.nr for place in places])
    said = {"code": code, "place": str(places[0].nr), "round": str(due.nr), "bid": amount}
    shown: Screen = await quoted(message, talk, said)
    return shown


async def _asked(talk: Talk, circle: Circle, due: CircleRound, place: int) -> Screen:
    auction = await core.auction_of(talk.unit, circle)
    own = [each for each in await core.own_bid(talk.unit, talk.cipher, circle, talk.customer.id, due.nr)
           if each.place == place]  # fmt: skip
    await ask(talk.state, "bid_circle", "bid", {"code": circle.code, "place": str(place), "round": str(due.nr)})
    until = talk.t.instant(bids_end_at(due, talk.unit.zone), talk.unit.zone)
    bounds = screens.Bounds(
        money_of(circle, auction.pot), money_of(circle, auction.commission), money_of(circle, auction.most_bid), until
    )
    return screens.ask_bid(talk.t, circle.code, due.nr, place, bounds, own[0].amount if own else None)


@router.message(Means("bid_circle"))
async def quoted(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Show what the bid would cost, and the way on to its card. Raises as `bids.quote`."""
    circle, _ = await of_member(talk, slots.get("code", ""))
    place, number = whole_number(slots.get("place", "")) or 0, whole_number(slots.get("round", "")) or 0
    amount = money_slot(slots, "bid", ASSETS[circle.asset])
    if not amount:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    quote = await circle_limits.quote(talk.unit, circle.token, talk.customer.id, place, number, amount)
    return screens.cost(talk.t, circle.code, place, number, quote, await rate_cap(talk.unit))


@router.callback_query(Tap("bidcard"))
async def card(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer the bid: its cost is shown once more, above Confirm and again above the PIN. Raises as `bids.quote`."""
    circle, _ = await of_member(talk, argument(arguments))
    place, number = count_in(arguments, 1), count_in(arguments, 2)
    amount = Money(minor_units(argument(arguments, 3)) or 0, ASSETS[circle.asset])
    quote = await circle_limits.quote(talk.unit, circle.token, talk.customer.id, place, number, amount)
    until = talk.t.instant(quote.ends_at, talk.unit.zone)
    text = screens.card(talk.t, circle.code, place, number, quote, until, await rate_cap(talk.unit))
    return await offer(talk, BID, BidCircle(sum=amount, code=circle.code, place=place, round=number), text)


@router.callback_query(Tap("unbid"))
async def withdraw(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take a bid back, until the deadline. Raises as `bids.withdraw`."""
    circle, _ = await of_member(talk, argument(arguments))
    place, number = count_in(arguments, 1), count_in(arguments, 2)
    was = await core.withdraw(talk.unit, circle.token, talk.customer.id, place, number)
    return screens.withdrawn(talk.t, circle.code, number, was=was)


@router.callback_query(Tap("notnow"))
async def not_this_time(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say *not this time* for all one's places that wait, or that one does take part after all."""
    circle, _ = await of_member(talk, argument(arguments))
    due, places = await _bidding(talk, circle)
    passes = not all(place.passes_round == due.nr for place in places)
    for place in places:
        await core.not_this_time(talk.unit, circle.token, talk.customer.id, place.nr, due.nr, passes=passes)
    return screens.passed(talk.t, circle.code, due.nr, passes=passes)


async def _bid(talk: Talk, params: BidCircle, key: str) -> BidIsMade:
    circle = await by_code(talk.unit, params.code)
    made = await circle_limits.bid(
        talk.unit, talk.cipher, circle.token, talk.customer.id, params.place, params.round, params.sum, key
    )
    return BidIsMade(seal=made.seal, nonce=made.nonce)


BID: Final = Action("circles.bid", BidCircle, BidIsMade, needs_pin=True, run=_bid, done=shows(screens.made))
ACTIONS: Final = (BID,)
