"""The desk of support: who waits for a person, a case with what was written, its answer, a question back, its end."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from finance_core.cases import answering as cases
from finance_core.cases import goodwill
from finance_core.cases.notifications import who_may_answer
from finance_core.cases.rules import TURNED_INTO, CaseKind
from finance_core.customers.roles import Permission, may, permissions_of, roles_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in, id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import ask_reason, name_of, taken_draft
from handlers.desk.intents import CloseServiceCase
from handlers.desk.screens import support as screens
from handlers.phrases.readers.amounts import parse_amount

router = operators_only(Router(name="support"))
ANSWERS: Final = needs(Permission.ANSWER_CASES)
PAYS: Final = needs(Permission.PROPOSE_GOODWILL)


class Answering(StatesGroup):
    """What an operator is asked to write; which case it is about is in the state's data under `draft`."""

    answer = State()
    question = State()
    goodwill = State()


@router.message(Means("questions"), flags=ANSWERS)
@router.callback_query(Means("questions"), flags=ANSWERS)
async def queue(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show who waits for a person: who is not well first, then by deadline. No texts."""
    return screens.queue(talk.t, await cases.queue(talk.unit, talk.customer.id), talk.unit.zone, 0)


@router.callback_query(Tap("svcpage"), flags=ANSWERS)
async def queue_page(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show who waits, from the given place on."""
    waiting = await cases.queue(talk.unit, talk.customer.id)
    return screens.queue(talk.t, waiting, talk.unit.zone, count_in(arguments))


@router.callback_query(Tap("svc"), flags=ANSWERS)
async def open_case(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Open a case, which is one's own from then on. That it was looked at is on record. A colleague's may be taken."""
    number = id_in(arguments, ErrorCode.CASE)
    try:
        seen = await cases.look_at(talk.unit, talk.cipher, number, talk.customer.id)
    except Conflict:
        case = await cases.case_for(talk.unit, number, talk.customer.id)
        return screens.case_of_another(talk.t, case, await name_of(talk, case.officer_id or 0), talk.unit.zone)
    return await _card(talk, seen)


async def _card(talk: Talk, seen: cases.Seen) -> Screen:
    return screens.case(
        talk.t,
        seen,
        await name_of(talk, seen.case.customer_id),
        talk.unit.zone,
        pays=await may(talk.unit, talk.customer.id, Permission.PROPOSE_GOODWILL),
    )


@router.callback_query(Tap("svcmore"), flags=ANSWERS)
async def more(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what is done with a case more seldom."""
    seen = await cases.look_at(talk.unit, talk.cipher, id_in(arguments, ErrorCode.CASE), talk.customer.id)
    granted = permissions_of(await roles_of(talk.unit, talk.customer.id))
    pays, sees = (each in granted for each in (Permission.PROPOSE_GOODWILL, Permission.SEE_CUSTOMERS))
    return screens.more(talk.t, seen.case, pays=pays, sees=sees)


# -- answering --------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("svcanswer"), flags=ANSWERS)
async def begin_answer(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask what is answered."""
    seen = await _begun(talk, id_in(arguments, ErrorCode.CASE), Answering.answer)
    return screens.ask_answer(talk.t, seen.case)


@router.message(StateFilter(Answering.answer), flags=ANSWERS)
async def answer_written(message: Message, talk: Talk) -> Screen:
    """Send what was written to the person, with their question named."""
    number, key = await _written(message, talk)
    said = message.text or ""
    sent = await cases.answer(talk.unit, talk.cipher, number, talk.customer.id, said, key=f"case_answer:{key}")
    return screens.sent(talk.t, sent)


@router.callback_query(Tap("svcask"), flags=ANSWERS)
async def begin_question(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask what the person is asked back."""
    seen = await _begun(talk, id_in(arguments, ErrorCode.CASE), Answering.question)
    return screens.ask_question(talk.t, seen.case)


@router.message(StateFilter(Answering.question), flags=ANSWERS)
async def question_written(message: Message, talk: Talk) -> Screen:
    """Ask the person back: what they write next goes to the case."""
    number, key = await _written(message, talk)
    said = message.text or ""
    asked = await cases.ask_back(talk.unit, talk.cipher, number, talk.customer.id, said, key=f"case_asked:{key}")
    return screens.sent(talk.t, asked)


async def _begun(talk: Talk, case_id: int, state: State) -> cases.Seen:
    """Wait for what an operator writes about a case."""
    seen = await cases.look_at(talk.unit, talk.cipher, case_id, talk.customer.id)
    await talk.state.set_state(state)
    await talk.state.update_data(draft={"case": seen.case.id})
    return seen


async def _written(message: Message, talk: Talk) -> tuple[int, str]:
    """Return which case was written about, and what names the text for good."""
    number = int((await taken_draft(talk))["case"])
    return number, f"{number}:{talk.customer.id}:{message.message_id}"


# -- whose it is ------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("svctake"), flags=ANSWERS)
async def take_over(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Make a colleague's case one's own; they are told."""
    number = id_in(arguments, ErrorCode.CASE)
    await cases.take_over(talk.unit, number, talk.customer.id)
    return await _card(talk, await cases.look_at(talk.unit, talk.cipher, number, talk.customer.id))


@router.callback_query(Tap("svcpass"), flags=ANSWERS)
async def choose_colleague(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask which colleague gets a case."""
    seen = await cases.look_at(talk.unit, talk.cipher, id_in(arguments, ErrorCode.CASE), talk.customer.id)
    others = [each for each in await who_may_answer(talk.unit, seen.case) if each != talk.customer.id]
    named = [(each, await name_of(talk, each)) for each in others]
    return screens.choose_colleague(talk.t, seen.case, named, count_in(arguments, 1))


@router.callback_query(Tap("svcpassto"), flags=ANSWERS)
async def pass_on(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Give a case to a colleague, who is told."""
    number, colleague = id_in(arguments, ErrorCode.CASE), id_in(arguments[1:], ErrorCode.CUSTOMER)
    case = await cases.pass_on(talk.unit, number, talk.customer.id, colleague)
    return screens.passed_on(talk.t, case, await name_of(talk, colleague))


@router.callback_query(Tap("svckind"), flags=ANSWERS)
async def turn_into(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Make a question a complaint or a dispute, whose person is told. Raises Conflict: `case_kind`."""
    number, kind = id_in(arguments, ErrorCode.CASE), argument(arguments, 1)
    if kind not in TURNED_INTO:
        raise Conflict(ErrorCode.CASE_KIND)
    await cases.turn_into(talk.unit, number, talk.customer.id, CaseKind(kind))
    card = await _card(talk, await cases.look_at(talk.unit, talk.cipher, number, talk.customer.id))
    return replace(card, notes=(talk.t("support.turned"),))


# -- goodwill ---------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("svcpay"), flags=PAYS)
async def begin_goodwill(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask how much is paid for what went wrong."""
    return await asked_goodwill(talk, id_in(arguments, ErrorCode.CASE))


async def asked_goodwill(talk: Talk, case_id: int) -> Screen:
    """Ask how much is paid for what went wrong in a case. Raises: as `cases.look_at`."""
    seen = await _begun(talk, case_id, Answering.goodwill)
    return screens.ask_goodwill(talk.t, seen.case, goodwill.MOST)


@router.message(StateFilter(Answering.goodwill), flags=PAYS)
async def goodwill_written(message: Message, talk: Talk) -> Screen:
    """Go on with the sum that was written; it takes a reason, and a second person. Raises InvalidInput."""
    number = int((await talk.state.get_data())["draft"]["case"])
    paid = Money.of(parse_amount(message.text or ""), BASE_CURRENCY)
    params = {"sum": paid.as_json()}
    goodwill.asked_sum(params)
    return await ask_reason(talk, goodwill.ACTION, f"case:{number}", params)


# -- closing ----------------------------------------------------------------------------------------------------------


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
