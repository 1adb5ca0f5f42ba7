"""What is pushed: a notice's kind and params become a screen, in the person's language. Delivery calls `render`."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from finance_core.kernel.json import JsonObject
from finance_core.kernel.payloads import UnreadablePayload, read
from finance_core.notices import Content
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, values_of
from handlers.lines import vocabulary
from handlers.locales import Html, Translator, translator

OPENS: Final = "notice"
"""The tap that shows what a discreet notice is about: `notice:<its row in the outbox>`."""

_OPERATORS: Final = ("operator.", "officer.")
"""How the kinds begin that are told to operators: discretion is for what a customer gets."""


def render(kind: str, params: JsonObject, language: str, *, discreet: bool = False) -> Screen:
    """Return the screen of one notice. A kind that no line draws is the text `notice.<kind>`.

    Args:
        discreet: the person wants no sums on a lock screen; what operators are told is not shortened.

    Raises:
        UnreadablePayload: an unknown kind, or params that are not that kind's.
    """
    t = translator(language)
    if discreet and not kind.startswith(_OPERATORS):
        return Screen(t("notice.discreet"), ((Button(t("notice.open"), OPENS), Button(t("common.menu"), "do:menu")),))
    notice = vocabulary().notices.get(kind)
    if notice is None:
        raise UnreadablePayload(f"no notice is called {kind}")
    told = read(notice.content, params)
    return notice.draw(t, told) if notice.draw is not None else Screen(_text(t, told))


async def board_screen(cipher: Cipher, unit: Unit, kind: str, subject: int, language: str) -> Screen:
    """Return what a board shows now, in a language. Raises UnreadablePayload: an unknown kind."""
    board = vocabulary().boards.get(kind)
    if board is None:
        raise UnreadablePayload(f"no board is called {kind}")
    return board.draw(translator(language), await board.read(unit, cipher, subject))


def leading_to(screen: Screen, notice_id: int) -> Screen:
    """Return a notice's screen with the button that opens a discreet one leading to its row, which delivery knows."""
    buttons = tuple(
        tuple(replace(each, data=f"{OPENS}:{notice_id}") if each.data == OPENS else each for each in row)
        for row in screen.buttons
    )
    return replace(screen, buttons=buttons)


def _text(t: Translator, told: Content) -> Html:
    values = values_of(told)
    if values.get("name", "") is None:
        values["name"] = t("notice.by_link")
    note = t("notice.note", note=values["note"]) if values.get("note") else None
    said = t(f"notice.{told.kind.replace('.', '_')}", **values)
    reference = str(values.get("reference", ""))
    named = t("notice.reference", reference=reference) if reference and reference not in said else None
    return lines(said, note, named)
