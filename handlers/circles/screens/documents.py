"""What a member's statement of a circle looks like: as text, as a paper, as a table; and the dates for a calendar."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from finance_core.circles.cards import MemberCard
from finance_core.circles.membership import DueDate
from finance_core.circles.models import CircleState
from finance_core.circles.rules.settings import Order
from finance_core.circles.statements import CircleStatement, StatementLine
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.circles.screens import ways
from handlers.documents.paper import Document
from handlers.documents.texts import plain_document
from handlers.locales import Html, Translator

_SHOWN: Final = 10
"""Lines on the card, the newest; the files have all."""
WHATS: Final = (
    "contribution", "fine", "prize", "late", "commission", "refund", "deposit", "ahead", "retention", "fines",
    "unclaimed", "shares", "social", "shares_back", "grant", "social_back", "set_off", "loan", "repaid",
)  # fmt: skip
"""What a line may be."""


def statement(t: Translator, own: MemberCard, kept: CircleStatement, *, has_dates: bool) -> Screen:
    """The statement: the sums and the newest lines; of a circle that meets, the way to its minutes."""
    code, is_over = own.card.code, own.card.state is CircleState.ENDED
    meets = own.card.settings.order is Order.NONE
    said = lines(
        t("my_circles.closing_statement" if is_over else "my_circles.statement"),
        t("my_circles.name", title=own.card.settings.title, code=code),
        t("my_circles.in_all", paid=kept.paid, received=kept.received),
        t("my_circles.kept", sum=own.kept) if own.kept else None,
        "",
        *([_line(t, each, meets=meets) for each in kept.lines[-_SHOWN:]] or [t("my_circles.no_lines")]),
    )
    files = (Button("PDF", f"circlepaper:{code}:pdf"), Button("CSV", f"circlepaper:{code}:csv"))
    signed = () if meets else ((Button(t("my_circles.contract"), f"circlecontract:{code}"),),)
    dates = ((Button(t("my_circles.calendar"), f"circlepaper:{code}:ics"),),) if has_dates else ()
    minutes = ((Button(t("saving_meetings.minutes"), f"minutes:{code}"),),) if meets else ()
    return Screen(said, (files, *signed, *minutes, *dates, (ways.see(t, code),)))


def _line(t: Translator, each: StatementLine, *, meets: bool) -> Html:
    return t("my_circles.statement_line", on=t.short_day(each.on), what=_what(t, each, meets=meets), sum=each.amount)


def _what(t: Translator, each: StatementLine, *, meets: bool) -> Html:
    said = t(f"my_circles.what_{each.what}")
    if each.round is None:
        return said
    return t("my_circles.what_at" if meets else "my_circles.what_of", what=said, nr=each.round)


def table(t: Translator, kept: CircleStatement) -> str:
    """Return the statement as CSV, oldest line first; what was paid in is negative."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(t("my_circles.csv_header").split(","))
    for each in kept.lines:
        row = (each.on, t(f"my_circles.what_{each.what}"), each.round or "", each.place or "")
        writer.writerow([*row, each.amount.decimal, each.reference])
    return written.getvalue()


def paper(
    t: Translator, own: MemberCard, kept: CircleStatement, name: str, institution: str, now: datetime
) -> Document:
    """Return the statement as a paper; `name` is whose it is."""
    settings = own.card.settings
    meets = settings.order is Order.NONE
    key = "my_circles.share_costs" if meets else f"my_circles.each_{settings.period}"
    each = t(key, sum=settings.contribution)
    is_over = own.card.state is CircleState.ENDED
    return plain_document(
        title=_bare(t("my_circles.closing_statement" if is_over else "my_circles.statement")),
        subtitle=f"{settings.title} {own.card.code}",
        headline=t.money(kept.received),
        under=str(t("my_circles.paper_under")),
        blocks=(
            ("fact", str(t("my_circles.paper_member")), name),
            ("fact", str(t("my_circles.paper_terms")), str(each)),
            ("fact", str(t("my_circles.paper_paid")), t.money(kept.paid)),
            ("fact", str(t("my_circles.paper_received")), t.money(kept.received)),
            *(() if meets else (("fact", str(t("my_circles.paper_kept")), t.money(own.kept)),)),
            ("table", t("my_circles.paper_header").split(","), [_row(t, line, meets=meets) for line in kept.lines]),
        ),
        footer=institution or str(t("my_circles.paper_footer")),
        dated=now,
    )


def _bare(said: str) -> str:
    return said.replace("<b>", "").replace("</b>", "")


def _row(t: Translator, each: StatementLine, *, meets: bool) -> list[str]:
    return [str(each.on), str(_what(t, each, meets=meets)), t.money(each.amount), each.reference]


def calendar(t: Translator, own: MemberCard, days: Sequence[DueDate], now: datetime) -> str:
    """Return one's coming dates as iCalendar (RFC 5545): a day for each round, with what is paid and received."""
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    events = [line for each in days for line in _event(t, own, each, stamp)]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Susu//circles//EN", *events, "END:VCALENDAR", ""])


def _event(t: Translator, own: MemberCard, each: DueDate, stamp: str) -> list[str]:
    key = "my_circles.calendar_receives" if each.receives else "my_circles.calendar_pays"
    if own.card.settings.order is Order.NONE:
        key = "my_circles.calendar_meeting"
    said = _bare(t(key, sum=each.pays, nr=each.round)).replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    title = own.card.settings.title.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", " ")
    return [
        "BEGIN:VEVENT",
        f"UID:{own.card.code}-{each.round}-{each.on:%Y%m%d}@susu",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{each.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{each.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{title}: {said}",
        "END:VEVENT",
    ]
