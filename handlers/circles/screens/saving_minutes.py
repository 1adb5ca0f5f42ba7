"""What the minutes of a meeting say: who was there, what was paid in, asked for, voted on and fined, and the cash.

Votes are counted, and nobody who voted is named; what a grant was asked for stays with those who voted on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from finance_core.circles.saving.models import CircleFine, CircleRequest, CircleSavingPayment
from finance_core.circles.saving.voting import Count
from finance_core.journeys.saving_circles.views import Minutes
from finance_core.kernel.money import Asset, Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.circles.screens import saving_ways
from handlers.circles.screens.saving_meeting import request_of
from handlers.documents.paper import Document
from handlers.documents.texts import Block, plain_document
from handlers.locales import Html, Translator

_LISTED: Final = 8
"""Requests and fines on the card; the paper has all."""
PAPER_TABLES: Final = ("paid_in", "requests", "fines")
PAPER_WORDS: Final = ("who", "closed", "shares", "cash", "social", "grant", "fine_back", "fine_stands", *PAPER_TABLES)


@dataclass(frozen=True, slots=True)
class Seen:
    """A meeting that is closed, and what people in it are called."""

    code: str
    title: str
    meetings: int
    minutes: Minutes
    names: Mapping[int, str]
    asset: Asset
    zone: ZoneInfo

    def money(self, amount: int) -> Money:
        """Return minor units as money of the circle."""
        return Money(amount, self.asset)

    def name(self, customer_id: int) -> str:
        """Return what somebody is called in the circle."""
        return self.names.get(customer_id, "")

    @property
    def paid_in(self) -> list[tuple[str, int, int, int, int]]:
        """Name, shares, their price, social fund and fines of each who paid, in the order in which they first did."""
        rows: dict[int, list[CircleSavingPayment]] = {}
        for each in self.minutes.payments:
            rows.setdefault(each.customer_id, []).append(each)
        return [(self.name(who), *_sums(paid)) for who, paid in rows.items()]


def _sums(paid: Sequence[CircleSavingPayment]) -> tuple[int, int, int, int]:
    shares, amount = sum(each.shares for each in paid), sum(each.amount for each in paid)
    return shares, amount, sum(each.social for each in paid), sum(each.fines for each in paid)


def none_yet(t: Translator, code: str) -> Screen:
    """No meeting has been closed."""
    return Screen(t("saving_meetings.no_minutes"), ((saving_ways.meeting(t, code),),))


def text(t: Translator, seen: Seen, written: Sequence[int]) -> Screen:
    """The minutes, with the paper and the ways to those before and after."""
    held = seen.minutes
    shares = sum(each.shares for each in held.payments)
    said = lines(
        t("saving_meetings.minutes_title", nr=held.meeting.nr, meetings=seen.meetings, on=held.meeting.held_on),
        t("my_circles.name", title=seen.title, code=seen.code),
        _closed(t, seen),
        _quorum(t, seen),
        t("saving_meetings.who", names=t.listed([seen.name(each) for each in held.present])) if held.present else None,
        "",
        t("saving_meetings.bought", count=shares, sum=seen.money(sum(each.amount for each in held.payments))),
        *_sums_of_funds(t, seen),
        *_asked(t, seen, held.requests[:_LISTED]),
        *_fined(t, seen, held.fines[:_LISTED]),
    )
    return Screen(said, _ways(t, seen, written))


def _ways(t: Translator, seen: Seen, written: Sequence[int]) -> tuple[tuple[Button, ...], ...]:
    code, number = seen.code, seen.minutes.meeting.nr
    earlier = [Button(t("saving_meetings.earlier"), f"minutes:{code}:{number - 1}")] if number - 1 in written else []
    later = [Button(t("saving_meetings.later"), f"minutes:{code}:{number + 1}")] if number + 1 in written else []
    pdf = Button("PDF", f"minutespdf:{code}:{number}")
    return ((pdf,), *((tuple(earlier + later),) if earlier + later else ()), (saving_ways.meeting(t, code),))


def _closed(t: Translator, seen: Seen) -> Html | None:
    meeting = seen.minutes.meeting
    if meeting.closed_at is None:
        return None
    at = f"{meeting.closed_at.astimezone(seen.zone):%H:%M}"
    if meeting.closed_by is None:
        return t("saving_meetings.closed_by_time", at=at)
    return t("saving_meetings.closed_by", at=at, name=seen.name(meeting.closed_by))


def _quorum(t: Translator, seen: Seen) -> Html:
    held = seen.minutes
    key = "saving_meetings.had_quorum" if held.meeting.has_quorum else "saving_meetings.had_no_quorum"
    return t(key, present=len(held.present), members=held.members)


def _sums_of_funds(t: Translator, seen: Seen) -> list[Html]:
    meeting, paid = seen.minutes.meeting, seen.minutes.payments
    social = sum(each.social for each in paid)
    said = [t("saving_meetings.social_paid", sum=seen.money(social))] if social else []
    if meeting.cash is not None and meeting.social is not None:
        funds = t("saving_meetings.cash_then", cash=seen.money(meeting.cash), social=seen.money(meeting.social))
        said.append(funds)
    return said


def _asked(t: Translator, seen: Seen, requests: Sequence[tuple[CircleRequest, Count]]) -> list[str]:
    if not requests:
        return []
    return ["", t("saving_meetings.asked_for"), *[_request(t, seen, each, count) for each, count in requests]]


def _request(t: Translator, seen: Seen, asked: CircleRequest, count: Count) -> Html:
    return lines(
        Html(f"• {request_of(t, asked, seen.money(asked.amount), seen.name(asked.customer_id))}"),
        t("saving_meetings.count_and", yes=count.yes, no=count.no, then=t(f"saving_meetings.request_{asked.state}")),
    )


def _fined(t: Translator, seen: Seen, fines: Sequence[CircleFine]) -> list[str]:
    if not fines:
        return []
    return ["", t("saving_meetings.fines_then"), *[_fine(t, seen, each) for each in fines]]


def _fine(t: Translator, seen: Seen, fine: CircleFine) -> Html:
    why = t(f"saving_meetings.why_{fine.why}")
    said = t("saving_meetings.fined", name=seen.name(fine.customer_id), sum=seen.money(fine.amount), why=why)
    return said if fine.waived_at is None else t("saving_meetings.fined_back", said=said)


def paper(t: Translator, seen: Seen, institution: str) -> Document:
    """Return the minutes as a paper, dated by the meeting's end."""
    held = seen.minutes
    assert held.meeting.closed_at is not None, "minutes are of a meeting that is closed"
    shares = sum(each.shares for each in held.payments)
    return plain_document(
        title=str(t("saving_meetings.paper_title")),
        subtitle=f"{seen.title} {seen.code}",
        headline=str(t("saving_meetings.paper_headline", nr=held.meeting.nr, on=held.meeting.held_on)),
        under=str(_quorum(t, seen)),
        blocks=(
            ("fact", _word(t, "who"), t.listed([seen.name(each) for each in held.present]) or "–"),
            ("fact", _word(t, "closed"), str(_closed(t, seen))),
            ("fact", _word(t, "shares"), _shares(t, seen, shares)),
            *_funds(t, seen),
            *_table(t, "paid_in", _paid_rows(t, seen)),
            *_table(t, "requests", _request_rows(t, seen)),
            *_table(t, "fines", _fine_rows(t, seen)),
        ),
        footer=institution or str(t("my_circles.paper_footer")),
        dated=held.meeting.closed_at,
    )


def _word(t: Translator, name: str) -> str:
    return str(t(f"saving_meetings.paper_{name}"))


def _shares(t: Translator, seen: Seen, shares: int) -> str:
    amount = seen.money(sum(each.amount for each in seen.minutes.payments))
    return str(t("saving_meetings.paper_shares_of", count=shares, sum=amount))


def _funds(t: Translator, seen: Seen) -> list[Block]:
    meeting = seen.minutes.meeting
    known = (("cash", meeting.cash), ("social", meeting.social))
    return [("fact", _word(t, name), t.money(seen.money(amount))) for name, amount in known if amount is not None]


def _table(t: Translator, name: str, rows: list[list[str]]) -> list[Block]:
    if not rows:
        return []
    return [("heading", _word(t, name)), ("table", _word(t, f"{name}_header").split(","), rows)]


def _paid_rows(t: Translator, seen: Seen) -> list[list[str]]:
    return [[name, str(shares), *[str(seen.money(each)) for each in sums]] for name, shares, *sums in seen.paid_in]


def _request_rows(t: Translator, seen: Seen) -> list[list[str]]:
    return [
        [
            seen.name(asked.customer_id),
            _word(t, asked.kind) if asked.months is None else str(t("saving_meetings.paper_loan", count=asked.months)),
            str(seen.money(asked.amount)),
            f"{count.yes}:{count.no}",
            str(t(f"saving_meetings.request_{asked.state}")),
        ]
        for asked, count in seen.minutes.requests
    ]


def _fine_rows(t: Translator, seen: Seen) -> list[list[str]]:
    return [
        [
            seen.name(each.customer_id),
            str(t(f"saving_meetings.why_{each.why}")),
            str(seen.money(each.amount)),
            _word(t, "fine_back" if each.waived_at is not None else "fine_stands"),
        ]
        for each in seen.minutes.fines
    ]
