"""What a group is told where only a private chat will do."""

from __future__ import annotations

from typing import Final

from handlers.chat.screens.base import Button, Screen
from handlers.locales import Translator


def private_only(t: Translator, bot_username: str) -> Screen:
    """In a group: money is talked about in private."""
    buttons = ((Button(t("common.open_private"), url=f"https://t.me/{bot_username}?start"),),) if bot_username else ()
    return Screen(t("common.private_only"), buttons)


ASKS: Final = "ask-"
"""Begins the payload of a link that asks a question in private: `ask-repay-early`."""


def told_privately(t: Translator, bot_username: str, topic: str | None) -> Screen:
    """In a group: a question is answered in private, by a link that asks it there."""
    asks = f"={ASKS}{topic.replace('.', '-')}" if topic is not None else ""
    return Screen(
        t("asking.privately"), ((Button(t("common.open_private"), url=f"https://t.me/{bot_username}?start{asks}"),),)
    )
