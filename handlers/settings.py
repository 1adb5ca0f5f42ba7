"""Settings: language, notices, and the lock for a lost phone."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.customers import service as customers
from finance_core.intents import Intent
from handlers.actions import Action, register
from handlers.confirm import offer
from handlers.filters import Means, Tap
from handlers.screens import settings as screens
from handlers.screens.base import Screen
from handlers.talk import Talk

router = Router(name="settings")

_NEXT_RHYTHM = {"daily": "weekly", "weekly": "off", "off": "daily"}


@router.message(Means("settings"))
@router.callback_query(Means("settings"))
async def settings(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show all settings."""
    return screens.settings(talk.t, talk.customer)


@router.message(Means("language"))
@router.callback_query(Means("language"))
async def language(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Offer the languages."""
    return screens.languages(talk.t)


@router.callback_query(Tap("set"))
async def change(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn one setting over: income notices daily, weekly, off; discreet notices; offers."""
    unit, customer = talk.unit, talk.customer
    match arguments[0] if arguments else "":
        case "income":
            await customers.choose_income_notice(unit, customer.id, _NEXT_RHYTHM[customer.income_notice])
        case "discreet":
            await customers.choose_discreet(unit, customer.id, discreet=not customer.discreet)
        case "offers":
            await customers.choose_marketing(unit, customer.id, consent=customer.marketing_consent_at is None)
    return screens.settings(talk.t, customer)


@router.message(Means("lock"))
@router.callback_query(Means("lock"))
async def lock(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Stop everything that leaves, at once and without a PIN."""
    await customers.lock_outflow(talk.unit, talk.customer.id)
    return screens.locked(talk.t)


@router.message(Means("unlock"))
@router.callback_query(Means("unlock"))
async def unlock(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Offer to unlock; the PIN is asked after Confirm."""
    return await offer(talk, "settings.unlock", {}, screens.unlock_card(talk.t))


async def _do_unlock(talk: Talk, intent: Intent) -> dict[str, Any]:
    await customers.unlock_outflow(talk.unit, talk.customer.id)
    return {}


register(Action("settings.unlock", needs_pin=True, run=_do_unlock, done=screens.unlocked))
