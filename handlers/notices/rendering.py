"""What is pushed: a notice's kind and params become a screen, in the person's language. Delivery calls `render`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.lines import vocabulary
from handlers.locales import Html, Translator, translator

Params = Mapping[str, Any]

_OPERATORS: Final = ("operator.", "officer.")
"""How the kinds begin that are told to operators: discretion is for what a customer gets."""


def render(kind: str, params: Params, language: str) -> Screen:
    """Return the screen of one notice. A kind that no line draws is the text `notice.<kind>`."""
    t = translator(language)
    if params.get("discreet") and not kind.startswith(_OPERATORS):
        return Screen(t("notice.discreet"), ((Button(t("common.menu"), "do:menu"),),))
    notice = vocabulary().notices.get(kind)
    if notice is not None and notice.as_stored:
        return notice.draw(t, params)
    values = {name: _value(name, value) for name, value in params.items()}
    return notice.draw(t, values) if notice is not None else Screen(_text(t, kind, values))


def _text(t: Translator, kind: str, values: dict[str, Any]) -> Html:
    if values.get("name", "") is None:
        values["name"] = t("notice.by_link")
    note = t("notice.note", note=values["note"]) if values.get("note") else None
    return lines(t(f"notice.{kind.replace('.', '_')}", **values), note)


def _value(name: str, value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"amount", "asset"}:
        return Money.of_json(value)
    if (name == "on" or name.endswith(("_on", "_until"))) and isinstance(value, str):
        return date.fromisoformat(value)
    return value
