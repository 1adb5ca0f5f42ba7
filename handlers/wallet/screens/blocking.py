"""Screens of blocking: done, and the list of those who are blocked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, menu_row
from handlers.locales import Translator

MOST_SHOWN: Final = 20
"""The latest of them have a button; the others come up as these are unblocked."""


def blocked(t: Translator, name: str, person: int) -> Screen:
    """Somebody is blocked: what that means, and a way back."""
    back = Button(t("wallet.unblock"), f"unblock:{person}")
    return Screen(t("wallet.blocked", name=name), ((back, Button(t("menu.blocked"), "do:blocked")), menu_row(t)))


def listed(t: Translator, people: Sequence[tuple[str, int]]) -> Screen:
    """Whom one has blocked; a tap unblocks."""
    if not people:
        return Screen(t("wallet.nobody_blocked"), (menu_row(t),))
    buttons = choices([(t("wallet.unblock_one", name=name), f"unblock:{number}") for name, number in people], per_row=1)
    return Screen(t("wallet.blocked_people", count=len(people)), (*buttons[:MOST_SHOWN], menu_row(t)))
