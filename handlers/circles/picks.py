"""Picking a secret word for the draws after one has joined, until the words are published; anew with a new chain."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.circles import joining as core
from finance_core.circles.chains import chain_of
from finance_core.circles.finding import held_by
from finance_core.circles.models import Circle
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput
from handlers.chat.arguments import argument
from handlers.chat.faults import refusal
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask, settle
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.joining import words_in
from handlers.circles.mine import of_member
from handlers.circles.screens import joining as screens

router = Router(name="circle_picks")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("pickword"))
async def begin(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for a word. Raises Conflict: `circle_no_picks`: nothing is drawn, or the words are published."""
    circle, _ = await of_member(talk, argument(arguments))
    chain = await chain_of(talk.unit, circle)
    if chain is None or chain.picks_hash is not None:
        raise Conflict(ErrorCode.CIRCLE_NO_PICKS)
    return await _asks(talk, circle)


async def _asks(talk: Talk, circle: Circle, refused: str | None = None) -> Screen:
    await ask(talk.state, "pick_word", "draw_word", {"code": circle.code})
    return screens.asks(talk.t, screens.PICK, refused)


@router.message(Means("pick_word"))
async def picked(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Keep a word for each of one's places, in their order; what is no word is asked for again. Raises as `pick`."""
    circle, _ = await of_member(talk, slots.get("code", ""))
    try:
        words = words_in(slots.get("draw_word", ""))
        async with talk.unit.session.begin_nested():
            held = await held_by(talk.unit, circle, talk.customer.id)
            for place, word in zip(held, words, strict=False):
                await core.pick(talk.unit, talk.cipher, circle.token, talk.customer.id, place.nr, word)
    except InvalidInput as refused:
        return await _asks(talk, circle, refusal(talk.t, refused).text)
    await settle(talk.state)
    return screens.picked(talk.t, circle.code, words[: len(held)])
