"""What is prepared for a forgotten PIN: a recovery code, shown once, and a person who confirms. Both take the PIN."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from finance_core.account import pin_resets, recovery
from finance_core.customers.queries import by_id, by_username
from finance_core.customers.service import display_name
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, NotFound
from finance_core.kernel.payloads import Nothing
from handlers.account.intents import NameContact
from handlers.account.screens import recovery as screens
from handlers.chat.actions import Action
from handlers.chat.arguments import argument, id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk

router = Router(name="recovery")

_CODE: Final = "recovery_code"


class Naming(StatesGroup):
    """Who is named as a contact is written."""

    who = State()


# -- the code ---------------------------------------------------------------------------------------------------------


@router.message(Means("recovery_code"))
@router.callback_query(Means("recovery_code"))
async def recovery_code(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Offer a new recovery code; the one before is void then."""
    talk.require_joined()
    again = await recovery.has_code(talk.unit, talk.customer.id)
    return await offer(talk, MAKE_CODE, Nothing(), screens.code_card(talk.t, again=again))


async def _make_code(talk: Talk, params: Nothing, key: str) -> Nothing:
    talk.checks[_CODE] = await recovery.make_code(talk.unit, talk.cipher, talk.customer.id)
    return Nothing()


def _code(talk: Talk, params: Nothing, result: Nothing) -> Screen:
    """Show the code in the very turn that made it, and never again: nothing keeps it."""
    return screens.code(talk.t, talk.checks[_CODE]) if _CODE in talk.checks else screens.code_shown_once(talk.t)


@router.callback_query(Tap("codehidden"))
async def code_hidden(callback: CallbackQuery, talk: Talk) -> Screen:
    """Take the code out of the chat; from now on it counts. Raises NotFound: `recovery_code`."""
    await recovery.code_hidden(talk.unit, talk.customer.id)
    return screens.code_counts(talk.t)


# -- the contact ------------------------------------------------------------------------------------------------------


@router.message(Means("name_contact"))
@router.callback_query(Means("name_contact"))
async def name_contact(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Ask who it is."""
    talk.require_joined()
    await talk.state.set_state(Naming.who)
    return screens.who(talk.t)


@router.message(StateFilter(Naming.who))
async def contact_written(message: Message, talk: Talk) -> Screen:
    """Offer to name whom a @username calls. Raises NotFound: `customer`. NotAllowed: `contact_self`."""
    found = await by_username(talk.unit, (message.text or "").strip(), talk.cipher)
    if found is None:
        raise NotFound(ErrorCode.CUSTOMER)
    if found.id == talk.customer.id:
        raise NotAllowed(ErrorCode.CONTACT_SELF)
    await talk.state.clear()
    name = display_name(found, talk.cipher)
    return await offer(talk, NAME_CONTACT, NameContact(contact=found.id), screens.contact_card(talk.t, name))


async def _name_contact(talk: Talk, params: NameContact, key: str) -> Nothing:
    await recovery.name_contact(talk.unit, talk.customer.id, params.contact)
    return Nothing()


def _named(talk: Talk, params: NameContact, result: Nothing) -> Screen:
    return screens.contact_named(talk.t)


@router.callback_query(Tap("vouch"))
async def vouch(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Agree to confirm for somebody, or not. Raises NotFound: `named_contact`."""
    customer, agrees = id_in(arguments, ErrorCode.NAMED_CONTACT, 1), argument(arguments) == "yes"
    await recovery.answer_naming(talk.unit, talk.customer.id, customer, agrees=agrees)
    name = display_name(await by_id(talk.unit, customer), talk.cipher)
    return screens.naming_answered(talk.t, name, agrees=agrees)


@router.callback_query(Tap("theirreset"))
async def their_reset(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say as the named contact whether it is they who ask. Raises NotFound: `pin_reset`."""
    reset, is_theirs = id_in(arguments, ErrorCode.PIN_RESET, 1), argument(arguments) == "yes"
    await pin_resets.answer_of_contact(talk.unit, talk.cipher, talk.customer.id, reset, is_theirs=is_theirs)
    return screens.reset_answered(talk.t, is_theirs=is_theirs)


MAKE_CODE: Final = Action("account.recovery_code", Nothing, Nothing, needs_pin=True, run=_make_code, done=_code)
NAME_CONTACT: Final = Action(
    "account.name_contact", NameContact, Nothing, needs_pin=True, run=_name_contact, done=_named
)
ACTIONS: Final = (MAKE_CODE, NAME_CONTACT)
