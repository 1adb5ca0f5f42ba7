"""The PIN's screens: asked with a keypad, wrong, not a PIN."""

from __future__ import annotations

from typing import Final, TypeAlias

from handlers.chat.screens.base import Button, Screen
from handlers.locales import Translator

Card: TypeAlias = tuple[str, int]
"""The token and the version of the intent that is confirmed."""
DIGITS: Final = 6
_KEYS: Final = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("⌫", "0"))
_BACK: Final = "⌫"


def asked(t: Translator, card: Card, typed: int = 0) -> Screen:
    """Ask for the PIN of a confirmed card: typed as a message, or tapped here."""
    return Screen(f"{t('pin.asked')}\n\n{_dots(typed)}", _keypad(t, card))


def wrong(t: Translator, card: Card, tries_left: int) -> Screen:
    """The PIN was wrong; so many tries are left before it locks."""
    return Screen(f"{t('pin.wrong', count=tries_left)}\n\n{_dots(0)}", _keypad(t, card))


def form(t: Translator, card: Card) -> Screen:
    """What was typed is no PIN at all; it does not count as a try."""
    return Screen(f"{t('pin.form')}\n\n{_dots(0)}", _keypad(t, card))


def once_more(t: Translator, card: Card, why: str) -> Screen:
    """The PIN was right and the time is not: it is asked for again."""
    return Screen(f"{why}\n\n{_dots(0)}", _keypad(t, card))


def with_key(digits: str, key: str) -> str:
    """Return the digits after one more key: a digit is added (six at most), the arrow takes the last away."""
    if key == _BACK:
        return digits[:-1]
    return (digits + key)[:DIGITS] if key.isdecimal() and len(key) == 1 else digits


def _dots(typed: int) -> str:
    return "●" * typed + "○" * (DIGITS - typed)


def _keypad(t: Translator, card: Card) -> tuple[tuple[Button, ...], ...]:
    """Each key names its card, so that one which is tapped too late shows what has become of it."""
    token, version = card
    rows = [tuple(Button(key, f"key:{key}:{token}:{version}") for key in row) for row in _KEYS]
    last = (*rows.pop(), Button(t("common.cancel"), f"nopin:{token}:{version}"))
    return (*rows, last)
