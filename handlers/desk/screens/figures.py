"""The figures of a proposal, before and after it, each in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from finance_core.approvals.grants import ACCOUNTS
from finance_core.kernel.money import Money
from handlers.desk.screens.naming import roles_named, subject_name
from handlers.locales import Html, Translator

FIGURES: Final = (
    *(
        "days_late",
        "outstanding",
        "arrears",
        "interest",
        "fee",
        "penalty",
        "due_now",
        "paid",
        "allowance",
        "still_owed",
    ),
    *(
        "account_state",
        "count",
        "instalment",
        "ends_on",
        "rate",
        "collector",
        "roles",
        "income_rate",
        "nav",
        "nav_day",
        "orders",
        "goodwill",
    ),
    *("accounts", "proof", "pin", "circle_state"),
    *("offer_name", "audience", "product_version", "all_in", "warned_of", "starts_at", "ends_at", "hours", "speed"),
    *("stars", "texts", "held_out", "measure", "content", "messages", "sent"),
)
"""The figures that a preview may name, each with a text; in this order they are shown."""


def figures(t: Translator, before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[int, str]) -> list[Html]:
    """Return a line for each figure: what it is, and what it would be where that differs.

    Accounts among them are called by `names`.
    """
    said = [_with_names(t, each, names) for each in (before, after)]
    order = sorted({*before, *after}, key=FIGURES.index)
    return [_figure(t, name, *(each.get(name) for each in said)) for name in order]


def _with_names(t: Translator, figures: Mapping[str, Any], names: Mapping[int, str]) -> Mapping[str, Any]:
    if not figures.get(ACCOUNTS):
        return figures
    called = (t.shown(names.get(each, "")) or subject_name(t, f"customer:{each}") for each in figures[ACCOUNTS])
    return {**figures, ACCOUNTS: Html(t.listed(called))}


def _figure(t: Translator, name: str, before: Any, after: Any) -> Html:
    what = t(f"operator.figure_{name}")
    if before == after:
        return t("operator.unchanged", what=what, value=_said(t, name, before))
    return t("operator.changed", what=what, before=_said(t, name, before), after=_said(t, name, after))


def _said(t: Translator, name: str, value: Any) -> Any:
    match name, value:
        case _, None | []:
            return t("operator.none")
        case _, {"amount": _, "asset": _}:
            return Money.of_json(value)
        case "roles", list():
            return roles_named(t, value)
        case _, Html():
            return value
        case _, str():
            return _said_in_words(t, name, value)
    return value


def _said_in_words(t: Translator, name: str, value: str) -> Any:
    match name:
        case "ends_on":
            return date.fromisoformat(value)
        case "rate":
            return f"{value}%"
        case "messages":
            return t(f"operator.messages_{value}")
        case "measure":
            what, _, days = value.partition(":")
            return t("operator.measured", what=t(f"broadcasts.measure_{what}"), days=days)
        case "account_state" | "circle_state" | "proof" | "pin":
            return t(f"operator.{name.removesuffix('_state')}_{value}")
    return value
