"""What members wish in words ("when is my turn", "pay my circle"): of who is in one circle, that one is meant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import Message

from finance_core.circles.models import CircleState, MemberState
from finance_core.circles.queries import circles_of
from handlers.chat.filters import Means
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles import acts_bid, acts_leave, acts_pay, acts_turns, mine
from handlers.circles.screens import mine as screens

router = Router(name="circle_words")

_DOES: Final[Mapping[str, Callable[[Any, Talk, list[str]], Awaitable[Screen]]]] = {
    "circle_my_turn": mine.one,
    "circle_who_paid": mine.board,
    "circle_pay": acts_pay.pay,
    "circle_skip": mine.more,
    "circle_swap": acts_turns.whose,
    "circle_bid": acts_bid.begin,
    "circle_leave": acts_leave.leave,
}
"""What each wish opens; *not this time* is a button of what `circle_skip` opens."""


@router.message(Means(*_DOES))
async def in_words(message: Message, talk: Talk, slots: Slots, intent: str) -> Screen:
    """Open what is wished in the one circle that runs; of several, the list. In none: how circles work, as before."""
    own = await circles_of(talk.unit, talk.cipher, talk.customer.id) if talk.is_private else []
    running = [each for each in own if each.state is CircleState.RUNNING and each.member is MemberState.JOINED]
    if not running:
        raise SkipHandler
    if len(running) > 1:
        return screens.circles(talk.t, running, 0)
    code = running[0].code
    if intent == "circle_pay" and "amount" in slots:
        offered: Screen = await acts_pay.pay_some(message, talk, {"code": code, "contribution": slots["amount"]})
        return offered
    return await _DOES[intent](message, talk, [code])
