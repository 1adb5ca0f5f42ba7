"""A No to the question of age that is corrected."""

from __future__ import annotations

from datetime import date

from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Screen
from handlers.desk.intents import CorrectAge
from handlers.desk.screens.approvals import desk_row
from handlers.locales import Html, Translator


def ask_person(t: Translator) -> Screen:
    """Ask whose answer was a mistake."""
    return Screen(t("operator.age_person"), (desk_row(t),))


def ask_why(t: Translator, name: str, said_on: date) -> Screen:
    """Say when the person said No, and ask why that does not hold."""
    return Screen(t("operator.age_why", name=name, day=said_on), (desk_row(t),))


def card(t: Translator, name: str, params: CorrectAge) -> Html:
    """Whose answer would be forgotten, and why."""
    return t("operator.age_card", name=name, why=params.why)


def done(t: Translator, params: CorrectAge, result: Nothing) -> Screen:
    """The person is asked anew."""
    return Screen(t("operator.age_corrected"), (desk_row(t),))
