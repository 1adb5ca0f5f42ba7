"""Reminders as they are pushed: what is due, all debts in one message, the sentence of the step, a way to pay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.locales import Html, Translator

Params = Mapping[str, Any]

_AHEAD: Final = frozenset({"loan.due_soon", "loan.due_today"})
_PROMISES: Final = frozenset({"loan.promise_today", "loan.promise_broken"})
DEBTS: Final = _AHEAD | _PROMISES | {"loan.late"}
_LATE: Final = frozenset({"loan.late", "loan.promise_broken"})
_LATE_STEPS: Final = (("officer", 30), ("trouble", 15), ("late", 0))
"""What is said beyond the grace days, from how many days late on."""

STEPS: Final = ("soon", "tomorrow", "today", "grace", "grace_ends", *(step for step, _ in _LATE_STEPS))
"""The steps of the ladder that have a sentence of their own."""


def reminder(t: Translator, items: list[tuple[str, Params]]) -> Screen:
    """What is due, all debts merged into one message, each with the sum as of now, and a way to pay.

    The sentence of the step is that of the debt which is worst.
    """
    kind, worst = max(items, key=_weight)
    automatic = any(params["automatic"] and each in _AHEAD for each, params in items)
    text = lines(
        t("notice.debt_reminder") if len(items) > 1 else None,
        *[line for kind, params in items for line in _due(t, kind, params)],
        _step(t, kind, worst),
        t("notice.automatic") if automatic else None,
    )
    loans = {params["loan"] for _, params in items}
    pay = Button(t("notice.pay_now"), "do:loans" if len(loans) > 1 else _pay(kind, worst))
    return Screen(text, ((pay,), *_other_ways(t, kind, worst)))


def _other_ways(t: Translator, kind: str, params: Params) -> tuple[tuple[Button, ...], ...]:
    """Who is late may name a day or say that it cannot be paid, a tap away."""
    if kind not in _LATE and not _besides(params):
        return ()
    name_a_day = Button(t("menu.promise"), f"do:promise:loan={params['loan']}")
    return ((name_a_day,), (Button(t("menu.hardship"), "do:hardship"),))


def _weight(item: tuple[str, Params]) -> tuple[bool, int]:
    """Sort by what is later: late debts by their days, the others by how near they are."""
    kind, params = item
    return kind in _LATE, params["days"] if kind in _LATE else -params["days"]


def _pay(kind: str, params: Params) -> str:
    """Return the button's data: which loan, and which sum was told as due, as it may differ by the time of the tap."""
    told = "" if kind in _PROMISES else f":told={_told(kind, params).amount}"
    return f"do:repay:loan={params['loan']}{told}"


def _told(kind: str, params: Params) -> Money:
    """Return all that was told of: of what is to come only if nothing else is owed before."""
    due, besides = Money.of_json(params["sum"]), _besides(params)
    if besides is None:
        return due
    return besides if kind == "loan.due_soon" else due + besides


def _due(t: Translator, kind: str, params: Params) -> list[Html]:
    due = t(
        f"notice.{kind.replace('.', '_')}",
        sum=Money.of_json(params["sum"]),
        days=t("common.day", count=params["days"]),
        due_on=date.fromisoformat(params["due_on"]),
    )
    besides = _besides(params)
    if not besides:
        return [due]
    return [due, t("notice.due_today_besides" if kind in _LATE else "notice.overdue_besides", sum=besides)]


def _besides(params: Params) -> Money | None:
    """Return what is late besides what is to come, or due today besides what is late; None for nothing."""
    return (Money.of_json(params["besides"]) or None) if "besides" in params else None


def _step(t: Translator, kind: str, params: Params) -> Html | None:
    """What is said at this step of the ladder; a promise has said it all."""
    if kind in _PROMISES:
        return None
    step = step_of(kind, params["days"], params["grace"])
    last_on = date.fromisoformat(params["due_on"]) + timedelta(days=params["grace"])
    return t(f"notice.step_{step}", last_on=last_on)


def step_of(kind: str, days: int, grace_days: int) -> str:
    """Return which of STEPS is said `days` from the due day of a loan with `grace_days`."""
    if kind == "loan.due_soon":
        return "tomorrow" if days == 1 else "soon"
    if kind == "loan.due_today":
        return "today"
    if days <= grace_days:
        return "grace_ends" if days == grace_days else "grace"
    return next(step for step, from_days in _LATE_STEPS if days >= from_days)


def hardship_waits(t: Translator, values: Params) -> Screen:
    """Tell an officer that a case waits."""
    text = t("notice.officer_hardship", loan=values["loan"])
    return Screen(text, ((Button(t("notice.open_case"), f"case:{values['case']}"),),))
