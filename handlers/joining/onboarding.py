"""Joining: language, terms, phone, PIN. Each step can be left and come back to with /start."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart, StateFilter
from aiogram.types import CallbackQuery, Message

from finance_core.customers import consents
from finance_core.customers import service as customers
from finance_core.customers.consents import Topic
from finance_core.customers.pin import set_pin
from finance_core.customers.rules import zones_of_phone
from finance_core.friends import opening
from finance_core.kernel.error_codes import ErrorCode
from finance_core.loans.origination import self_limits
from handlers.chat.filters import Means, Tap
from handlers.chat.pin_states import AFTER_JOINING, PinSetup
from handlers.chat.questions import ask, pending
from handlers.chat.replies import Shown
from handlers.chat.screens.base import Screen
from handlers.chat.screens.groups import private_only
from handlers.chat.talk import Talk
from handlers.home.menu import main_menu
from handlers.home.queue import waiting_for
from handlers.joining.consents import agreed, wording_of
from handlers.joining.links import forget_all_but_link, opened_after_joining
from handlers.joining.screens import consents as consent_screens
from handlers.joining.screens import onboarding as screens
from handlers.joining.zones import MOST
from handlers.locales import codes, translator
from handlers.wallet.links import opened_by

router = Router(name="onboarding")


@router.message(CommandStart())
async def start(message: Message, talk: Talk, command: CommandObject) -> Screen | list[Screen]:
    """Begin or go on joining. A link's payload (money that was sent) is opened first.

    Where that asks for something itself, the menu stays away: what the link was followed for is the last thing seen.
    """
    await forget_all_but_link(talk, command.args or "")
    if not talk.is_private:
        return private_only(talk.t, talk.bot_username)
    opened = await opened_by(talk, command.args or "")
    step = await next_step(talk)
    if opened is not None and step is None and await pending(talk.state) is not None:
        return opened  # it asks something: the menu below it would be taken for what asks
    waiting = await waiting_for(talk) if opened is None else None
    after = step or (await main_menu(talk) if opened is None or not opened.buttons else None)
    return [screen for screen in (opened or waiting, after) if screen is not None]


@router.callback_query(Means("join"))
async def go_on(callback: CallbackQuery, talk: Talk) -> Screen:
    """Go on joining from where it was left."""
    return await next_step(talk) or await main_menu(talk)


@router.callback_query(Tap("lang"))
async def choose_language(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Choose the language, at joining or later."""
    language = arguments[0] if arguments and arguments[0] in codes() else talk.customer.language
    await customers.choose_language(talk.unit, talk.customer.id, language)
    talk.t = translator(language)
    return await next_step(talk, language_chosen=True) or await main_menu(talk)


@router.callback_query(Tap("agree"))
async def agree(callback: CallbackQuery, talk: Talk) -> Screen:
    """Accept the terms: version and instant are recorded. What was opened of red packets before is paid now."""
    await customers.accept_terms(talk.unit, talk.customer.id)
    await opening.pay_held(talk.unit, talk.customer.id)
    return await next_step(talk) or await main_menu(talk)


@router.callback_query(Tap("disagree"))
async def disagree(callback: CallbackQuery, talk: Talk) -> Screen:
    """Leave the terms as they are: nothing is agreed to, and the way back stays."""
    return screens.not_joined(talk.t)


@router.message(F.contact)
async def contact(message: Message, talk: Talk) -> list[Screen]:
    """Take the phone from Telegram's contact button; only one's own counts."""
    if message.contact is None or talk.customer.phone_hash is not None:
        return [await next_step(talk) or await main_menu(talk)]
    await customers.share_phone(
        talk.unit,
        talk.cipher,
        talk.customer.id,
        raw_phone=message.contact.phone_number,
        contact_user_id=message.contact.user_id,
    )
    phone = customers.phone_of(talk.customer, talk.cipher) or ""
    kept = wording_of(talk, Topic.NO_LOANS, "joining")
    await self_limits.carry_over(talk.unit, talk.customer.id, talk.cipher.fingerprints(phone), kept)
    return [screens.phone_taken_down(talk.t), await next_step(talk) or await main_menu(talk)]


@router.message(StateFilter(PinSetup.first))
async def first_pin(message: Message, talk: Talk) -> list[Shown]:
    """Take a new PIN: its hash was computed before this transaction began."""
    if "pin_hash" in talk.checks:
        await talk.state.set_state(PinSetup.again)
        await talk.state.update_data(pin_hash=talk.checks["pin_hash"])
        screen = screens.pin_again(talk.t)
    else:
        screen = screens.pin_refused(talk.t, talk.checks.get("pin_fault", ErrorCode.PIN_FORM))
    return await _after_deleting(talk, screen)


@router.message(StateFilter(PinSetup.again))
async def second_pin(message: Message, talk: Talk) -> list[Shown]:
    """Take the new PIN a second time; when it differs, both are asked again."""
    data = await talk.state.get_data()
    if not talk.checks.get("pin_same"):
        await talk.state.set_state(PinSetup.first)
        return await _after_deleting(talk, screens.pin_differs(talk.t))
    await talk.state.clear()
    await set_pin(talk.unit, talk.cipher, talk.customer.id, data["pin_hash"])
    asked, opened = await _offers_question(talk), await opened_after_joining(talk, data.get(AFTER_JOINING))
    last = await _zone_question(talk) or (await main_menu(talk) if opened is None else None)
    shown = (screens.joined(talk.t), asked, opened, last)
    return await _after_deleting(talk, *(screen for screen in shown if screen is not None))


async def _offers_question(talk: Talk) -> Screen | None:
    """Ask once what may be offered; None for who has said so before."""
    if await consents.was_asked(talk.unit, talk.customer.id):
        return None
    return consent_screens.asked(talk.t, await agreed(talk), "j")


async def _zone_question(talk: Talk) -> Screen | None:
    """Ask for the time zone of whose phone may be in several; None where it tells one, or nothing."""
    phone = customers.phone_of(talk.customer, talk.cipher)
    zones = zones_of_phone(phone) if phone is not None else ()
    if len(zones) <= 1:
        return None
    await ask(talk.state, "zone", "city", {})
    return screens.which_zone(talk.t, zones[:MOST], talk.unit.now)


async def next_step(talk: Talk, *, language_chosen: bool = False) -> Screen | None:
    """Return the screen of the first step of joining that is still missing, None when there is none."""
    customer = talk.customer
    if customer.terms_accepted_at is None:
        return screens.terms(talk.t) if language_chosen else screens.welcome(talk.t)
    if customer.phone_hash is None:
        return screens.phone(talk.t)
    if customer.pin_hash is None:
        await talk.state.set_state(PinSetup.first)
        return screens.pin(talk.t)
    return None


async def _after_deleting(talk: Talk, *shown: Screen) -> list[Shown]:
    return [*talk.forget_message(), *await talk.show(*shown)]
