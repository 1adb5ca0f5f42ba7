"""An officer's desk for who cannot pay: what waits, a case opened, the debtor called, the case closed."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission
from finance_core.customers.service import display_name
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.payloads import Nothing
from finance_core.loans.contact import calls, hardship
from finance_core.loans.contact.events import events_of
from finance_core.loans.contact.late_loans import late_loans
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import count_in, id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.intents import CloseCase
from handlers.desk.screens import hardship as screens

router = operators_only(Router(name="cases"))
HELPS: Final = needs(Permission.HELP_IN_HARDSHIP)


@router.message(Means("cases"), flags=HELPS)
@router.callback_query(Means("cases"), flags=HELPS)
async def queue(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show the cases of hardship that wait, oldest first, and the loans that are long late."""
    return await _queue(talk, 0)


@router.callback_query(Tap("cases"), flags=HELPS)
async def queue_page(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the cases and the loans from the given place on."""
    return await _queue(talk, count_in(arguments))


async def _queue(talk: Talk, start: int) -> Screen:
    cases, late = await hardship.queue(talk.unit, talk.customer.id), await late_loans(talk.unit, talk.customer.id)
    return screens.queue(talk.t, cases, late, talk.unit.open_on, start)


@router.callback_query(Tap("case"), flags=HELPS)
async def open_case(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Open a case: what was said, what the loan owes, what a rule proposes. That it was looked at is on record."""
    seen = await hardship.look_at(talk.unit, id_in(arguments, ErrorCode.CASE), talk.customer.id)
    borrower = await by_id(talk.unit, seen.case.customer_id)
    return screens.case(talk.t, seen, display_name(borrower, talk.cipher), _note(talk, seen))


@router.callback_query(Tap("casecall"), flags=HELPS)
async def call(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Log a call and show the debtor's phone, where the contact rules allow one."""
    seen = await hardship.look_at(talk.unit, id_in(arguments, ErrorCode.CASE), talk.customer.id)
    phone = await calls.open_call(talk.unit, talk.cipher, seen.case.loan_id, talk.customer.id)
    return screens.phone(talk.t, phone, seen.case.id)


@router.callback_query(Tap("casetimeline"), flags=HELPS)
async def case_events(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the timeline of a case's loan, in the debtor's own time."""
    seen = await hardship.look_at(talk.unit, id_in(arguments, ErrorCode.CASE), talk.customer.id)
    borrower = await by_id(talk.unit, seen.case.customer_id)
    page = count_in(arguments, 1)
    happened = await events_of(talk.unit, seen.case.loan_id)
    return screens.case_events(talk.t, seen.case.id, happened, page, borrower.zone)


@router.callback_query(Tap("caseclose"), flags=HELPS)
async def close(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to close a case without changing the loan."""
    seen = await hardship.look_at(talk.unit, id_in(arguments, ErrorCode.CASE), talk.customer.id)
    return await offer(talk, CLOSE, CloseCase(case=seen.case.id), screens.close_card(talk.t, seen))


async def _close(talk: Talk, params: CloseCase, key: str) -> Nothing:
    await hardship.close_case(talk.unit, params.case, talk.customer.id)
    return Nothing()


def _note(talk: Talk, seen: hardship.Case) -> str:
    """Return what the person wrote, opened for the officer."""
    sealed = seen.case.note_sealed
    note = talk.cipher.opened(sealed, hardship.note_associated_data(seen.case.id)) if sealed else None
    return note.decode() if note is not None else ""


CLOSE: Final = Action(
    "case.close",
    CloseCase,
    Nothing,
    needs_pin=False,
    run=_close,
    done=shows(screens.closed),
    permission=Permission.HELP_IN_HARDSHIP,
)
ACTIONS: Final = (CLOSE,)
