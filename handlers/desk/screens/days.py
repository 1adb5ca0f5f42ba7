"""The book's days at the desk: where it stands, and days that wait for an operator's yes."""

from __future__ import annotations

from finance_core.business_day.leap import Leap
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Screen
from handlers.desk.intents import LiveDays
from handlers.desk.screens.approvals import desk_row
from handlers.locales import Html, Translator


def nothing_waits(t: Translator, leap: Leap) -> Screen:
    """The book's date and the clock's; nothing is asked."""
    return Screen(t("operator.days_current", open_on=leap.open_on, today=leap.today), (desk_row(t),))


def card(t: Translator, leap: Leap) -> Html:
    """How many days wait, and what saying yes does."""
    return t("operator.days_card", open_on=leap.open_on, today=leap.today, days=leap.days)


def allowed(t: Translator, params: LiveDays, result: Nothing) -> Screen:
    """They are lived through now."""
    return Screen(t("operator.days_allowed", until=params.until), (desk_row(t),))
