"""The account at a glance: what can be changed of it, how it stands; and the limits with what is left of them."""

from __future__ import annotations

from datetime import date
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.account import identity, recovery
from finance_core.customers.holds import held
from finance_core.customers.queries import by_id
from finance_core.customers.rules import TIERS
from finance_core.customers.service import display_name, out_limit
from finance_core.friends import queries as friends
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.wallet.went_out import went_out
from handlers.account.screens import overview as screens
from handlers.chat.filters import Means
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk

router = Router(name="account")

HIGHEST: Final = len(TIERS) - 1


@router.message(Means("account"))
@router.callback_query(Means("account"))
async def account(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show how the account stands: level, code, contact, holds; and what can be changed."""
    unit, me = talk.unit, talk.customer
    named = await recovery.contact_of(unit, me.id)
    contact = display_name(await by_id(unit, named.contact_id), talk.cipher) if named is not None else None
    stands = screens.Stands(
        tier=me.tier,
        has_joined=me.has_joined,
        has_code=await recovery.has_code(unit, me.id),
        contact=contact,
        contact_agreed=named is not None and named.agreed_at is not None,
        held=await held(unit, me.id),
        waits=await identity.waiting_of(unit, me.id) is not None,
    )
    return screens.account(talk.t, stands, me.zone)


@router.message(Means("limits"))
@router.callback_query(Means("limits"))
async def limits(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show what may leave: today, this month, and by the level this year or ever; what would raise it."""
    unit, me = talk.unit, talk.customer
    out, stands = await out_limit(unit, me), await held(unit, me.id)
    today = unit.local_now().date()
    shown = screens.Limits(
        today=await _out_since(talk, today),
        month=await _out_since(talk, today.replace(day=1)),
        out=out,
        loans=TIERS[me.tier].loan_limit,
        next_limit=TIERS[me.tier + 1].out_limit if me.tier < HIGHEST else None,
        held=stands,
        is_locked=me.outflow_locked_at is not None,
    )
    return screens.limits(talk.t, shown, me.tier, me.zone)


async def _out_since(talk: Talk, first: date) -> Money:
    """Return what has left the wallet from a day of the institution on: of the wallet's own, and among friends."""
    unit, me, today = talk.unit, talk.customer, talk.unit.local_now().date()
    out = await went_out(unit, me.id, first, today) + await friends.went_out(unit, me.id, first, today)
    return Money(out, BASE_CURRENCY)
