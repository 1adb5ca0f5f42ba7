"""The operators' one queue, the card *Since Friday 18:00*, and being away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.approvals import audit
from finance_core.customers.operators import operator_ids
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, may
from finance_core.customers.service import display_name, phone_of
from finance_core.desk import absence, figures
from finance_core.desk import queue as desk
from finance_core.desk.queue import Entry
from finance_core.journeys.office.looking import masked
from finance_core.kernel.calendars import banking
from finance_core.kernel.deadlines import working_day
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.lines import FIGURES, SOURCES
from finance_core.loans.contact.late_loans import late_loans
from finance_core.loans.models import Loan
from handlers.chat.arguments import count_in, id_in
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import name_of
from handlers.desk.screens import queue as screens

router = operators_only(Router(name="queue"))
SEES: Final = needs(Permission.SEE_DESK)

MOST_LATE: Final = 5
"""Late loans on the card, those that are late longest."""
BACK_AT: Final = time(9, 0)
"""When who was away is back, on the institution's wall."""
AWAY_DAYS: Final = (1, 7, 14, 28)
"""For how long one may say to be away; the day of coming back is a working day."""


@router.message(Means("work"), flags=SEES)
@router.callback_query(Means("work"), flags=SEES)
async def work(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show what waits, by deadline, for who is at the desk now."""
    return await _queue(talk, 0)


@router.callback_query(Tap("workpage"), flags=SEES)
async def work_page(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the queue from the given place on."""
    return await _queue(talk, count_in(arguments))


async def _queue(talk: Talk, start: int) -> Screen:
    entries = await desk.queue(talk.unit, talk.customer.id, SOURCES.values())
    names = await _names(talk, entries)
    return screens.queue(talk.t, entries, names, talk.unit.now, talk.unit.zone, talk.customer.id, start)


async def _names(talk: Talk, entries: list[Entry]) -> Mapping[int, str]:
    owners = {each.owner_id for each in entries if each.owner_id is not None}
    return {owner: await name_of(talk, owner) for owner in owners}


# -- one entry --------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("entry"), flags=SEES)
async def entry(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show an entry: what it is, whose, how old, until when; the way to it."""
    return await _entry(talk, await _found(talk, arguments))


@router.callback_query(Tap("entrytake"), flags=SEES)
async def take(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Make an entry one's own."""
    found = await _found(talk, arguments)
    await desk.give(talk.unit, SOURCES, found, talk.customer.id, talk.customer.id)
    return await _entry(talk, await _found(talk, arguments))


@router.callback_query(Tap("entrygive"), flags=SEES)
async def give(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask which colleague gets an entry: those who may deal with it."""
    found = await _found(talk, arguments)
    others = await operator_ids(talk.unit)
    may = await desk.colleagues(talk.unit, talk.customer.id, SOURCES, found, others)
    return screens.choose_colleague(
        talk.t, found, [(each, await name_of(talk, each)) for each in may], count_in(arguments, 2)
    )


@router.callback_query(Tap("entrygiveto"), flags=SEES)
async def give_to(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Give an entry to a colleague, who is told."""
    found, colleague = await _found(talk, arguments), id_in(arguments[2:], ErrorCode.CUSTOMER)
    await desk.give(talk.unit, SOURCES, found, talk.customer.id, colleague)
    return screens.given(talk.t, found, await name_of(talk, colleague))


async def _found(talk: Talk, arguments: list[str]) -> Entry:
    source, number = "".join(arguments[:1]), id_in(arguments[1:], ErrorCode.DESK_ENTRY)
    return await desk.entry_for(talk.unit, talk.customer.id, SOURCES, source, number)


async def _entry(talk: Talk, found: Entry) -> Screen:
    owner = await name_of(talk, found.owner_id) if found.owner_id is not None else None
    return screens.entry(talk.t, found, owner, talk.unit.now, talk.unit.zone, talk.customer.id)


# -- since the last working day ended ---------------------------------------------------------------------------------


@router.message(Means("since"), flags=SEES)
@router.callback_query(Means("since"), flags=SEES)
async def since(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show what happened since the last working day ended: only what the reader's roles may see."""
    card = await figures.card(talk.unit, talk.customer.id, FIGURES)
    entries = await desk.queue(talk.unit, talk.customer.id, SOURCES.values())
    overdue = sum(each.is_overdue(talk.unit.now) for each in entries)
    late = await _late(talk)
    return screens.since(talk.t, card, talk.unit.zone, waiting=len(entries), overdue=overdue, late=late)


def _days_late(loan: Loan, today: date) -> int:
    return (today - loan.overdue_since).days if loan.overdue_since is not None else 0


async def _late(talk: Talk) -> list[screens.LateLoan]:
    """Return the loans that are late longest, with whose they are, for who may call; each look is on record."""
    me = talk.customer.id
    if not await may(talk.unit, me, Permission.HELP_IN_HARDSHIP):
        return []
    found = []
    for loan in (await late_loans(talk.unit, me))[:MOST_LATE]:
        person = await by_id(talk.unit, loan.customer_id)
        audit.record(talk.unit, me, "look", f"customer:{person.id}", {"at": "since", "loan": loan.id})
        name, phone = display_name(person, talk.cipher), masked(phone_of(person, talk.cipher))
        found.append(screens.LateLoan(loan.id, name, phone or "–", _days_late(loan, talk.unit.open_on)))
    return found


# -- being away -------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("away"), flags=SEES)
async def away(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say until when one is away, or ask which colleague looks after one's entries."""
    gone = await absence.away(talk.unit, talk.customer.id)
    if gone is not None:
        return screens.is_away(talk.t, await name_of(talk, gone.colleague_id), gone.until_at, talk.unit.zone)
    others = [each for each in await operator_ids(talk.unit) if each != talk.customer.id]
    return screens.who_stands_in(talk.t, [(each, await name_of(talk, each)) for each in others], count_in(arguments))


@router.callback_query(Tap("awaywho"), flags=SEES)
async def until_when(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask until when one is away."""
    colleague, today = id_in(arguments, ErrorCode.CUSTOMER), talk.unit.local_now().date()
    days = dict.fromkeys(working_day(today + timedelta(days=each), banking()) for each in AWAY_DAYS)
    return screens.until_when(talk.t, colleague, await name_of(talk, colleague), tuple(days))


@router.callback_query(Tap("awayuntil"), flags=SEES)
async def go_away(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Be away until the morning of a day; the colleague is told."""
    colleague = id_in(arguments, ErrorCode.CUSTOMER)
    until = datetime.combine(_day("".join(arguments[1:2])), BACK_AT, tzinfo=talk.unit.zone)
    gone = await absence.go_away(talk.unit, talk.customer.id, colleague, until)
    return screens.is_away(talk.t, await name_of(talk, colleague), gone.until_at, talk.unit.zone)


@router.callback_query(Tap("back"), flags=SEES)
async def come_back(callback: CallbackQuery, talk: Talk) -> Screen:
    """Be back: one's entries are one's own again."""
    await absence.come_back(talk.unit, talk.customer.id)
    return await _queue(talk, 0)


def _day(text: str) -> date:
    """Return a day that a button names. Raises InvalidInput: `away_until`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(ErrorCode.AWAY_UNTIL, days=absence.LONGEST.days) from None
