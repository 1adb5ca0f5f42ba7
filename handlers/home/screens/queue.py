"""What waits for a person: to accept, to pay, to answer. It stands on top of /start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.locales import Html, Translator

MOST_SHOWN: Final = 5
"""How many have a line and a button; of the others it is said how many there are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that waits: a line, and the button that leads to its card."""

    said: Html
    button: Button
    is_others: bool = False
    """Whether it waits for somebody else: a send that nobody has taken yet."""


def queue(t: Translator, entries: Sequence[Entry]) -> Screen | None:
    """All that waits, as a screen of its own, first what is due; None where nothing does.

    Where it is others whom one waits for, the title says that.
    """
    if not entries:
        return None
    title = t("wallet.waits_title" if all(each.is_others for each in entries) else "queue.title")
    shown, more = entries[:MOST_SHOWN], len(entries) - MOST_SHOWN
    rest = t("wallet.waits_more", count=more) if more > 0 else None
    return Screen(
        lines(title, *(each.said for each in shown), rest),
        tuple((each.button,) for each in shown),
    )
