"""A button under an offer was tapped: it is noted, and what it opens comes in a message of its own.

The button's data names what it opens, as any other does, and beside it the broadcast: `do:borrow:offer=12:way=borrow`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, TelegramObject

from finance_core.offers.planning import taps
from finance_core.offers.running.settling import settle_by_tap
from handlers.chat.arguments import ID_DIGITS, whole_number
from handlers.chat.meaning import Meaning
from handlers.chat.talk import Talk

OFFER: Final = "offer"
WAY: Final = "way"

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class TappedOffers(BaseMiddleware):
    """Notes a tap on an offer's way, and hands on what it means without it."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        meaning: Meaning | None = data.get("meaning")
        if isinstance(event, CallbackQuery) and meaning is not None and OFFER in meaning.slots:
            talk: Talk = data["talk"]
            await _note(talk, meaning)
            talk.edits = False  # the offer stays as it was read
            slots = {name: value for name, value in meaning.slots.items() if name not in (OFFER, WAY)}
            data["meaning"] = replace(meaning, slots=slots)
        return await handler(event, data)


async def _note(talk: Talk, meaning: Meaning) -> None:
    number = whole_number(meaning.slots[OFFER], ID_DIGITS)
    if number is not None and talk.message_id is not None:
        way = meaning.slots.get(WAY, meaning.intent)
        await taps.note(talk.unit, number, talk.customer.id, way, talk.message_id)


async def came(talk: Talk, broadcast_id: int) -> None:
    """A button of a broadcast's message was tapped, so it came: where nobody knew, that is settled."""
    if talk.message_id is not None:
        await settle_by_tap(talk.unit, broadcast_id, talk.customer.id, talk.message_id)
