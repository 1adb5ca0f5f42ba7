"""History by pages, and statements over a month."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import ledger
from finance_core.kernel.money import BASE_CURRENCY
from finance_core.ledger import Account, EntryNotFound, Line, Statement
from finance_core.wallet import queries
from handlers.chat.arguments import ID_DIGITS, argument, whole_number
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots
from handlers.chat.screens.base import File, Screen
from handlers.chat.talk import Talk
from handlers.home.screens import history as screens
from handlers.wallet.links import opened_send
from handlers.wallet.waiting import waits

router = Router(name="history")

PAGE_LINES = 5


@router.message(Means("history"))
@router.callback_query(Means("history"))
async def history(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show the newest movements of the wallet, each with its reference."""
    return await _page(talk, None)


@router.callback_query(Tap("older"))
async def older(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the page before an entry."""
    return await _page(talk, whole_number(argument(arguments), ID_DIGITS))


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
        return screens.receipt(talk.t, line)
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
    return screens.receipt(talk.t, line) if line is not None else await opened_send(talk, sent)


async def _page(talk: Talk, before: int | None) -> Screen:
    lines = await ledger.history(talk.unit, _wallet(talk), before=before, limit=PAGE_LINES + 1)
    is_first = before is None
    kept = await waits(talk) if is_first else []
    return screens.page(talk.t, lines[:PAGE_LINES], has_more=len(lines) > PAGE_LINES, is_first=is_first, waits=kept)


@router.message(Means("statement"))
@router.callback_query(Means("statement"))
async def statement(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show this month's statement."""
    return screens.statement(talk.t, await _statement(talk, "this"), "this")


@router.callback_query(Tap("month"))
async def month(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show this month's or last month's statement."""
    which = arguments[0] if arguments else "this"
    return screens.statement(talk.t, await _statement(talk, which), which)


@router.callback_query(Tap("csv"))
async def as_csv(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send a month's statement as a file."""
    kept = await _statement(talk, arguments[0] if arguments else "this")
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(talk.t("history.csv_header").split(","))
    for line in kept.lines:
        what = screens.what(talk.t, line)
        writer.writerow([line.business_date, what, line.amount.decimal, line.balance_after.decimal, line.reference])
    name = f"statement-{kept.first_on:%Y-%m}.csv"
    document = File(name, table.getvalue().encode("utf-8-sig"))
    return Screen(screens.statement_title(talk.t, kept), document=document)


async def _statement(talk: Talk, which: str) -> Statement:
    first, last = _month(talk.unit.open_on, which)
    return await ledger.statement(talk.unit, _wallet(talk), first, last)


def _month(today: date, which: str) -> tuple[date, date]:
    first = today.replace(day=1)
    if which == "last":
        last = first - timedelta(days=1)
        return last.replace(day=1), last
    return first, today


def _wallet(talk: Talk) -> Account:
    return ledger.customer_wallet(talk.customer.id, BASE_CURRENCY)
