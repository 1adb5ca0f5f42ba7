"""Reports for operators, by their permissions."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import catalogue
from finance_core.approvals import audit
from finance_core.customers.roles import Permission, permissions_of, require, roles_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotFound, RuleViolation
from finance_core.lines import REPORTS
from finance_core.reports import formats
from finance_core.reports.reading import closed_and_open, report_called, table_of
from finance_core.reports.table import Family, Grain, Report, Table, Takes
from handlers.chat.arguments import count_in
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import File, Screen
from handlers.chat.screens.cards import lines
from handlers.chat.talk import Talk
from handlers.desk.screens import reports as screens
from handlers.desk.screens.report_words import OF_PRODUCTS

router = operators_only(Router(name="reports"))
COUNTS: Final = needs(Permission.SEE_COUNTS)
"""What reads some report; each report asks for its own permission besides."""

PICTURE_DAYS: Final = 180
"""How far back portfolio at risk is drawn, week by week."""
MOST_ROWS: Final = 5_000
"""A longer report is no matter for a chat: writing it would hold others up, and `susu report` has no such bound."""


@router.message(Means("report"), flags=COUNTS)
async def reports(message: Message, talk: Talk) -> Screen:
    """Show the families, or the report that is named: `/report par 2026-03-31`; two days are a period."""
    words = (message.text or "").split()[1:]
    if words and words[0] in REPORTS:
        return await _shown(talk, words[0], words[1:])
    families = await _families(talk)
    return replace(families, text=lines(talk.t("error.report"), "", families.text)) if words else families


@router.callback_query(Tap("reports"), flags=COUNTS)
async def back_to_reports(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the families again, or one of them."""
    if not arguments or arguments[0] not in set(Family):
        return await _families(talk)
    family = Family(arguments[0])
    readable = [each for each in await _readable(talk) if each.family is family]
    return screens.family(talk.t, family, readable, count_in(arguments, 1))


async def _families(talk: Talk) -> Screen:
    """Show the families in which there is something to read for the person."""
    readable = {each.family for each in await _readable(talk)}
    return screens.families(talk.t, [each for each in Family if each in readable])


async def _readable(talk: Talk) -> list[Report]:
    granted = permissions_of(await roles_of(talk.unit, talk.customer.id))
    return [each for each in REPORTS.values() if each.permission in granted]


@router.callback_query(Tap("report"), flags=COUNTS)
async def one_report(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a report of the last closed day, or of its month so far."""
    return await _shown(talk, arguments[0] if arguments else "", arguments[1:])


@router.callback_query(Tap("reportfile"), flags=COUNTS)
async def as_file(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send a report as a workbook or as CSV, in the reader's language."""
    shape, name, *days = arguments if len(arguments) > 1 else ("", "")
    found = await _read(talk, name, days)
    if len(found.rows) > MOST_ROWS:
        raise RuleViolation(ErrorCode.REPORT_TOO_LONG, rows=len(found.rows), most=MOST_ROWS)
    return screens.document(talk.t, found, await _file(talk, found, shape))


async def _shown(talk: Talk, name: str, days: list[str]) -> Screen:
    found = await _read(talk, name, days)
    screen = screens.table(talk.t, found)
    if name == "par":
        return screens.with_par_picture(talk.t, screen, await _par_over_time(talk, found))
    return screens.with_vintage_picture(talk.t, screen, found) if name == "vintages" else screen


async def _par_over_time(talk: Talk, found: Table) -> Table:
    """Return the weeks up to the report's day, which the picture is of; a period that was asked for is drawn itself."""
    if found.asked.first_on is not None:
        return found
    last_on = found.asked.last_on
    return await table_of(
        talk.unit, found.report, first_on=last_on - timedelta(days=PICTURE_DAYS), last_on=last_on, by=Grain.WEEK.value
    )


async def _read(talk: Talk, name: str, days: list[str]) -> Table:
    """Return a report for who may read it, and put on record that they did."""
    wanted = report_called(REPORTS, name)
    await require(talk.unit, talk.customer.id, wanted.permission)
    on, first_on, last_on = _span(wanted.takes, [_day(each) for each in days], closed_and_open(talk.unit)[0])
    found = await table_of(talk.unit, wanted, on=on, first_on=first_on, last_on=last_on)
    audit.record(talk.unit, talk.customer.id, "look", f"report:{name}", {"to": found.asked.last_on.isoformat()})
    return await _named(talk, found)


async def _named(talk: Talk, found: Table) -> Table:
    """Return the table with the names of products that the catalogue names, in the reader's language."""
    names = {code: talk.t.own(each) for code, each in (await catalogue.names(talk.unit)).items()}
    places = [place for place, column in enumerate(found.columns) if column.name in OF_PRODUCTS]
    if not places:
        return found
    rows = [
        tuple(names.get(str(cell), cell) if place in places else cell for place, cell in enumerate(row))
        for row in found.rows
    ]
    return replace(found, rows=rows)


def _span(takes: Takes, days: list[date], closed_on: date) -> tuple[date | None, date | None, date | None]:
    """Return a date, or a period's first and last day: two days are a period, one is what the report takes."""
    match days:
        case []:
            return None, None, None
        case [on] if takes is not Takes.PERIOD:
            return on, None, None
        case [first_on]:
            return None, first_on, max(closed_on, first_on)
        case [first_on, last_on, *_]:
            return None, first_on, last_on
    raise AssertionError(days)


def _day(text: str) -> date:
    """Return a date that was written as 2026-03-31. Raises InvalidInput: `report_day`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(ErrorCode.REPORT_DAY, text=text[:20]) from None


async def _file(talk: Talk, found: Table, shape: str) -> File:
    """Return the file; written in a thread, as a long one takes a second."""
    if shape not in screens.FORMATS:
        raise NotFound(ErrorCode.REPORT, name=shape)
    words = screens.translated(talk.t, found)
    write = formats.as_xlsx if shape == "xlsx" else formats.as_csv
    content = await asyncio.to_thread(write, words, partial(screens.heading, talk.t))
    return File(f"{found.report.name}-{found.asked.last_on}.{shape}", content)
