"""A question that the bot has asked and not had answered: which intent it belongs to, and what is known already.

The answer is read as that one slot first; what is clearly something else ("how much do I owe?") is followed instead,
and a bad answer gets its sentence while the question stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiogram.fsm.context import FSMContext

Slots = Mapping[str, str]

MARK_LENGTH: Final = 6

_QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Question:
    """`slot` of `intent` is wanted; `slots` are known."""

    intent: str
    slot: str
    slots: dict[str, str]

    @property
    def mark(self) -> str:
        """What its buttons carry, so that a tap on an older card answers no other question."""
        known = repr((self.intent, self.slot, sorted(self.slots.items())))
        return hashlib.sha256(known.encode()).hexdigest()[:MARK_LENGTH]


async def ask(state: FSMContext, intent: str, slot: str, slots: Slots) -> None:
    """Remember that `slot` has been asked for."""
    await state.update_data({_QUESTION: {"intent": intent, "slot": slot, "slots": dict(slots)}})


async def pending(state: FSMContext) -> Question | None:
    """Return the question that waits for its answer."""
    return question_in(await state.get_data())


def question_in(data: Mapping[str, Any]) -> Question | None:
    """Return the question that a conversation's data holds, None when none is open."""
    asked = data.get(_QUESTION)
    return Question(asked["intent"], asked["slot"], asked["slots"]) if asked else None


async def settle(state: FSMContext) -> None:
    """Forget the question: it was answered, or the talk has moved on."""
    data = await state.get_data()
    if data.pop(_QUESTION, None) is not None:
        await state.set_data(data)
