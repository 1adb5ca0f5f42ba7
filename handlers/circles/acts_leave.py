"""Leaving a circle that runs: what comes back and when is shown before the PIN."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles.finding import BEFORE_START, by_code, held_by
from finance_core.circles.models import Circle
from finance_core.circles.queries import rounds_of
from finance_core.circles.rules.settings import Kind
from finance_core.journeys import circle_leaving as leaving
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.acts_intents import LeaveCircle
from handlers.circles.acts_takeover import free_to_go
from handlers.circles.joining import standing
from handlers.circles.mine import of_member
from handlers.circles.saving.shares import offer_to_leave as offer_to_leave_cycle
from handlers.circles.screens import acts_leave as screens

router = Router(name="circle_leaving")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("leavecircle"))
async def leave(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to leave with one of one's places; before the start, show *Take it back*. Raises as `leaving.leave`."""
    circle, member = await of_member(talk, argument(arguments))
    if circle.state in BEFORE_START:
        return await standing(talk, circle, member)
    if circle.kind == Kind.ACCUMULATING:
        offered: Screen = await offer_to_leave_cycle(callback, talk, [circle.code])
        return offered
    places = await held_by(talk.unit, circle, talk.customer.id)
    if len(places) > 1:
        return screens.which_place(talk.t, circle.code, [place.nr for place in places])
    return await _offered(talk, circle, places[0].nr if places else 0)


@router.callback_query(Tap("leaveplace"))
async def leave_with(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to leave with one of one's places. Raises as `leaving.leave`."""
    circle, _ = await of_member(talk, argument(arguments))
    return await _offered(talk, circle, count_in(arguments, 1))


async def _offered(talk: Talk, circle: Circle, place: int) -> Screen:
    back = await leaving.comes_back(talk.unit, circle.token, talk.customer.id, place)
    days = {each.nr: each.due_on for each in await rounds_of(talk.unit, circle)}
    on = days.get(back.in_round) if back.in_round is not None else None
    params = LeaveCircle(code=circle.code, place=place, at_once=back.at_once, later=back.later, on=on)
    card = await offer(talk, LEAVE, params, screens.leave_card(talk.t, params))
    free = [each.nr for each in await free_to_go(talk, circle)]
    return screens.or_handed_over(talk.t, card, params) if place in free else card


async def _leave(talk: Talk, params: LeaveCircle, key: str) -> Nothing:
    circle = await by_code(talk.unit, params.code)
    await leaving.leave(talk.unit, circle.token, talk.customer.id, params.place)
    return Nothing()


LEAVE: Final = Action("circles.leave", LeaveCircle, Nothing, needs_pin=True, run=_leave, done=shows(screens.left))
ACTIONS: Final = (LEAVE,)
