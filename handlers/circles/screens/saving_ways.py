"""Buttons that lead on in an accumulating circle. They name it by its code; who may, the act asks."""

from __future__ import annotations

from handlers.chat.screens.base import Button
from handlers.locales import Translator


def meeting(t: Translator, code: str) -> Button:
    """Return the button that shows the meeting: who is there, what is asked for, what is voted on."""
    return Button(t("saving_circles.meeting"), f"meeting:{code}")


def buy_shares(t: Translator, code: str) -> Button:
    """Return the button that offers to buy shares at the meeting that is open."""
    return Button(t("saving_circles.buy_shares"), f"buyshares:{code}")
