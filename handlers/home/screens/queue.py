"""What waits for a person: to accept, to pay, to answer. It stands on top of /start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers.chat.screens.base import Button, Screen
from handlers.locales import Html, Translator
from handlers.wallet.screens.waiting import listed

MORE: Final = "queued"
"""The tap that leads to the next page."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that waits: a line, and the button that leads to its card."""

    said: Html
    button: Button
    is_others: bool = False
    """Whether it waits for somebody else: a send that nobody has taken yet."""


def queue(t: Translator, entries: Sequence[Entry], start: int = 0) -> Screen | None:
    """All that waits, as a screen of its own, first what is due, page by page; None where nothing does.

    Where it is others whom one waits for, the title says that.
    """
    if not entries:
        return None
    title = t("wallet.waits_title" if all(each.is_others for each in entries) else "queue.title")
    return listed(t, title, [(each.said, each.button) for each in entries], MORE, start)
