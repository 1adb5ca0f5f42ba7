"""History by pages, and statements over a month or the days that were asked for, as a card, a table and a paper."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import ledger
from finance_core.customers.service import display_name
from finance_core.journeys.movements import Counterpart, counterparts
from finance_core.kernel.money import ASSETS, BASE_CURRENCY, Money
from finance_core.kernel.periods import add_months
from finance_core.ledger import Account, EntryNotFound, Line, Statement
from finance_core.wallet import queries
from handlers.chat.arguments import ID_DIGITS, argument, count_in, whole_number
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots
from handlers.chat.screens.base import File, Screen
from handlers.chat.talk import Talk
from handlers.documents.paper import printed
from handlers.home.documents.wallet_statement import csv_table, statement_document
from handlers.home.screens import history as screens
from handlers.home.screens.history import Movement
from handlers.loans.screens.borrow import product_name
from handlers.phrases.readers.spans import Days, days_in
from handlers.wallet.links import opened_send
from handlers.wallet.waiting import waits

router = Router(name="history")

PAGE_LINES: Final = 5
EARLIEST: Final = date(2000, 1, 1)
"""Before which no book began: a forged button names no day before it."""
LATEST: Final = date(2999, 12, 31)
"""A forged button names no day after it either: the month after the calendar's last one is none."""


@router.message(Means("history"))
@router.callback_query(Means("history"))
async def history(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show the newest movements of the wallet, each with its reference; those of some days where days were said."""
    days = _days_said(event, talk, slots)
    if days is None and "when" not in slots:
        return await _page(talk, None)
    return await _moves(talk, days, 0) if days is not None and days[0] <= talk.unit.open_on else _not_then(talk, days)


@router.callback_query(Tap("older"))
async def older(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the page before an entry."""
    return await _page(talk, whole_number(argument(arguments), ID_DIGITS))


@router.callback_query(Tap("moves"))
async def moves(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a page of the movements of some days."""
    return await _moves(talk, _days_in(arguments) or _month(talk.unit.open_on, "this"), count_in(arguments, 2))


@router.message(Means("receipt"))
async def receipt(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Show the movement of the wallet that a reference names; another's, or none, is said to be none.

    A payee is told of a send by the reference of its beginning, which moved nothing of theirs: they are shown its card
    while it waits, and what they took after that.
    """
    try:
        entry = await ledger.entry_by_reference(talk.unit, slots["reference"])
    except EntryNotFound:
        return screens.no_receipt(talk.t, slots["reference"])
    line = await _own_line(talk, entry)
    if line is not None:
        return screens.receipt(talk.t, (await _told(talk, [line]))[0])
    return await _of_a_send(talk, entry) or screens.no_receipt(talk.t, slots["reference"])


async def _own_line(talk: Talk, entry: int) -> Line | None:
    lines = await ledger.history(talk.unit, _wallet(talk), before=entry + 1, limit=1)
    return lines[0] if lines and lines[0].entry_id == entry else None


async def _of_a_send(talk: Talk, entry: int) -> Screen | None:
    sent = await queries.send_of_entry(talk.unit, entry)
    if sent is None or sent.payee_id != talk.customer.id or sent.delivers_at > talk.unit.now:
        return None
    settled = await queries.settled_by(talk.unit, sent)
    line = await _own_line(talk, settled) if settled is not None else None
    if line is None:
        return await opened_send(talk, sent)
    return screens.receipt(talk.t, (await _told(talk, [line]))[0])


async def _page(talk: Talk, before: int | None) -> Screen:
    lines = await ledger.history(talk.unit, _wallet(talk), before=before, limit=PAGE_LINES + 1)
    is_first = before is None
    kept = await waits(talk) if is_first else []
    told = await _told(talk, lines[:PAGE_LINES])
    return screens.page(talk.t, told, has_more=len(lines) > PAGE_LINES, is_first=is_first, waits=kept)


async def _moves(talk: Talk, days: Days, page: int) -> Screen:
    kept = await _statement(talk, days)
    newest_first, start = kept.lines[::-1], page * PAGE_LINES
    told = await _told(talk, newest_first[start : start + PAGE_LINES])
    has_more = len(newest_first) > start + PAGE_LINES
    return screens.movements_of_days(talk.t, kept, told, page, has_more=has_more)


# -- statements -------------------------------------------------------------------------------------------------------


@router.message(Means("statement"))
@router.callback_query(Means("statement"))
async def statement(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show the statement of the month or of the days that were said; of this month where none were."""
    days = _days_said(event, talk, slots)
    if days is None and "when" not in slots:
        return await _shown(talk, _month(talk.unit.open_on, "this"))
    return await _shown(talk, days) if days is not None and days[0] <= talk.unit.open_on else _not_then(talk, days)


@router.callback_query(Tap("month"))
async def month(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the statement of this month, of the last one, or of one that is named ("2026-10")."""
    return await _shown(talk, _month(talk.unit.open_on, argument(arguments)))


@router.callback_query(Tap("days"))
async def some_days(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the statement of some days."""
    return await _shown(talk, _days_in(arguments) or _month(talk.unit.open_on, "this"))


@router.callback_query(Tap("csv"))
async def as_csv(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send a statement as a table."""
    kept = await _statement(talk, _days_in(arguments) or _month(talk.unit.open_on, "this"))
    table = csv_table(talk.t, await _told(talk, kept.lines), ZoneInfo(talk.customer.zone))
    document = File(f"{_file_name(kept)}.csv", table.encode("utf-8-sig"))
    return Screen(screens.statement_title(talk.t, kept), document=document)


@router.callback_query(Tap("pdf"))
async def as_pdf(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send a statement as a paper."""
    kept = await _statement(talk, _days_in(arguments) or _month(talk.unit.open_on, "this"))
    name = display_name(talk.customer, talk.cipher)
    paper = statement_document(talk.t, kept, await _told(talk, kept.lines), name, talk.institution, talk.unit.now)
    pdf = await asyncio.to_thread(printed, paper)
    return Screen(screens.statement_title(talk.t, kept), document=File(f"{_file_name(kept)}.pdf", pdf))


def _file_name(kept: Statement) -> str:
    is_month = kept.first_on.day == 1 and kept.last_on < add_months(kept.first_on, 1)
    return f"statement-{kept.first_on:%Y-%m}" if is_month else f"statement-{kept.first_on}-{kept.last_on}"


async def _shown(talk: Talk, days: Days) -> Screen:
    return screens.statement(talk.t, await _statement(talk, days), talk.unit.open_on)


def _not_then(talk: Talk, days: Days | None) -> Screen:
    return screens.which_days(talk.t) if days is None else screens.not_begun(talk.t, days[0])


async def _statement(talk: Talk, days: Days) -> Statement:
    return await ledger.statement(talk.unit, _wallet(talk), *days)


# -- who, what for, when ----------------------------------------------------------------------------------------------


async def _told(talk: Talk, lines: Sequence[Line]) -> list[Movement]:
    """Return movements with who, what for and when, on the person's own wall."""
    found = await counterparts(talk.unit, talk.cipher, talk.customer.id, lines)
    zone = ZoneInfo(talk.customer.zone)
    return [_movement(talk, line, found.get(line.entry_id, Counterpart()), zone) for line in lines]


def _movement(talk: Talk, line: Line, other: Counterpart, zone: ZoneInfo) -> Movement:
    local = line.posted_at.astimezone(zone)
    name = display_name(other.person, talk.cipher) if other.person is not None else ""
    if other.by_link:
        name = str(talk.t("wallet.by_link"))
    return Movement(line, name, other.note or _product_said(talk, other), f"{local:%H:%M}", local.date())


def _product_said(talk: Talk, other: Counterpart) -> str:
    if other.loan is not None:
        principal = Money(other.loan.principal, ASSETS[other.loan.asset])
        return f"{product_name(talk.t, other.loan.product)} {talk.t.money(principal)}"
    return talk.t.own(other.fund.name) if other.fund is not None else ""


# -- which days -------------------------------------------------------------------------------------------------------


def _days_said(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Days | None:
    """Return the days that the whole text names, else those of what the grammar took for a moment."""
    said = event.text if isinstance(event, Message) else None
    today = talk.unit.open_on
    return (days_in(said, today) if said else None) or days_in(slots.get("when", ""), today)


def _days_in(arguments: list[str]) -> Days | None:
    """Return the days that a button carries, "20261001:20261031"; None where they are none."""
    try:
        first, last = (date.fromisoformat(argument(arguments, place)) for place in (0, 1))
    except ValueError:
        return None
    return (first, last) if EARLIEST <= first <= last <= LATEST else None


def _month(today: date, which: str) -> Days:
    """Return this month up to today, the last one ("last"), or one that is named by its year and number."""
    first = today.replace(day=1)
    if which == "last":
        return add_months(first, -1), first - timedelta(days=1)
    try:
        named = date.fromisoformat(f"{which}-01")
    except ValueError:
        return first, today
    return (named, add_months(named, 1) - timedelta(days=1)) if EARLIEST <= named < first else (first, today)


def _wallet(talk: Talk) -> Account:
    return ledger.customer_wallet(talk.customer.id, BASE_CURRENCY)
