"""What is pushed: a notice's kind and params become a screen, in the person's language. Delivery calls `render`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from finance_core.kernel.money import Money
from handlers.locales import Html, Translator, translator
from handlers.screens import operator, wallet
from handlers.screens.base import Button, Screen
from handlers.screens.cards import lines

Params = Mapping[str, Any]

_OPERATORS = frozenset(
    {"operator.day_sealed", "operator.step_held", "operator.approval_waits", "operator.approval_decided"}
)
_DEBTS = frozenset({"loan.due_soon", "loan.due_today", "loan.late"})


def _send_waiting(t: Translator, values: Params) -> Screen:
    return wallet.send_offered(t, values["name"], values["sum"], values["note"], values["token"])


def _request_asked(t: Translator, values: Params) -> Screen:
    return wallet.request_offered(t, values["name"], values["sum"], values["note"], values["token"])


_DRAWN: Final[Mapping[str, Callable[[Translator, Params], Screen]]] = {
    "send.waiting": _send_waiting,
    "request.asked": _request_asked,
    "operator.approval_waits": operator.approval_waits,
    "operator.approval_decided": operator.approval_decided,
}
"""Kinds whose screens are their area's own."""


def render(kind: str, params: Params, language: str) -> Screen:
    """Return the screen of one notice. A kind without a rendering of its own is the text `notice.<kind>`."""
    t = translator(language)
    if params.get("discreet") and kind not in _OPERATORS:
        return Screen(t("notice.discreet"), ((Button(t("common.menu"), "do:menu"),),))
    if kind == "debt.reminder":
        return _reminder(t, [(item["kind"], item["params"]) for item in params["items"]])
    if kind in _DEBTS:
        return _reminder(t, [(kind, params)])
    values = {name: _value(name, value) for name, value in params.items()}
    if kind in _DRAWN:
        return _DRAWN[kind](t, values)
    return Screen(_text(t, kind, values), _buttons(t, kind))


def _text(t: Translator, kind: str, values: dict[str, Any]) -> Html:
    if values.get("name", "") is None:
        values["name"] = t("notice.by_link")
    note = t("notice.note", note=values["note"]) if values.get("note") else None
    return lines(t(f"notice.{kind.replace('.', '_')}", **values), note)


def _reminder(t: Translator, items: list[tuple[str, Params]]) -> Screen:
    """What is due, all loans merged into one message, each with the sum as of now and a way to pay."""
    texts = [_due(t, kind, params) for kind, params in items]
    automatic = any(params["automatic"] and kind != "loan.late" for kind, params in items)
    title = t("notice.debt_reminder") if len(items) > 1 else None
    text = lines(title, *texts, t("notice.automatic") if automatic else None)
    pay = Button(t("notice.pay_now"), f"do:repay:loan={items[0][1]['loan']}")
    return Screen(text, ((pay,),))


def _due(t: Translator, kind: str, params: Params) -> Html:
    return t(
        f"notice.{kind.replace('.', '_')}",
        sum=Money.of_json(params["sum"]),
        days=t("common.day", count=params["days"]),
        due_on=date.fromisoformat(params["due_on"]),
    )


def _buttons(t: Translator, kind: str) -> tuple[tuple[Button, ...], ...]:
    if kind == "receipt.loan":
        return ((Button(t("menu.loans"), "do:loans"),),)
    return ()


def _value(name: str, value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"amount", "asset"}:
        return Money.of_json(value)
    if (name == "on" or name.endswith(("_on", "_until"))) and isinstance(value, str):
        return date.fromisoformat(value)
    return value
