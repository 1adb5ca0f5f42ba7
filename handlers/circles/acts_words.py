"""What members wish in words ("when is my turn", "bid 5"): of who is in one circle, that one is meant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import Message

from finance_core.circles.models import CircleState, MemberState
from finance_core.circles.queries import circles_of
from finance_core.circles.rules.settings import Order
from handlers.chat.filters import Means
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles import acts_bid, acts_leave, acts_pay, acts_turns, mine
from handlers.circles.screens import mine as screens

router = Router(name="circle_words")

_DOES: Final[Mapping[str, tuple[str, Callable[[Any, Talk, list[str]], Awaitable[Screen]]]]] = {
    "circle_my_turn": (screens.CARD, mine.one),
    "circle_who_paid": ("circleboard", mine.board),
    "circle_pay": ("paycircle", acts_pay.pay),
    "circle_skip": ("circlemore", mine.more),
    "circle_swap": ("swapturn", acts_turns.whose),
    "circle_bid": ("bidcircle", acts_bid.begin),
    "circle_leave": ("leavecircle", acts_leave.leave),
}
"""The button that does what is wished, and its handler; *not this time* is a button of what `circle_skip` opens."""
_ONLY_IN: Final = {"circle_swap": Order.FIXED, "circle_bid": Order.AUCTION, "circle_skip": Order.AUCTION}
"""The one order in which there is such a thing."""


async def _pays(message: Message, talk: Talk, code: str, amount: str) -> Screen:
    offered: Screen = await acts_pay.pay_some(message, talk, {"code": code, "contribution": amount})
    return offered


_WITH_SUM: Final = {"circle_pay": _pays, "circle_bid": acts_bid.with_sum}
"""What takes the sum that was said along."""


@router.message(Means(*_DOES))
async def in_words(message: Message, talk: Talk, slots: Slots, intent: str) -> Screen:
    """Open what is wished in the one circle that runs; of several that it fits, ask which; in none, say the rules."""
    own = await circles_of(talk.unit, talk.cipher, talk.customer.id) if talk.is_private else []
    running = [each for each in own if each.state is CircleState.RUNNING and each.member is MemberState.JOINED]
    if not running:
        raise SkipHandler
    fitting = [each for each in running if each.order is _ONLY_IN.get(intent, each.order)] or running
    verb, does = _DOES[intent]
    if len(fitting) > 1:
        return screens.circles(talk.t, fitting, 0, verb)
    code = fitting[0].code
    if intent in _WITH_SUM and "amount" in slots:
        return await _WITH_SUM[intent](message, talk, code, slots["amount"])
    return await does(message, talk, [code])
