"""Answers in groups, as they are kept until delivery sends them."""

from __future__ import annotations

import json
from dataclasses import asdict

from finance_core.groups.notices import Said
from handlers.chat.screens.base import Button, Screen
from handlers.locales import Translator


def as_json(screen: Screen) -> str:
    """Return a screen's text and buttons as text."""
    buttons = [[asdict(button) for button in row] for row in screen.buttons]
    return json.dumps({"text": screen.text, "buttons": buttons}, ensure_ascii=False)


def said(_t: Translator, told: Said) -> Screen:
    """Return the screen that `as_json` kept."""
    if not isinstance(told.said, str):
        raise TypeError("what is sealed is opened before it is drawn")
    kept = json.loads(told.said)
    return Screen(kept["text"], tuple(tuple(Button(**button) for button in row) for row in kept["buttons"]))
