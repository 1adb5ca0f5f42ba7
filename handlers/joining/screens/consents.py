"""The screens of consents: each says how it stands, and its button turns it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from finance_core.customers.consents import OFFERS, SWITCHES, Topic
from finance_core.kernel.money import BASE_CURRENCY, Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.models import Loan


@dataclass(frozen=True, slots=True)
class Agreed:
    """What somebody agrees to now: topics since when, and the loans whose debit may be agreed to."""

    given: Mapping[str, datetime]
    loans: tuple[Loan, ...]


def standing(t: Translator, agreed: Agreed) -> Screen:
    """Every consent, each with a button that gives it or takes it back."""
    text = lines(t("consents.title"), t("consents.rule"), "", *_said(t, agreed))
    limits = Button(t("self_limits.button"), "do:own_limits")
    return Screen(text, (*_turns(t, agreed), (limits, *menu_row(t))))


def _turns(t: Translator, agreed: Agreed) -> tuple[tuple[Button, ...], ...]:
    """Return a button for each consent, in rows: those to offers and the switches, the bureau's, each loan's debit."""
    rows = [(_turn(t, topic, agreed),) for topic in (*OFFERS, *SWITCHES)]
    if Topic.BUREAU in agreed.given:
        rows.append((Button(t("consents.bureau_withdraw"), "consent:bureau:off"),))
    return (*rows, *((_debit(t, loan),) for loan in agreed.loans))


def asked(t: Translator, agreed: Agreed, place: str) -> Screen:
    """What offers somebody wants: the question at the end of joining, and after all were stopped."""
    text = t("consents.ask") if place == "j" else t("consents.stay")
    rows = [(_turn(t, topic, agreed, place),) for topic in OFFERS]
    whole = (Button(t("consents.all"), "consents:on"), Button(t("consents.none"), "consents:off"))
    return Screen(text, (*rows, *([whole] if place == "j" else []), menu_row(t)))


def answered(t: Translator, agreed: Agreed) -> Screen:
    """The question is answered; it is changed in the settings from now on."""
    key = "consents.answered_yes" if any(topic in agreed.given for topic in OFFERS) else "consents.answered_no"
    return Screen(t(key), (menu_row(t),))


def stopped(t: Translator, agreed: Agreed, *, gave_up: bool) -> Screen:
    """Nothing is offered any more; whether some should stay."""
    text = lines(t("consents.stopped"), t("consents.gave_up") if gave_up else None, t("consents.stay"))
    return Screen(text, (*((_turn(t, topic, agreed, "w"),) for topic in OFFERS), menu_row(t)))


def _said(t: Translator, agreed: Agreed) -> list[Html]:
    since = agreed.given.get(Topic.BUREAU)
    bureau = t("consents.bureau_since", day=since.date()) if since is not None else t("consents.bureau_not")
    return [*(t(f"consents.{topic}") for topic in SWITCHES), bureau]


def _turn(t: Translator, topic: Topic, agreed: Agreed, place: str = "") -> Button:
    is_on = topic in agreed.given
    label = t(f"consents.button_{topic}", state=t("consents.is_on") if is_on else t("consents.is_off"))
    data = f"consent:{topic}:{'off' if is_on else 'on'}"
    return Button(label, f"{data}:{place}" if place else data)


def _debit(t: Translator, loan: Loan) -> Button:
    key = "consents.debit_withdraw" if loan.automatic_debit else "consents.debit_give"
    amount = Money(loan.principal, BASE_CURRENCY)
    return Button(t(key, amount=amount), f"debitof:{loan.id}:{'off' if loan.automatic_debit else 'on'}")
