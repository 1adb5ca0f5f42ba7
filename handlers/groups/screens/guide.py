"""What works in a group."""

from __future__ import annotations

from handlers.chat.screens.base import Button, Screen
from handlers.locales import Translator


def works_here(t: Translator, bot_username: str) -> Screen:
    """What members may do here, what only an admin may, and the way to the private chat."""
    link = f"https://t.me/{bot_username}?start"
    return Screen(t("groups.help"), ((Button(t("common.open_private"), url=link),),))
