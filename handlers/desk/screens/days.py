"""The book's days at the desk: where it stands, and days that wait for an operator's yes."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from finance_core.business_day.leap import Leap
from finance_core.business_day.notices import StepHeld, StepResumed
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Screen
from handlers.desk.intents import LiveDays
from handlers.desk.screens.approvals import desk_row
from handlers.locales import Html, Translator, codes


def nothing_waits(t: Translator, leap: Leap) -> Screen:
    """The book's date and the clock's; nothing is asked."""
    return Screen(t("operator.days_current", open_on=leap.open_on, today=leap.today), (desk_row(t),))


def card(t: Translator, leap: Leap) -> Html:
    """How many days wait, and what saying yes does."""
    return t("operator.days_card", open_on=leap.open_on, today=leap.today, days=leap.days)


def allowed(t: Translator, params: LiveDays, result: Nothing) -> Screen:
    """They are lived through now."""
    return Screen(t("operator.days_allowed", until=params.until), (desk_row(t),))


# -- what a step waits for --------------------------------------------------------------------------------------------

_LACKS: Final = (
    (re.compile(r"the dealing calendar of (?P<year>\d+)"), "dealing"),
    (re.compile(r"the banking calendar of (?P<year>\d+)"), "banking"),
    (re.compile(r"the income of \S+ for (?P<day>\S+)"), "income"),
    (re.compile(r"the NAV of (?P<fund>.+) for (?P<day>\S+)"), "nav"),
)
"""What a step says that it lacks, and the name of its text."""


def step_held(t: Translator, told: StepHeld) -> Screen:
    """A step of a day waits: which one, and for what, in words."""
    lacks = t.listed(_lack(t, each) for each in told.what.split("; "))
    return Screen(t("notice.operator_step_held", on=told.on, step=_step(t, told.step), what=lacks))


def step_resumed(t: Translator, told: StepResumed) -> Screen:
    """A step that was held has been caught up."""
    return Screen(t("notice.operator_step_resumed", on=told.on, step=_step(t, told.step)))


def _step(t: Translator, name: str) -> str:
    key = f"desk.step_{name.replace('.', '_')}"
    return t(key) if t.has(key) else name


def _lack(t: Translator, said: str) -> str:
    for pattern, name in _LACKS:
        if found := pattern.fullmatch(said):
            return t(f"desk.lacks_{name}", **{what: _read(t, what, each) for what, each in found.groupdict().items()})
    return said


def _read(t: Translator, what: str, said: str) -> object:
    match what:
        case "day":
            return date.fromisoformat(said)
        case "fund":
            return _own_name(t, said)
    return said


def _own_name(t: Translator, names: str) -> str:
    """Return a fund's name in the reader's language, of its names in the order of their languages' codes."""
    by_language = names.split("/")
    return t.own(dict(zip(sorted(codes()), by_language, strict=True))) if len(by_language) == len(codes()) else names
