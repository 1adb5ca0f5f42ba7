"""Settings: language, notices, and the lock for a lost phone."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.customers import service as customers
from finance_core.customers.freezing import freeze_of, require_not_frozen
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask, settle
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.joining.consents import agreed
from handlers.joining.intents import Unlocked
from handlers.joining.screens import settings as screens
from handlers.joining.screens.consents import standing
from handlers.joining.zones import find_zones, zones_of_phone

router = Router(name="settings")

LONGEST_CITY = 40

_NEXT_RHYTHM = {"weekly": "daily", "daily": "off", "off": "weekly"}


@router.message(Means("settings"))
@router.callback_query(Means("settings"))
async def settings(event: Message | CallbackQuery, talk: Talk) -> list[Screen]:
    """Show all settings, and beneath them each consent with its withdrawal."""
    return [await _settings(talk), standing(talk.t, await agreed(talk))]


async def _settings(talk: Talk) -> Screen:
    return screens.settings(talk.t, talk.customer, await freeze_of(talk.unit, talk.customer.id))


@router.message(Means("language"))
@router.callback_query(Means("language"))
async def language(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Offer the languages."""
    return screens.languages(talk.t)


@router.callback_query(Tap("zone"))
async def zone(callback: CallbackQuery, talk: Talk) -> Screen:
    """Offer the zones of the phone's country; any other is found by writing a city."""
    phone = customers.phone_of(talk.customer, talk.cipher)
    await ask(talk.state, "zone", "city", {})
    offered = zones_of_phone(phone) if phone is not None else ()
    return screens.zones(talk.t, talk.customer.zone, offered, talk.unit.now)


@router.message(Means("zone"))
async def city_written(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Offer the zones that a city or a country names. Raises InvalidInput: `zone`, when none is called that."""
    found = find_zones(slots["city"])
    await ask(talk.state, "zone", "city", {})
    if not found:
        raise InvalidInput(ErrorCode.ZONE, zone=slots["city"][:LONGEST_CITY])
    return screens.zones(talk.t, talk.customer.zone, found, talk.unit.now)


@router.callback_query(Tap("zoneis"))
async def choose_zone(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take the zone whose night is left undisturbed from now on."""
    await customers.choose_zone(talk.unit, talk.customer.id, "".join(arguments[:1]))
    await settle(talk.state)
    return await _settings(talk)


@router.callback_query(Tap("set"))
async def change(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn one setting over: income notices daily, weekly, off; discreet notices; words alone."""
    unit, customer = talk.unit, talk.customer
    match arguments[0] if arguments else "":
        case "income":
            await customers.choose_income_notice(unit, customer.id, _NEXT_RHYTHM[customer.income_notice])
        case "discreet":
            await customers.choose_discreet(unit, customer.id, discreet=not customer.discreet)
        case "plain":
            await customers.choose_plain(unit, customer.id, plain=not customer.plain)
    return await _settings(talk)


@router.message(Means("lock"))
@router.callback_query(Means("lock"))
async def lock(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Stop everything that leaves, at once and without a PIN."""
    await customers.lock_outflow(talk.unit, talk.customer.id)
    return screens.locked(talk.t)


@router.message(Means("unlock"))
@router.callback_query(Means("unlock"))
async def unlock(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Offer to unlock; the PIN is asked after Confirm. Where nothing is locked, that is said.

    Raises NotAllowed: `account_frozen`: only operators lift that.
    """
    if talk.customer.outflow_locked_at is None:
        await require_not_frozen(talk.unit, talk.customer.id)
        return screens.not_locked(talk.t)
    return await offer(talk, UNLOCK, Nothing(), screens.unlock_card(talk.t))


async def _do_unlock(talk: Talk, params: Nothing, key: str) -> Unlocked:
    await customers.unlock_outflow(talk.unit, talk.customer.id)
    return Unlocked(still_frozen=await freeze_of(talk.unit, talk.customer.id) is not None)


UNLOCK: Final = Action(
    "settings.unlock", Nothing, Unlocked, needs_pin=True, run=_do_unlock, done=shows(screens.unlocked)
)
ACTIONS: Final = (UNLOCK,)
