"""Paying into a circle: what is due, a part of it, ahead of its day, or for somebody else in the circle."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.circles.board_view import circle_board
from finance_core.circles.book.models import PocketKind
from finance_core.circles.book.pockets import kept_for
from finance_core.circles.finding import by_code, held_by, money_of, places_of
from finance_core.circles.leaving import owed_by
from finance_core.circles.membership import choose_debits
from finance_core.circles.models import Circle, CirclePlace, PlaceState
from finance_core.circles.queries import member_card
from finance_core.circles.rules.settings import Kind
from finance_core.customers.consents import Wording
from finance_core.customers.service import require_may_send_out
from finance_core.journeys import circles
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotAllowed
from finance_core.kernel.money import ASSETS, Money
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in, whole_number
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.circles.acts_intents import CircleIsPaid, PayCircle
from handlers.circles.mine import card as member_screen
from handlers.circles.mine import of_member
from handlers.circles.saving.shares import how_many
from handlers.circles.screens import acts_pay as screens
from handlers.friends.money import left_after

router = Router(name="circle_payments")
router.callback_query.middleware(CountsMisses())

DEBIT_WORDING: Final = "2026-12-01.1"
"""Of the text `my_circles.debit_consent`: a new one whenever what it says changes."""


@router.callback_query(Tap("paycircle"))
async def pay(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to pay what is due in a circle; nothing is: the next contribution, ahead of its day.

    In a savings circle shares are bought.
    """
    circle, _ = await of_member(talk, argument(arguments))
    if circle.kind == Kind.ACCUMULATING:
        return await how_many(talk, circle)
    own = await member_card(talk.unit, talk.cipher, circle, talk.customer.id)
    amount = own.due or own.next_due
    if not amount or not await held_by(talk.unit, circle, talk.customer.id):
        return screens.nothing_to_pay(talk.t, circle.code)
    most = await _left_of(talk, circle, await held_by(talk.unit, circle, talk.customer.id))
    return (
        await _offered(talk, circle, min(amount, most), None, "") if most else screens.paid_ahead(talk.t, circle.code)
    )


@router.message(Means("pay_circle"))
@router.callback_query(Means("pay_circle"))
async def pay_some(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer to pay another sum, which is asked for: a part of what is due, or more than that."""
    circle, _ = await of_member(talk, slots.get("code", ""))
    if circle.kind == Kind.ACCUMULATING:
        return await how_many(talk, circle)
    place = whole_number(slots.get("place", ""))
    places, name = await _paid_for(talk, circle, place)
    most = await _left_of(talk, circle, places)
    amount = money_slot(slots, "contribution", ASSETS[circle.asset])
    if amount is None:
        await ask(talk.state, "pay_circle", "contribution", {k: v for k, v in slots.items() if k in ("code", "place")})
        return screens.ask_sum(talk.t, most)
    if not amount:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    return await _offered(talk, circle, amount, place, name)


@router.callback_query(Tap("payother"))
async def for_whom(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show whose part may be paid: who has not paid this round, as the board says it."""
    circle, _ = await of_member(talk, argument(arguments))
    board = await circle_board(talk.unit, talk.cipher, circle.id)
    own = {place.nr for place in await held_by(talk.unit, circle, talk.customer.id)}
    waiting = [each for each in board.people if each.paid is False and each.nr not in own]
    return screens.for_whom(talk.t, circle.code, waiting, count_in(arguments, 1))


@router.callback_query(Tap("paythat"))
async def pay_for(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to pay another's part of the rounds that are due, or ask how much: what they owe is theirs to tell."""
    circle, _ = await of_member(talk, argument(arguments))
    place = count_in(arguments, 1)
    places, name = await _paid_for(talk, circle, place)
    one = min(money_of(circle, circle.contribution), await _left_of(talk, circle, places))
    return await _offered(talk, circle, one, place, name)


async def _paid_for(talk: Talk, circle: Circle, place: int | None) -> tuple[list[CirclePlace], str]:
    """Return the places that are paid for, and whose another's is. Raises NotAllowed: `circle_place`."""
    if place is None:
        return await held_by(talk.unit, circle, talk.customer.id), ""
    found = [each for each in await places_of(talk.unit, circle, PlaceState.HELD) if each.nr == place]
    if not found:
        raise NotAllowed(ErrorCode.CIRCLE_PLACE)
    board = await circle_board(talk.unit, talk.cipher, circle.id)
    return found, next((each.name for each in board.people if each.nr == place), "")


async def _left_of(talk: Talk, circle: Circle, places: list[CirclePlace]) -> Money:
    """Return all that is left to pay of places, less what is kept ahead of its day."""
    left = Money.zero(ASSETS[circle.asset])
    for place in places:
        ahead = (await kept_for(talk.unit, circle, place.nr)).get(PocketKind.AHEAD, Money.zero(left.asset))
        left += await owed_by(talk.unit, circle, place.nr) - ahead
    return left


async def _offered(talk: Talk, circle: Circle, amount: Money, place: int | None, name: str) -> Screen:
    """Return the card. Raises InvalidInput: `circle_pays_too_much`; InsufficientFunds; as `require_may_send_out`."""
    places, _ = await _paid_for(talk, circle, place)
    most = await _left_of(talk, circle, places)
    if amount > most:
        raise InvalidInput(ErrorCode.CIRCLE_PAYS_TOO_MUCH, most=most)
    if place is not None:
        await require_may_send_out(talk.unit, talk.customer.id, Money.zero(amount.asset))
    left = await left_after(talk, amount)
    due = (await member_card(talk.unit, talk.cipher, circle, talk.customer.id)).due if place is None else None
    title = (await circle_board(talk.unit, talk.cipher, circle.id)).title
    text = screens.pay_card(talk.t, title, amount, due, name, left)
    params = PayCircle(sum=amount, code=circle.code, place=place, name=name)
    return screens.with_others(talk.t, await offer(talk, PAY, params, text), circle.code, place)


@router.callback_query(Tap("circledebit"))
async def turn_debits(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take the consent to debits back, or give it; a line is kept of it either way."""
    circle, member = await of_member(talk, argument(arguments))
    words = Wording(str(talk.t("my_circles.debit_consent")), DEBIT_WORDING, talk.t.language, "circle")
    given = not member.automatic_debit
    await choose_debits(talk.unit, circle.token, talk.customer.id, words, given=given)
    return screens.debits_turned(talk.t, await member_screen(talk, circle, member), given=given)


async def _pay(talk: Talk, params: PayCircle, key: str) -> CircleIsPaid:
    circle = await by_code(talk.unit, params.code)
    paid = await circles.pay(talk.unit, circle.id, talk.customer.id, params.sum, key, place=params.place)
    return CircleIsPaid(reference=paid.reference, due=paid.due, ahead=paid.ahead, balance=paid.balance)


async def _is_for_another(talk: Talk, params: PayCircle) -> bool:
    """Say whether the PIN is asked: for what is another's, not for one's own contribution."""
    return params.place is not None


PAY: Final = Action(
    "circles.pay", PayCircle, CircleIsPaid, needs_pin=_is_for_another, run=_pay, done=shows(screens.paid)
)
ACTIONS: Final = (PAY,)
