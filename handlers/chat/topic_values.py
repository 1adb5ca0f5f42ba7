"""What answers take from outside: the sum that was asked about, names and notes cut to what there is room for."""

from __future__ import annotations

from typing import Final

from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Money
from handlers.chat.slot_values import money_slot
from handlers.chat.topics import Asked

NAME_CHARACTERS: Final = 24
"""Of a name in an answer: all of it has to fit on a small screen."""
NOTE_CHARACTERS: Final = 40


def amount_asked(asked: Asked) -> Money | None:
    """Return the sum that a question names; None for none, or for one that is no sum of ours."""
    try:
        return money_slot(asked.slots) or None
    except InvalidInput:
        return None


def shortened(text: str, most: int = NAME_CHARACTERS) -> str:
    """Return a text from outside cut to `most` characters, with an ellipsis where something is left out."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
