"""What a group is told where only a private chat will do."""

from __future__ import annotations

from handlers.chat.screens.base import Button, Screen
from handlers.locales import Translator


def private_only(t: Translator, bot_username: str) -> Screen:
    """In a group: money is talked about in private."""
    buttons = ((Button(t("common.open_private"), url=f"https://t.me/{bot_username}?start"),),) if bot_username else ()
    return Screen(t("common.private_only"), buttons)
