"""Another phone, and another Telegram account. Both take the PIN; the old chat can undo them for 7 days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from finance_core.account import moves
from finance_core.customers import holds
from finance_core.customers import service as customers
from finance_core.customers.consents import Topic
from finance_core.customers.pin import PinCheck, PinOutcome
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed
from finance_core.kernel.payloads import Nothing
from finance_core.loans.origination import self_limits
from handlers.account.resets import stopped_already
from handlers.account.screens import moves as screens
from handlers.chat.actions import Action
from handlers.chat.arguments import id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.pin_states import Moving, NewPhone
from handlers.chat.replies import Shown
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import simple
from handlers.chat.talk import Talk
from handlers.home.menu import main_menu
from handlers.joining.consents import wording_of
from handlers.locales import translator

router = Router(name="moves")

PATIENCE: Final = timedelta(minutes=10)
"""How long the PIN lets another phone be shared."""


# -- the phone --------------------------------------------------------------------------------------------------------


@router.message(Means("change_phone"))
@router.callback_query(Means("change_phone"))
async def change_phone(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Offer to change the phone; the PIN is asked after Confirm. Raises NotAllowed: `changes_held`."""
    talk.require_joined()
    await holds.require_changes(talk.unit, talk.customer.id)
    return await offer(talk, CHANGE_PHONE, Nothing(), screens.phone_card(talk.t))


async def _begin(talk: Talk, params: Nothing, key: str) -> Nothing:
    await talk.state.set_state(NewPhone.phone)
    await talk.state.update_data(until=(talk.unit.now + PATIENCE).isoformat())
    return Nothing()


def _share(talk: Talk, params: Nothing, result: Nothing) -> Screen:
    return screens.share_new_phone(talk.t)


@router.message(StateFilter(NewPhone.phone), F.contact)
async def phone_shared(message: Message, talk: Talk) -> list[Screen]:
    """Take the new phone."""
    contact, data = message.contact, await talk.state.get_data()
    assert contact is not None
    if datetime.fromisoformat(data["until"]) < talk.unit.now:
        await talk.state.clear()
        return [screens.too_late(talk.t)]
    await moves.change_phone(
        talk.unit,
        talk.cipher,
        talk.customer.id,
        raw_phone=contact.phone_number,
        contact_user_id=contact.user_id,
    )
    phone = customers.phone_of(talk.customer, talk.cipher) or ""
    kept = wording_of(talk, Topic.NO_LOANS, "settings")
    await self_limits.carry_over(talk.unit, talk.customer.id, talk.cipher.fingerprints(phone), kept)
    await talk.state.clear()
    return [screens.phone_changed(talk.t), await main_menu(talk)]


@router.message(StateFilter(NewPhone.phone))
async def phone_awaited(message: Message, talk: Talk) -> Screen:
    """Ask for the new phone again: only the button counts."""
    return screens.share_new_phone(talk.t)


# -- the Telegram account ---------------------------------------------------------------------------------------------


@router.message(Means("move_account"))
@router.callback_query(Means("move_account"))
async def move_account(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Ask for the phone of the account that is to come to this Telegram. Raises NotAllowed: `move_joined`."""
    if talk.customer.phone_hash is not None or talk.customer.pin_hash is not None:
        raise NotAllowed(ErrorCode.MOVE_JOINED)
    await talk.state.set_state(Moving.phone)
    return screens.share_old_phone(talk.t)


@router.message(StateFilter(Moving.phone), F.contact)
async def account_found(message: Message, talk: Talk) -> list[Screen]:
    """Find the account by the phone, and ask for its PIN."""
    contact = message.contact
    assert contact is not None
    account = await moves.account_of_phone(
        talk.unit,
        talk.cipher,
        talk.customer,
        raw_phone=contact.phone_number,
        contact_user_id=contact.user_id,
    )
    await talk.state.set_state(Moving.pin)
    await talk.state.update_data(account=account.id, phone=contact.phone_number)
    return [screens.account_is_found(talk.t), screens.ask_pin(talk.t)]


@router.message(StateFilter(Moving.phone))
async def old_phone_awaited(message: Message, talk: Talk) -> Screen:
    """Ask for the phone again: only the button counts."""
    return screens.share_old_phone(talk.t)


@router.message(StateFilter(Moving.pin))
async def move_with_pin(message: Message, talk: Talk) -> list[Shown]:
    """Move the account, if it was its PIN: the check was made before this transaction began."""
    check: PinCheck | None = talk.checks.get("pin")
    deleted = talk.forget_message()
    if check is None:
        return [*deleted, *await talk.show(screens.ask_pin(talk.t))]
    if check.outcome != PinOutcome.RIGHT:
        return [*deleted, *await talk.show(await _refused(talk, check))]
    data = await talk.state.get_data()
    await talk.state.clear()
    move = await moves.move_here(talk.unit, talk.cipher, talk.customer.id, data["account"], raw_phone=data["phone"])
    talk.t = translator(talk.customer.language)
    return [*deleted, *await talk.show(screens.moved_here(talk.t, move.id))]


async def _refused(talk: Talk, check: PinCheck) -> Screen:
    if check.outcome == PinOutcome.WRONG and check.tries_left > 0:
        return Screen(talk.t("pin.wrong", count=check.tries_left))
    await talk.state.clear()
    if check.outcome == PinOutcome.STOPPED_RESET:
        return simple(talk.t("pin.stopped_reset"), talk.t)
    if check.outcome == PinOutcome.NEEDS_OPERATOR:
        return simple(talk.t("pin.needs_operator"), talk.t)
    return simple(talk.t("pin.locked", count=check.locked_minutes), talk.t)


@router.callback_query(Tap("notmymove"))
async def not_me(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Undo a change of the phone or of the Telegram account. Raises NotFound: `move`. Conflict: `move_joined_since`."""
    is_news = await moves.not_me(talk.unit, talk.cipher, talk.customer.id, id_in(arguments, ErrorCode.MOVE))
    talk.edits = False
    return screens.undone(talk.t) if is_news else await stopped_already(talk)


CHANGE_PHONE: Final = Action("account.change_phone", Nothing, Nothing, needs_pin=True, run=_begin, done=_share)
ACTIONS: Final = (CHANGE_PHONE,)
