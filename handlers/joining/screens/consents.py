"""The screens of consents: each says how it stands, and its button turns it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from finance_core.customers.consents import OFFERS, SWITCHES, Topic
from finance_core.kernel.money import BASE_CURRENCY, Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row, page_of
from handlers.locales import Translator

if TYPE_CHECKING:
    from finance_core.loans.models import Loan

REST: Final = "r"
"""The place of a tap on the card of the rest, which is drawn anew after it."""
LOANS_ON_A_PAGE: Final = 4


@dataclass(frozen=True, slots=True)
class Agreed:
    """What somebody agrees to now: topics since when, and the loans whose debit may be agreed to."""

    given: Mapping[str, datetime]
    loans: tuple[Loan, ...]


def standing(t: Translator, agreed: Agreed) -> Screen:
    """The offers that somebody wants, each with a button that turns it over; the way to the rest."""
    limits = Button(t("self_limits.button"), "do:own_limits")
    rest = Button(t("consents.rest_button"), "consentrest")
    text = lines(t("consents.title"), t("consents.rule"))
    return Screen(text, (*((_turn(t, topic, agreed),) for topic in OFFERS), (rest,), (limits, *menu_row(t))))


def rest(t: Translator, agreed: Agreed) -> Screen:
    """The switches, the bureau's consent and the loans' debit, each in words and with its button."""
    since = agreed.given.get(Topic.BUREAU)
    bureau = t("consents.bureau_since", day=since.date()) if since is not None else t("consents.bureau_not")
    withdraw = ((Button(t("consents.bureau_withdraw"), f"consent:bureau:off:{REST}"),),) if since is not None else ()
    text = lines(t("consents.rest_title"), "", *(t(f"consents.{topic}") for topic in SWITCHES), bureau)
    rows = ((_turn(t, topic, agreed, REST),) for topic in SWITCHES)
    return Screen(text, (*rows, *withdraw, *_debit_row(t, agreed), (_back(t),)))


def _debit_row(t: Translator, agreed: Agreed) -> tuple[tuple[Button, ...], ...]:
    """Return the button of the one loan's debit, or the way to those of several."""
    if len(agreed.loans) > 1:
        return ((Button(t("consents.debits_button"), "debits"),),)
    return tuple((_debit(t, loan),) for loan in agreed.loans)


def debits(t: Translator, agreed: Agreed, start: int = 0) -> Screen:
    """The automatic debit of each loan, from the `start`th on."""
    page, following = page_of(agreed.loans, start, LOANS_ON_A_PAGE)
    more = (Button(t("common.more"), f"debits:{following}"),) if following is not None else ()
    text = lines(t("consents.debits_button"), t("consents.debit"))
    return Screen(text, (*((_debit(t, loan),) for _, loan in page), (*more, _back(t))))


def _back(t: Translator) -> Button:
    return Button(t("common.back"), "do:consents")


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


def _turn(t: Translator, topic: Topic, agreed: Agreed, place: str = "") -> Button:
    is_on = topic in agreed.given
    label = t(f"consents.button_{topic}", state=t("consents.is_on") if is_on else t("consents.is_off"))
    data = f"consent:{topic}:{'off' if is_on else 'on'}"
    return Button(label, f"{data}:{place}" if place else data)


def _debit(t: Translator, loan: Loan) -> Button:
    key = "consents.debit_withdraw" if loan.automatic_debit else "consents.debit_give"
    amount = Money(loan.principal, BASE_CURRENCY)
    return Button(t(key, amount=amount), f"debitof:{loan.id}:{'off' if loan.automatic_debit else 'on'}")
