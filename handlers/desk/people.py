"""A person at the desk: found, looked at, noted about, frozen. Each search and each look is on record."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from finance_core import approvals
from finance_core.approvals import freezing
from finance_core.customers.roles import Permission, permissions_of, roles_of
from finance_core.journeys.office import finding, looking, notes
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import ID_DIGITS, id_in, whole_number
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import ask_reason, name_of, person_called, taken_draft
from handlers.desk.intents import FreezeAccount
from handlers.desk.screens import people as screens
from handlers.locales import translator
from handlers.locales.languages import codes

router = operators_only(Router(name="people"))
FINDS: Final = needs(Permission.FIND_CUSTOMERS)
SEES: Final = needs(Permission.SEE_CUSTOMERS)
FREEZES: Final = needs(Permission.FREEZE)


class People(StatesGroup):
    """What an operator is asked to write about a person; whom it is about is in the state's data under `draft`."""

    search = State()
    note = State()
    frozen = State()
    reason = State()


# -- finding ----------------------------------------------------------------------------------------------------------


@router.message(Means("find_customer"), flags=FINDS)
async def find(message: Message, talk: Talk) -> Screen:
    """Find who is named after the command, or ask whom."""
    _, _, said = (message.text or "").partition(" ")
    return await _found(talk, said) if (message.text or "").startswith("/") and said.strip() else await _ask(talk)


@router.callback_query(Means("find_customer"), flags=FINDS)
async def ask_whom(callback: CallbackQuery, talk: Talk) -> Screen:
    """Ask whom to find."""
    return await _ask(talk)


@router.message(StateFilter(People.search), flags=FINDS)
async def search_written(message: Message, talk: Talk) -> Screen:
    """Find who was named; whom nobody is like may be named otherwise at once."""
    return await _found(talk, message.text or "")


async def _ask(talk: Talk) -> Screen:
    await talk.state.set_state(People.search)
    return screens.ask_whom(talk.t)


async def _found(talk: Talk, said: str) -> Screen:
    hits = await finding.find(talk.unit, talk.cipher, talk.customer.id, contract_said(said) or said)
    if not hits.people:
        await talk.state.set_state(People.search)
        return screens.nobody(talk.t)
    await talk.state.clear()
    rows = [screens.hit_of(each, talk.cipher) for each in hits.people]
    return screens.hits(talk.t, rows, more=hits.more)


def contract_said(said: str) -> str | None:
    """Return the number of a contract that is written as cards name it, in any language: "Loan 5", 借款 5, 合同 5."""
    folded = said.strip().casefold()
    for language in codes():
        t = translator(language)
        for word in (t("operator.subject_loan", number=""), t("loans.contract")):
            rest = folded.removeprefix(word.strip().casefold()).strip(" #№号:：")
            if rest != folded and whole_number(rest, ID_DIGITS) is not None:
                return rest
    return None


# -- looking ----------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("customer"), flags=SEES)
async def person(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a person's card, as much of it as one's roles see."""
    await talk.state.clear()
    return await _card(talk, id_in(arguments, ErrorCode.CUSTOMER))


async def _card(talk: Talk, customer_id: int) -> Screen:
    card = await looking.card_of(talk.unit, talk.cipher, talk.customer.id, customer_id)
    granted = permissions_of(await roles_of(talk.unit, talk.customer.id))
    by = await name_of(talk, card.freeze.frozen_by) if card.freeze is not None and card.freeze.frozen_by else None
    return screens.card(talk.t, card, by, granted, talk.unit.zone)


@router.callback_query(Tap("told"), flags=SEES)
async def told(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List what the person was told lately, and whether it arrived."""
    customer_id = id_in(arguments, ErrorCode.CUSTOMER)
    found = await looking.notices_of(talk.unit, talk.customer.id, customer_id)
    return screens.notices(talk.t, await name_of(talk, customer_id), customer_id, found, talk.unit.zone)


@router.callback_query(Tap("sent"), flags=SEES)
async def sent(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List what the person has sent lately, by reference, and where it stands."""
    customer_id = id_in(arguments, ErrorCode.CUSTOMER)
    found = await looking.sends_of(talk.unit, talk.customer.id, customer_id)
    return screens.sends(talk.t, await name_of(talk, customer_id), customer_id, found, talk.unit.zone)


# -- notes ------------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("notes"), flags=SEES)
async def read_notes(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the latest notes about a person, and to who may the way to take one."""
    await talk.state.clear()
    return await _notes(talk, id_in(arguments, ErrorCode.CUSTOMER))


async def _notes(talk: Talk, customer_id: int) -> Screen:
    found = await notes.notes_of(talk.unit, talk.cipher, talk.customer.id, customer_id)
    rows = [(await name_of(talk, each.author_id), each) for each in found]
    may = Permission.TAKE_NOTES in permissions_of(await roles_of(talk.unit, talk.customer.id))
    name = await name_of(talk, customer_id)
    return screens.notes(talk.t, name, customer_id, rows, talk.unit.zone, may_write=may)


@router.callback_query(Tap("takenote"), flags=needs(Permission.TAKE_NOTES))
async def begin_note(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask what is to be noted."""
    customer_id = id_in(arguments, ErrorCode.CUSTOMER)
    await looking.require_may_look(talk.unit, talk.customer.id, customer_id, Permission.TAKE_NOTES)
    await talk.state.set_state(People.note)
    await talk.state.update_data(draft={"customer": customer_id})
    return screens.ask_note(talk.t, await name_of(talk, customer_id), customer_id)


@router.message(StateFilter(People.note), flags=needs(Permission.TAKE_NOTES))
async def note_written(message: Message, talk: Talk) -> Screen:
    """Keep the note and show it among the others. A refused one may be written anew."""
    customer_id = (await talk.state.get_data())["draft"]["customer"]
    key = f"note:{talk.customer.id}:{message.message_id}"
    await notes.take_note(talk.unit, talk.cipher, talk.customer.id, customer_id, message.text or "", key=key)
    await talk.state.clear()
    return await _notes(talk, customer_id)


# -- freezing ---------------------------------------------------------------------------------------------------------


@router.message(Means("freeze_account"), flags=FREEZES)
async def freeze_named(message: Message, talk: Talk) -> Screen:
    """Ask why, of who is named after the command by @username; ask whom where nobody is."""
    _, _, said = (message.text or "").partition(" ")
    return await _ask_why_of(talk, said) if said.strip() else await _ask_whom_to_freeze(talk)


@router.callback_query(Means("freeze_account"), flags=FREEZES)
async def freeze_whom(callback: CallbackQuery, talk: Talk) -> Screen:
    """Ask whom to freeze."""
    return await _ask_whom_to_freeze(talk)


async def _ask_whom_to_freeze(talk: Talk) -> Screen:
    await talk.state.set_state(People.frozen)
    return screens.ask_whom_to_freeze(talk.t)


@router.message(StateFilter(People.frozen), flags=FREEZES)
async def frozen_written(message: Message, talk: Talk) -> Screen:
    """Ask why, of the person who was named by @username."""
    return await _ask_why_of(talk, message.text or "")


async def _ask_why_of(talk: Talk, said: str) -> Screen:
    return await _ask_why(talk, (await person_called(talk, said)).id)


@router.callback_query(Tap("freeze"), flags=FREEZES)
async def freeze_this(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask why this person's account is frozen."""
    return await _ask_why(talk, id_in(arguments, ErrorCode.CUSTOMER))


async def _ask_why(talk: Talk, customer_id: int) -> Screen:
    """Ask for the reason, once nothing stands in the way. Raises as `freezing.require_may_freeze`."""
    await freezing.require_may_freeze(talk.unit, talk.customer.id, customer_id)
    await talk.state.set_state(People.reason)
    await talk.state.update_data(draft={"customer": customer_id})
    return screens.ask_why(talk.t, await name_of(talk, customer_id))


@router.message(StateFilter(People.reason), flags=FREEZES)
async def reason_written(message: Message, talk: Talk) -> Screen:
    """Show whose account would be frozen, and why; it is done with the PIN."""
    why = approvals.checked_reason(message.text or "")
    draft = await taken_draft(talk)
    params = FreezeAccount(customer=draft["customer"], why=why)
    return await offer(talk, FREEZE, params, screens.freeze_card(talk.t, await name_of(talk, params.customer), params))


async def _freeze(talk: Talk, params: FreezeAccount, key: str) -> Nothing:
    await freezing.freeze(talk.unit, talk.cipher, params.customer, params.why, actor_id=talk.customer.id)
    return Nothing()


@router.callback_query(Tap("unfreeze"), flags=needs(Permission.PROPOSE_UNFREEZE))
async def unfreeze(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Begin the proposal to lift a freeze; a second person decides on it."""
    return await ask_reason(talk, freezing.UNFREEZE, f"customer:{id_in(arguments, ErrorCode.CUSTOMER)}", {})


FREEZE: Final = Action(
    "desk.freeze",
    FreezeAccount,
    Nothing,
    needs_pin=True,
    run=_freeze,
    done=shows(screens.frozen),
    permission=Permission.FREEZE,
)
ACTIONS: Final = (FREEZE,)
