"""What was said in a group and goes on in private."""

from __future__ import annotations

from handlers.chat.screens.base import Screen
from handlers.locales import Translator


def waits_for_joining(t: Translator) -> Screen:
    """What was said in a group goes on once the person has joined."""
    return Screen(t("friends.said_waits"))
