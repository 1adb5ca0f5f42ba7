"""What is said of a picture that was sent."""

from __future__ import annotations

from handlers.chat.screens.base import Screen
from handlers.chat.screens.ways import act
from handlers.locales import Translator


def refused(t: Translator, why: str) -> Screen:
    """Nothing can be made of it: why, and that another one is awaited."""
    return Screen(t(f"account.picture_{why}"), ((act(t, "cancel", t("common.cancel")),),))
