"""A No to the question of age that was a mistake: an operator corrects it, with a reason and the PIN."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from finance_core import approvals
from finance_core.approvals import audit
from finance_core.approvals.ages import correct_age
from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import name_of, person_called, taken_draft
from handlers.desk.intents import CorrectAge
from handlers.desk.screens import ages as screens

router = operators_only(Router(name="ages"))


class Age(StatesGroup):
    """What an operator is asked to write about an age."""

    person = State()
    reason = State()


@router.callback_query(Tap("age"), flags=needs(Permission.CORRECT_AGE))
async def begin(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask why the answer of the person on a card was a mistake; whose it was where none is named."""
    if arguments:
        return await _ask_why(talk, await by_id(talk.unit, id_in(arguments, ErrorCode.CUSTOMER)))
    await talk.state.set_state(Age.person)
    return screens.ask_person(talk.t)


@router.message(StateFilter(Age.person), flags=needs(Permission.CORRECT_AGE))
async def person_written(message: Message, talk: Talk) -> Screen:
    """Ask why, once it is known whose answer it is and that there is one. The look is on record."""
    return await _ask_why(talk, await person_called(talk, message.text or ""))


@router.callback_query(Tap("ageof"), flags=needs(Permission.CORRECT_AGE))
async def of_entry(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask why, of a person who stands in the queue: they say that their answer was a slip. The look is on record."""
    person = await by_id(talk.unit, id_in(arguments, ErrorCode.CUSTOMER))
    audit.record(talk.unit, talk.customer.id, "look", f"customer:{person.id}", {"at": "age"})
    return await _ask_why(talk, person)


async def _ask_why(talk: Talk, person: Customer) -> Screen:
    """Ask for the reason. Raises Conflict: `age_not_denied`: there is no such answer."""
    if person.adult_denied_at is None:
        raise Conflict(ErrorCode.AGE_NOT_DENIED)
    await talk.state.set_state(Age.reason)
    await talk.state.update_data(draft={"customer": person.id})
    said_on = person.adult_denied_at.astimezone(talk.unit.zone).date()
    return screens.ask_why(talk.t, await name_of(talk, person.id), said_on)


@router.message(StateFilter(Age.reason), flags=needs(Permission.CORRECT_AGE))
async def why_written(message: Message, talk: Talk) -> Screen:
    """Show whose answer would be forgotten, and why; it is done with the PIN."""
    draft = await taken_draft(talk)
    params = CorrectAge(customer=draft["customer"], why=approvals.checked_reason(message.text or ""))
    return await offer(talk, CORRECT, params, screens.card(talk.t, await name_of(talk, params.customer), params))


async def _correct(talk: Talk, params: CorrectAge, key: str) -> Nothing:
    await correct_age(talk.unit, params.customer, actor_id=talk.customer.id, why=params.why)
    return Nothing()


CORRECT: Final = Action(
    "desk.correct_age",
    CorrectAge,
    Nothing,
    needs_pin=True,
    run=_correct,
    done=shows(screens.done),
    permission=Permission.CORRECT_AGE,
)
ACTIONS: Final = (CORRECT,)
