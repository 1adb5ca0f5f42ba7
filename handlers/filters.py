"""Filters: what a message or a tap means. Routers are declared with these."""

from __future__ import annotations

from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, TelegramObject


class Means(Filter):
    """Passes a message (a command, free text, an answer) or a tap that means one of `intents`; gives `slots`."""

    def __init__(self, *intents: str) -> None:
        self.intents = frozenset(intents)

    async def __call__(self, event: TelegramObject, meaning: Any = None) -> bool | dict[str, Any]:
        if meaning is None or meaning.intent not in self.intents:
            return False
        return {"slots": meaning.slots, "intent": meaning.intent}


class Tap(Filter):
    """Passes a tap whose data is `verb` or `verb:argument:…`; gives the arguments as `arguments`."""

    def __init__(self, verb: str) -> None:
        self.verb = verb

    async def __call__(self, event: TelegramObject) -> bool | dict[str, Any]:
        data = (event.data or "") if isinstance(event, CallbackQuery) else ""
        verb, *arguments = data.split(":")
        return {"arguments": arguments} if verb == self.verb else False
