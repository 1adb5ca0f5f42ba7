"""The pieces that every card is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Final, TypeVar

from finance_core.notices import Content
from handlers.chat.screens.base import Button, Screen
from handlers.locales import Html, Translator

T = TypeVar("T")

CANCEL: Final = "do:cancel"
"""Gives up whatever is open."""
MENU: Final = "do:menu"

MOST_BUTTONS: Final = 6
"""On a card, as a small phone shows it; a keypad has more."""


def room_beside(*rows: Sequence[Button]) -> int:
    """Return how many more buttons there is room for on a card with these rows."""
    return MOST_BUTTONS - sum(map(len, rows))


def confirm_buttons(t: Translator, token: str, version: int) -> tuple[tuple[Button, ...], ...]:
    """Return the row of Confirm and Cancel under what an intent offers."""
    return (
        (
            Button(t("common.confirm"), f"ok:{token}:{version}"),
            Button(t("common.cancel"), f"no:{token}:{version}"),
        ),
    )


def menu_row(t: Translator) -> tuple[Button, ...]:
    """Return the way back to the main menu, as a row of its own."""
    return (Button(t("common.menu"), MENU),)


def with_cancel(t: Translator, asks: Screen) -> Screen:
    """Return a screen that asks for something with *Cancel*: beside *Menu*, or in its place where six are full.

    What has one, or keys in the place of the phone's own keyboard, stays as it is.
    """
    cancel = Button(t("common.cancel"), CANCEL)
    buttons = [button for row in asks.buttons for button in row]
    if asks.keyboard or any(button.text == cancel.text or button.data == CANCEL for button in buttons):
        return asks
    *others, last = asks.buttons or ((),)
    is_full, menu = len(buttons) >= MOST_BUTTONS, [button for button in last if button.data == MENU]
    if not is_full and len(last) == len(menu):
        return replace(asks, buttons=(*others, (cancel, *menu)))
    if not is_full:
        return replace(asks, buttons=(*asks.buttons, (cancel,)))
    return replace(asks, buttons=(*others, tuple(cancel if button in menu else button for button in last)))


def lines(*parts: str | None) -> Html:
    """Return the parts on lines of their own; None is left out, "" is an empty line."""
    return Html("\n".join(part for part in parts if part is not None))


def values_of(told: Content) -> dict[str, object]:
    """Return a notice's fields as its text may name them; an instant is left out, as it is shown in a zone."""
    values = {field.name: getattr(told, field.name) for field in fields(told)}
    return {name: value for name, value in values.items() if not isinstance(value, datetime)}


def choices(labels: Sequence[tuple[str, str]], per_row: int = 3) -> tuple[tuple[Button, ...], ...]:
    """Return (label, data) pairs as rows of buttons."""
    buttons = [Button(label, data) for label, data in labels]
    return tuple(tuple(buttons[start : start + per_row]) for start in range(0, len(buttons), per_row))


def page_of(rows: Sequence[T], start: int, most: int) -> tuple[list[tuple[int, T]], int | None]:
    """Return what a card has buttons for, numbered from 1, and where its *More* leads to.

    Up to `most` rows all have one, and there is no *More* (None). Of more rows a page has one less, from `start` on;
    after the last page comes the first.
    """
    numbered = list(enumerate(rows, 1))
    if len(rows) <= most:
        return numbered, None
    begin = start if 0 <= start < len(rows) else 0
    following = begin + most - 1
    return numbered[begin:following], following if following < len(rows) else 0


def progress_bar(done: int, whole: int, cells: int = 10) -> str:
    """Return a bar of `cells` characters: `progress_bar(1, 4)` is ▓▓░░░░░░░░ (rounded down, never full too early)."""
    filled = cells * done // whole if whole else 0
    return "▓" * filled + "░" * (cells - filled)


def simple(text: str, t: Translator | None = None) -> Screen:
    """Return a screen of one text, with a way back to the menu when `t` is given."""
    return Screen(text, (menu_row(t),) if t else ())
