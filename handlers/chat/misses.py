"""Taps and links that name something: who names too often what is not there opens nothing for a while.

A send, a request, a packet, a bill is opened by a token that nobody guesses; whoever tries is stopped. Each line says
of its buttons which carry one (`naming_taps`), and by which code it refuses one that there is not (`misses`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, TelegramObject

from finance_core.kernel.errors import NotFound
from finance_core.wallet import guesses
from handlers.chat.faults import refusal
from handlers.chat.talk import Talk
from handlers.lines import vocabulary

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class CountsMisses(BaseMiddleware):
    """Counts buttons that name what there is not, as links are counted.

    A person who has missed too often opens nothing for a while, whether it is there or not.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        talk: Talk = data["talk"]
        verb = (event.data or "").partition(":")[0] if isinstance(event, CallbackQuery) else ""
        if verb not in vocabulary().naming_taps:
            return await handler(event, data)
        return await counted(talk, lambda: handler(event, data))


async def counted(talk: Talk, look: Callable[[], Awaitable[Any]]) -> Any:
    """Return what `look` finds; the refusal, where nothing is there, so that the miss stays counted.

    Raises TemporarilyUnavailable: `links_guessed`.
    """
    await guesses.require_few(talk.unit, talk.customer.id)
    try:
        async with talk.unit.session.begin_nested():
            return await look()
    except NotFound as missing:
        if missing.code not in vocabulary().misses:
            raise
        await guesses.count_miss(talk.unit, talk.customer.id)
        return refusal(talk.t, missing)
