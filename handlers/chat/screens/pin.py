"""The PIN's screens: asked with a keypad, wrong, not a PIN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.locales import Html, Translator

DIGITS: Final = 6
LONGEST_CARD: Final = 3_000
"""Characters of a card that stand above the keypad; of a longer one its first lines do."""
_KEYS: Final = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("⌫", "0"))
_BACK: Final = "⌫"


@dataclass(frozen=True, slots=True)
class Pad:
    """Where a PIN is typed: the token and the version of the intent that it signs, and what its card says."""

    token: str
    version: int
    signed: Html


def asked(t: Translator, pad: Pad, typed: int = 0) -> Screen:
    """Ask for the PIN of a confirmed card, under what it says: typed as a message, or tapped here."""
    return _under(t, pad, t("pin.asked"), typed)


def wrong(t: Translator, pad: Pad, tries_left: int) -> Screen:
    """The PIN was wrong; so many tries are left before it locks."""
    return _under(t, pad, t("pin.wrong", count=tries_left))


def form(t: Translator, pad: Pad) -> Screen:
    """What was typed is no PIN at all; it does not count as a try."""
    return _under(t, pad, t("pin.form"))


def told(t: Translator, pad: Pad) -> Screen:
    """Something else was asked or said: nothing has moved, and this is what the PIN would sign."""
    return Screen(lines(t("pin.signs"), "", _under(t, pad, t("pin.asked")).text), _keypad(t, pad))


def once_more(t: Translator, pad: Pad, why: str) -> Screen:
    """The PIN was right and the time is not: it is asked for again."""
    return _under(t, pad, Html(why))


def with_key(digits: str, key: str) -> str:
    """Return the digits after one more key: a digit is added (six at most), the arrow takes the last away."""
    if key == _BACK:
        return digits[:-1]
    return (digits + key)[:DIGITS] if key.isdecimal() and len(key) == 1 else digits


def _under(t: Translator, pad: Pad, asks: Html, typed: int = 0) -> Screen:
    """Return the keypad under what is signed: that is to be read until the last digit."""
    signed = _shortened(pad.signed)
    return Screen(lines(*([signed, ""] if signed else []), asks, "", _dots(typed)), _keypad(t, pad))


def _shortened(card: Html) -> Html:
    while len(card) > LONGEST_CARD and "\n" in card:
        card = Html(card.rpartition("\n")[0])
    return card


def _dots(typed: int) -> str:
    return "●" * typed + "○" * (DIGITS - typed)


def _keypad(t: Translator, pad: Pad) -> tuple[tuple[Button, ...], ...]:
    """Each key names its card, so that one which is tapped too late shows what has become of it."""
    rows = [tuple(Button(key, f"key:{key}:{pad.token}:{pad.version}") for key in row) for row in _KEYS]
    last = (*rows.pop(), Button(t("common.cancel"), f"nopin:{pad.token}:{pad.version}"))
    return (*rows, last)
