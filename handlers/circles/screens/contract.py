"""A circle's contract as its member signed it: what is paid and comes back, the rules, the consent to debits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from finance_core.circles.cards import MemberCard
from finance_core.circles.rules.joining import Promise
from finance_core.circles.rules.settings import Settings
from finance_core.circles.rules.shortfalls import GUARANTORS_DAYS, WAITED_DAYS
from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.circles.screens import ways
from handlers.circles.screens.opening import constitution
from handlers.documents.paper import Document
from handlers.documents.texts import plain_document
from handlers.locales import Html, Translator


@dataclass(frozen=True, slots=True)
class Signed:
    """What stands in a member's contract.

    Attributes:
        on: The day of the PIN. name: whose contract it is. places: how many of theirs.
        days: The due days, as they were agreed; votes may have moved them since.
        wording: What was read of debits, word for word; "" where no consent was asked. given: whether it stands now.
        retention: What is kept back of each payout beyond the rules, None for nothing.
    """

    name: str
    on: date
    places: int
    rounds: int
    days: Sequence[date]
    promised: Promise
    wording: str
    given: bool
    retention: Money | None
    nominee: str


def _settings(own: MemberCard, signed: Signed) -> Settings:
    """Return the circle's settings with as many places as it runs with."""
    return replace(own.card.settings, places=signed.rounds)


def _facts(t: Translator, own: MemberCard, signed: Signed) -> list[tuple[Html, str]]:
    asset = own.card.settings.contribution.asset
    return [
        (t("my_circles.paper_member"), signed.name),
        (t("my_circles.contract_signed"), t.day(signed.on)),
        (t("my_circles.contract_places"), str(signed.places)),
        (t("my_circles.contract_each"), t.money(Money(signed.promised.each_round, asset))),
        (t("my_circles.contract_pays"), t.money(Money(signed.promised.paid_in, asset))),
        (t("my_circles.contract_back"), t.money(Money(signed.promised.comes_back, asset))),
        (t("my_circles.contract_code"), own.card.code),
    ]


def _rules(t: Translator, own: MemberCard, signed: Signed) -> list[Html]:
    settings, key = _settings(own, signed), own.card.key_zero
    said = (
        *constitution(t, settings, signed.days)[1:],
        t(f"circle_joining.if_stops_{settings.shortfall}", days=WAITED_DAYS, after=GUARANTORS_DAYS),
        t("my_circles.not_covered") if not settings.is_covered else None,
        t("circle_joining.not_ours"),
        t("circle_joining.retention", sum=signed.retention) if signed.retention is not None else None,
        t("circle_joining.nominee_is", name=signed.nominee) if signed.nominee else None,
        t("my_circles.contract_key", value=key) if key else None,
    )
    return [each for each in said if each is not None]


def _debits(t: Translator, signed: Signed) -> list[str]:
    """Return what was read of debits, as it was read, and whether it stands."""
    if not signed.wording:
        return []
    return [signed.wording, t("my_circles.debited_now" if signed.given else "my_circles.not_debited_now")]


def contract(t: Translator, own: MemberCard, signed: Signed) -> Screen:
    """The contract as text, with the paper a tap away."""
    text = lines(
        t("my_circles.contract_of", title=own.card.settings.title),
        *[t("my_circles.contract_fact", name=name, value=value) for name, value in _facts(t, own, signed)],
        "",
        *_rules(t, own, signed),
        *(["", *[t("my_circles.quoted", words=each) for each in _debits(t, signed)]] if signed.wording else []),
        "",
        t("my_circles.contract_changes"),
    )
    code = own.card.code
    return Screen(text, ((Button("PDF", f"circlepaper:{code}:contract"),), (ways.see(t, code),)))


def paper(t: Translator, own: MemberCard, signed: Signed, institution: str, now: datetime) -> Document:
    """The contract as a paper."""
    debits = _debits(t, signed)
    return plain_document(
        title=str(t("my_circles.contract")),
        subtitle=f"{own.card.settings.title} {own.card.code}",
        headline=t.money(own.card.settings.contribution),
        under=str(t(f"circle_opening.period_{own.card.settings.period}")),
        blocks=(
            *[("fact", str(name), value) for name, value in _facts(t, own, signed)],
            ("heading", str(t("my_circles.contract_rules"))),
            *[("text", _bare(each)) for each in _rules(t, own, signed)],
            *([("heading", str(t("my_circles.contract_debits")))] if debits else []),
            *[("text", _bare(each)) for each in debits],
            ("text", _bare(t("my_circles.contract_changes"))),
        ),
        footer=institution or str(t("my_circles.paper_footer")),
        dated=now,
    )


def _bare(said: str) -> str:
    return said.replace("<b>", "").replace("</b>", "")
