"""The desk of support: who waits for a person, a case with what was written, its answer, and closing it."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from finance_core.cases import service as cases
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import name_of, taken_draft
from handlers.desk.intents import CloseServiceCase
from handlers.desk.screens import support as screens

router = operators_only(Router(name="support"))
ANSWERS: Final = needs(Permission.ANSWER_CASES)


class Answering(StatesGroup):
    """What an operator is asked to write; which case it answers is in the state's data under `draft`."""

    answer = State()


@router.message(Means("questions"), flags=ANSWERS)
@router.callback_query(Means("questions"), flags=ANSWERS)
async def queue(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show who waits for a person: who is not well first, then by deadline. No texts."""
    return screens.queue(talk.t, await cases.queue(talk.unit, talk.customer.id), talk.unit.zone)


@router.callback_query(Tap("svc"), flags=ANSWERS)
async def open_case(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Open a case, which is one's own from then on. That it was looked at is on record."""
    seen = await cases.look_at(talk.unit, talk.cipher, id_in(arguments, ErrorCode.CASE), talk.customer.id)
    return screens.case(talk.t, seen, await name_of(talk, seen.case.customer_id), talk.unit.zone)


@router.callback_query(Tap("svcanswer"), flags=ANSWERS)
async def begin_answer(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask what is answered."""
    seen = await cases.look_at(talk.unit, talk.cipher, id_in(arguments, ErrorCode.CASE), talk.customer.id)
    await talk.state.set_state(Answering.answer)
    await talk.state.update_data(draft={"case": seen.case.id})
    return screens.ask_answer(talk.t, seen.case)


@router.message(StateFilter(Answering.answer), flags=ANSWERS)
async def answer_written(message: Message, talk: Talk) -> Screen:
    """Send what was written to the person, with their question named."""
    draft = await taken_draft(talk)
    key = f"case_answer:{draft['case']}:{talk.customer.id}:{message.message_id}"
    case = await cases.answer(talk.unit, talk.cipher, draft["case"], talk.customer.id, message.text or "", key=key)
    return screens.sent(talk.t, case)


@router.callback_query(Tap("svcclose"), flags=ANSWERS)
async def close(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to close a case."""
    seen = await cases.look_at(talk.unit, talk.cipher, id_in(arguments, ErrorCode.CASE), talk.customer.id)
    return await offer(talk, CLOSE, CloseServiceCase(case=seen.case.id), screens.close_card(talk.t, seen.case))


async def _close(talk: Talk, params: CloseServiceCase, key: str) -> Nothing:
    await cases.close(talk.unit, params.case, talk.customer.id)
    return Nothing()


CLOSE: Final = Action(
    "support.close",
    CloseServiceCase,
    Nothing,
    needs_pin=False,
    run=_close,
    done=shows(screens.closed),
    permission=Permission.ANSWER_CASES,
)
ACTIONS: Final = (CLOSE,)
