"""A wallet's statement as a paper and as a table: sums by kind, then each movement with who, what for and when."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from finance_core.kernel.money import Money
from finance_core.reports.formats import harmless
from handlers.documents.paper import Document
from handlers.documents.texts import Block, plain_document
from handlers.home.screens.history import Movement, kinds, span, sums, what, what_with
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.ledger import Statement

MOST_LINES: Final = 1_000
"""Movements on a paper, the newest; a table has all."""


def csv_table(t: Translator, movements: Sequence[Movement], zone: ZoneInfo) -> str:
    """Return the whole statement as CSV, oldest movement first: instants on the person's wall, with their offset."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(t("history.csv_header").split(","))
    for each in movements:
        line = each.line
        at = line.posted_at.astimezone(zone).isoformat(timespec="seconds")
        told = (what(t, line), harmless(each.name), harmless(each.note))
        amount = line.amount or line.through
        writer.writerow([line.business_date, at, *told, amount.decimal, line.balance_after.decimal, line.reference])
    return table.getvalue()


def statement_document(
    t: Translator, kept: Statement, movements: Sequence[Movement], name: str, institution: str, now: datetime
) -> Document:
    """Return the statement's text; `name` is whose wallet it is."""
    came, went = sums(kept)
    by_kind = [
        block
        for title, amounts in zip(("history.came", "history.went"), kinds(t, kept), strict=True)
        for block in _kinds(t, title, amounts)
    ]
    left_out = len(movements) - MOST_LINES
    return plain_document(
        title=str(t("history.paper_title")),
        subtitle=str(span(t, kept.first_on, kept.last_on)),
        headline=t.money(kept.closing),
        under=str(t("history.paper_under", day=kept.last_on)),
        blocks=(
            ("fact", str(t("history.paper_owner")), name),
            ("fact", str(t("history.paper_opening")), t.money(kept.opening)),
            ("fact", str(t("history.paper_came")), t.money(came)),
            ("fact", str(t("history.paper_went")), t.money(went)),
            *by_kind,
            ("heading", str(t("history.paper_lines"))),
            *([("text", str(t("history.paper_left_out", count=left_out)))] if left_out > 0 else []),
            ("table", str(t("history.paper_header")).split(","), [_row(t, each) for each in movements[-MOST_LINES:]]),
        ),
        footer=institution or str(t("history.paper_title")),
        dated=now,
    )


def _kinds(t: Translator, title: str, amounts: Mapping[Html, Money]) -> list[Block]:
    if not amounts:
        return []
    return [("heading", _bare(t(title))), *(("fact", str(name), t.money(amount)) for name, amount in amounts.items())]


def _bare(text: str) -> str:
    return text.replace("<b>", "").replace("</b>", "")


def _row(t: Translator, each: Movement) -> list[str]:
    line = each.line
    amount = t.money(line.amount or line.through)
    when = f"{t.short_day(each.day)} {each.at}"
    return [when, str(what_with(t, each)), amount, t.money(line.balance_after), line.reference]
