"""What making a savings circle looks like: the questions, its rules in words, what can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from finance_core.circles.rules.saving import FEWEST_MEMBERS, LOAN_TIMES, LONGEST_LOAN, MOST_MEMBERS, lent_until
from finance_core.circles.saving.forming import SavingSettings
from finance_core.kernel.money import ASSETS, Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, menu_row
from handlers.circles.forming_intents import CircleIsOpen, OpenCircle
from handlers.circles.screens.opening import BACK, languages
from handlers.locales import Html, Translator
from handlers.locales.languages import language_of

ALL: Final = "all"
ASKED: Final = ("amount", "first_day", "ends", "social", "rate", "fine", "title")
"""What is asked for by a question; the rest by buttons."""
_PAGES: Final = {
    "main": ("amount", "shares", "first_day", "ends", "rules"),
    "rules": ("social", "rate", "fine", "more"),
    "more": ("title", "period", "language"),
}
"""What can be changed, by page; `rules` and `more` lead to the next ones."""
CHOICES: Final = {"shares": ("1", "2", "3", "4", "5"), "period": ("day", "week", "two_weeks", "month")}
FIELDS: Final = tuple(dict.fromkeys(field for fields in _PAGES.values() for field in fields))


@dataclass(frozen=True, slots=True)
class Terms:
    """A savings circle's settings with what they come to: the days of its meetings, its loans' all-in rate, the cap."""

    settings: SavingSettings
    days: Sequence[date]
    all_in: Decimal
    cap: Decimal

    def sum(self, amount: int) -> Money:
        """Return an amount of the rules as money."""
        return Money(amount, ASSETS[self.settings.asset])

    @property
    def price(self) -> Money:
        """Of a share."""
        return self.sum(self.settings.rules.share_price)

    @property
    def social(self) -> Money:
        """Of each, at each meeting."""
        return self.sum(self.settings.rules.social_amount)

    def debited(self, standing: int) -> Money:
        """Return what a standing number of shares takes at each meeting, the social fund's sum too."""
        rules = self.settings.rules
        return self.sum(standing * rules.share_price + rules.social_amount if standing else 0)

    @property
    def most(self) -> Money:
        """The most that one member can pay in: all shares and the social fund's sum at each meeting."""
        rules = self.settings.rules
        return self.sum((rules.most_shares * rules.share_price + rules.social_amount) * len(self.days))


def asks(t: Translator, wanted: str, refused: str | None) -> Screen:
    """Ask for one thing of a savings circle; after a refusal that comes first."""
    return Screen(lines(refused, t(f"saving_opening.ask_{wanted}")))


def card(t: Translator, terms: Terms, group: str, card: tuple[str, int]) -> Screen:
    """The circle as it would be: its constitution in words, and how it is opened."""
    token, version = card
    place = terms.settings.place_id
    open_it = Button(t("circle_opening.open_in", group=group), f"opencircle:{token}:{version}:{place}")
    change, cancel = (
        Button(t("circle_opening.change"), f"savechange:{token}:{version}:main"),
        Button(t("common.cancel"), f"no:{token}:{version}"),
    )
    officers = t("saving_opening.officers", least=FEWEST_MEMBERS, most=MOST_MEMBERS)
    said = lines(*constitution(t, terms), "", officers, t("saving_opening.fixed_later"))
    return Screen(said, ((open_it,), (change, cancel)))


def constitution(t: Translator, terms: Terms) -> tuple[Html | None, ...]:
    """Return the rules of a savings circle, a line each, as they are agreed to."""
    return (t("saving_opening.title", title=terms.settings.title), *meetings(t, terms), *rules(t, terms))


def meetings(t: Translator, terms: Terms) -> tuple[Html | None, ...]:
    """Return what is paid, and when."""
    settings, days = terms.settings, terms.days
    return (
        t("saving_opening.shares", price=terms.price, most=settings.rules.most_shares),
        t("saving_opening.meetings", count=len(days), period=t(f"circle_opening.period_{settings.period}"),
          first=days[0], last=days[-1]),
        t("saving_opening.hours"),
        t("saving_opening.social", sum=terms.social) if terms.social else t("saving_opening.no_social"),
    )  # fmt: skip


def rules(t: Translator, terms: Terms) -> tuple[Html | None, ...]:
    """Return what else the members agree on: loans, fines, who bears what is lost, leaving, the share-out."""
    fine = terms.sum(terms.settings.rules.fine_amount)
    return (
        *loans(t, terms),
        t("saving_opening.fine", sum=fine) if fine else t("saving_opening.no_fine"),
        t("saving_opening.votes"),
        t("saving_opening.leaving"),
        t("saving_opening.share_out", last=terms.days[-1]),
    )


def loans(t: Translator, terms: Terms) -> tuple[Html | None, ...]:
    """Return what a loan of the circle is and costs in a year, and who bears it."""
    rate = terms.settings.rules.loan_rate
    cost = (
        t("saving_opening.rate", rate=_plain(rate), all_in=_plain(terms.all_in), cap=_plain(terms.cap))
        if rate
        else t("saving_opening.no_rate")
    )
    until = lent_until(terms.days)
    return (
        t("saving_opening.loans", times=LOAN_TIMES, months=LONGEST_LOAN, until=until),
        cost,
        t("saving_opening.loss"),
    )


def _plain(percent: Decimal) -> str:
    """Return a percentage without zeros that say nothing: 1.5, 24, 19.56."""
    return f"{percent:f}".rstrip("0").rstrip(".") if "." in f"{percent:f}" else f"{percent:f}"


def changes(t: Translator, page: str, card: tuple[str, int]) -> Screen:
    """What can be changed, or the choices of one thing that is chosen by a button."""
    token, version = card
    ref = f"{token}:{version}"
    back = (Button(t("common.back"), f"savechange:{ref}:{BACK}"),)
    if page in CHOICES or page == "language":
        ask = t("circle_opening.choose_language") if page == "language" else t(f"saving_opening.choose_{page}")
        return Screen(ask, (*_choices(t, page, ref), back))
    fields = _PAGES.get(page, _PAGES["main"])
    labels = [(t(f"saving_opening.field_{field}"), _leads(field, ref)) for field in fields]
    return Screen(t("circle_opening.what_to_change"), (*choices(labels, per_row=2), back))


def _leads(field: str, card: str) -> str:
    return f"saveask:{card}:{field}" if field in ASKED else f"savechange:{card}:{field}"


def _choices(t: Translator, field: str, card: str) -> tuple[tuple[Button, ...], ...]:
    if field == "language":
        labels = [(language_of(code).name, f"saveset:{card}:language:{code}") for code in languages()]
        return choices(labels, per_row=2)
    if field == "shares":
        return choices([(value, f"saveset:{card}:shares:{value}") for value in CHOICES[field]], per_row=5)
    labels = [(t(f"circle_opening.period_button_{each}"), f"saveset:{card}:period:{each}") for each in CHOICES[field]]
    return choices(labels, per_row=2)


def is_open(t: Translator, params: OpenCircle, opened: CircleIsOpen) -> Screen:
    """The circle is open: its board is in its group, the link invites whoever is not there; it may be called off."""
    said = lines(
        t("circle_opening.is_open", title=opened.title, code=opened.code, group=opened.group),
        t("circle_opening.invitation", link=opened.link),
        t("saving_opening.join_too"),
    )
    join = Button(t("saving_opening.join_myself"), f"joincircle:{params.token}")
    call_off = Button(t("circle_joining.call_off"), f"savego:{params.token}:{ALL}")
    return Screen(said, ((join,), (call_off, *menu_row(t))))
