"""The questionnaire as screens: why it is asked, its questions, what the answers come to, what would fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from finance_core.kernel.error_codes import ErrorCode
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import CANCEL, lines, menu_row
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.funds.product import NavFundTerms
    from finance_core.kernel.errors import FinanceError
    from finance_core.suitability.models import Assessment
    from finance_core.suitability.rules import Question


def needed(t: Translator, refused: FinanceError, fund: NavFundTerms, said: Mapping[str, str]) -> Screen:
    """A fund is not sold before the questions are answered, or when they were answered too long ago. What was `said` of
    the purchase is taken along.
    """
    more = "".join(f":{name}={value}" for name, value in said.items())
    begin = Button(t("suitability.begin"), f"do:suitability:fund={fund.code}{more}")
    text = lines(
        t("suitability.needed", name=t.own(fund.name), risk=fund.risk)
        if refused.code == ErrorCode.SUITABILITY_MISSING
        else t("suitability.expired", until=refused.details["until"]),
        t("suitability.why"),
    )
    return Screen(text, ((begin,), menu_row(t)))


def above(t: Translator, refused: FinanceError, fund: NavFundTerms, fitting: Sequence[NavFundTerms]) -> Screen:
    """A fund above the person's class: the reason, what would fit, and the way to answer again."""
    held = refused.details["risk_class"]
    text = lines(
        t("suitability.above", name=t.own(fund.name), risk=fund.risk, risk_class=held),
        t(f"suitability.class_{held}"),
        t("suitability.would_fit") if fitting else t("suitability.only_change_plus"),
    )
    rows = [(Button(t.own(each.name), f"do:fund:fund={each.code}"),) for each in fitting[:_MOST]]
    plus = Button(t("menu.invest"), "do:invest")
    return Screen(text, (*rows, (plus, Button(t("suitability.again"), "do:suitability")), menu_row(t)))


def question(t: Translator, asked: Question, number: int, count: int) -> Screen:
    """One question with its answers as buttons."""
    text = lines(t("suitability.number", number=number, count=count), _of(t, asked.key))
    rows = [(Button(t(f"suitability.q_{asked.key}_{option}"), f"ans:{option}"),) for option in asked.options]
    return Screen(text, (*rows, (Button(t("common.cancel"), CANCEL),)))


def ask_adult(t: Translator) -> Screen:
    """No investments below 18."""
    return Screen(t("suitability.ask_adult"), ((Button(t("common.yes"), "ans:yes"), Button(t("common.no"), "ans:no")),))


def too_young(t: Translator) -> Screen:
    """The person says to be younger than 18."""
    return Screen(t("suitability.too_young"), (menu_row(t),))


def result(t: Translator, made: Assessment, fitting: Sequence[NavFundTerms], go_on: str | None) -> Screen:
    """The class, what it means, until when it holds, and what fits; back to the fund that it was asked for."""
    risk_class = f"C{made.risk_class}"
    text = lines(
        t("suitability.result", risk_class=risk_class, until=made.valid_until),
        t(f"suitability.class_{risk_class}"),
        t("suitability.fits", names=t.listed(t.own(fund.name) for fund in fitting))
        if fitting
        else t("suitability.only_change_plus"),
    )
    first = (Button(t("suitability.go_on"), go_on),) if go_on is not None else (Button(t("menu.funds"), "do:funds"),)
    return Screen(text, (first, (Button(t("suitability.again"), "do:suitability"), *menu_row(t))))


def standing(t: Translator, made: Assessment, fitting: Sequence[NavFundTerms]) -> Screen:
    """The class that holds now."""
    return result(t, made, fitting, None)


def _of(t: Translator, key: str) -> Html:
    return t(f"suitability.q_{key}")


_MOST = 3
