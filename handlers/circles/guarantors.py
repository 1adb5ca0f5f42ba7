"""Standing for a place in a circle: yes or no, at most how much; and paying for it when it is asked for."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.circles import guarantors as core
from finance_core.circles.board_view import circle_board
from finance_core.circles.book.payments import stand_in
from finance_core.circles.decision_models import CircleGuarantor
from finance_core.circles.finding import by_code, held_by, money_of
from finance_core.circles.leaving import due_by
from finance_core.circles.models import Circle
from finance_core.circles.rules.settings import Security
from finance_core.customers.service import display_name
from finance_core.journeys import circle_limits
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotFound
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.mentions import as_written, person_named
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask, settle
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.acts_intents import CircleIsPaid, PayForPlace, StandForPlace
from handlers.circles.mine import of_member
from handlers.circles.screens import guarantors as screens
from handlers.friends.money import left_after

router = Router(name="circle_guarantors")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("askguarantor"))
async def ask_whom(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask who is to stand for one's place. Raises Conflict: `circle_no_guarantor`."""
    circle, _ = await of_member(talk, argument(arguments))
    if circle.security != Security.GUARANTORS:
        raise Conflict(ErrorCode.CIRCLE_NO_GUARANTOR)
    await ask(talk.state, "ask_guarantor", "guarantor", {"code": circle.code})
    return screens.ask_whom(talk.t, money_of(circle, circle.security_amount))


@router.message(Means("ask_guarantor"))
async def named(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Ask who was named to stand for each of one's places. Raises NotFound: `payee_unknown`; as `guarantors.ask`."""
    circle, _ = await of_member(talk, slots.get("code", ""))
    said = slots.get("guarantor", "").strip()
    found = await person_named(talk, said)
    if found is None:
        raise NotFound(ErrorCode.PAYEE_UNKNOWN, payee=as_written(talk, said))
    most = money_of(circle, circle.security_amount)
    for place in await held_by(talk.unit, circle, talk.customer.id):
        await core.ask(talk.unit, circle.token, talk.customer.id, place.nr, found.id, most)
    await settle(talk.state)
    return screens.asked(talk.t, display_name(found, talk.cipher), circle.code)


async def _stands(talk: Talk, code: str) -> list[tuple[Circle, CircleGuarantor]]:
    """Return for which places of a circle one stands, or is asked to. Raises NotFound: `circle`, none."""
    talk.require_joined()
    found = [each for each in await core.stood_for_by(talk.unit, talk.customer.id) if each[0].code == code]
    if not found:
        raise NotFound(ErrorCode.CIRCLE)
    return found


async def _of_place(talk: Talk, arguments: list[str]) -> tuple[Circle, CircleGuarantor]:
    """Return one's guarantee of a place that a tap names. Raises NotFound: `circle_guarantor`."""
    nr = count_in(arguments, 1)
    for circle, row in await _stands(talk, argument(arguments)):
        if row.place == nr:
            return circle, row
    raise NotFound(ErrorCode.CIRCLE_GUARANTOR)


async def _name(talk: Talk, circle: Circle, nr: int) -> str:
    board = await circle_board(talk.unit, talk.cipher, circle.id)
    return next((each.name for each in board.people if each.nr == nr), "")


@router.callback_query(Tap("standyes"))
async def agree(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to stand for a place. Raises NotFound: `circle`, `circle_guarantor`."""
    circle, row = await _of_place(talk, arguments)
    most, name = money_of(circle, row.most), await _name(talk, circle, row.place)
    params = StandForPlace(sum=most, code=circle.code, place=row.place, name=name)
    return await offer(talk, STAND, params, screens.stand_card(talk.t, params))


@router.callback_query(Tap("standno"))
async def refuse(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say no to standing for a place. Raises as `guarantors.refuse`."""
    circle, row = await _of_place(talk, arguments)
    await core.refuse(talk.unit, circle.token, talk.customer.id, row.place)
    return screens.refused(talk.t)


@router.callback_query(Tap("standin"))
async def pay(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to pay what the first place that one stands for has not paid, at most what one stands for."""
    for circle, row in await _stands(talk, argument(arguments)):
        due = min(await due_by(talk.unit, circle, row.place), money_of(circle, row.most))
        if row.agreed_at is not None and due:
            left, name = await left_after(talk, due), await _name(talk, circle, row.place)
            params = PayForPlace(sum=due, code=circle.code, place=row.place, name=name)
            return await offer(talk, PAY, params, screens.pay_card(talk.t, params, left))
    return screens.nothing_is_due(talk.t)


async def _stand(talk: Talk, params: StandForPlace, key: str) -> Nothing:
    circle = await by_code(talk.unit, params.code)
    await circle_limits.stand_for(talk.unit, circle.token, talk.customer.id, params.place)
    return Nothing()


async def _pay(talk: Talk, params: PayForPlace, key: str) -> CircleIsPaid:
    circle = await by_code(talk.unit, params.code)
    paid = await stand_in(talk.unit, circle.id, talk.customer.id, params.place, params.sum, key)
    return CircleIsPaid(reference=paid.reference, due=paid.due, ahead=paid.ahead, balance=paid.balance)


STAND: Final = Action(
    "circles.stand_for", StandForPlace, Nothing, needs_pin=True, run=_stand, done=shows(screens.stands)
)
PAY: Final = Action("circles.stand_in", PayForPlace, CircleIsPaid, needs_pin=True, run=_pay, done=shows(screens.paid))
ACTIONS: Final = (STAND, PAY)
