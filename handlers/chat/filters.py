"""Filters: what a message or a tap means. Routers are declared with these."""

from __future__ import annotations

from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, TelegramObject

from handlers.chat.questions import pending


class Means(Filter):
    """Passes a message (a command, free text, an answer) or a tap that means one of `intents`; gives `slots`."""

    def __init__(self, *intents: str) -> None:
        self.intents = frozenset(intents)

    async def __call__(self, event: TelegramObject, meaning: Any = None) -> bool | dict[str, Any]:
        if meaning is None or meaning.intent not in self.intents:
            return False
        return {"slots": meaning.slots, "intent": meaning.intent}


class MeansAbout(Means):
    """Passes what means one intent about one thing: a statement "of my loan". The phrase's hint names the thing."""

    def __init__(self, intent: str, hint: str) -> None:
        super().__init__(intent)
        self.hint = hint

    async def __call__(self, event: TelegramObject, meaning: Any = None) -> bool | dict[str, Any]:
        if meaning is None or meaning.slots.get("hint") != self.hint:
            return False
        return await super().__call__(event, meaning)


class InGroup(Filter):
    """Passes what was done where others read along: in a group, or under a message of inline mode."""

    async def __call__(self, event: TelegramObject, talk: Any = None) -> bool:
        return talk is not None and not talk.is_private


class Tap(Filter):
    """Passes a tap whose data is `verb` or `verb:argument:…`; gives the arguments as `arguments`."""

    def __init__(self, verb: str) -> None:
        self.verb = verb

    async def __call__(self, event: TelegramObject) -> bool | dict[str, Any]:
        data = (event.data or "") if isinstance(event, CallbackQuery) else ""
        verb, *arguments = data.split(":")
        return {"arguments": arguments} if verb == self.verb else False


class Asked(Filter):
    """Passes a message that comes while `slot` is asked for; gives the `question`."""

    def __init__(self, slot: str) -> None:
        self.slot = slot

    async def __call__(self, event: TelegramObject, talk: Any = None) -> bool | dict[str, Any]:
        question = await pending(talk.state) if talk is not None else None
        return {"question": question} if question is not None and question.slot == self.slot else False
