"""What people set for themselves about borrowing: that nothing is lent for a while, and a limit of their own."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.loans.origination import self_limits
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, whole_number
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.loans.intents import BlockBorrowing, Blocked, Limited, OwnLimit
from handlers.loans.screens import self_limits as screens

router = Router(name="self limits")

LIFTED: Final = "off"


@router.message(Means("own_limits"))
@router.callback_query(Means("own_limits"))
async def own_limits(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show what is set, and what can be."""
    return screens.standing(talk.t, await self_limits.current(talk.unit, talk.customer.id), talk.unit.open_on)


@router.callback_query(Tap("nolending"))
async def block(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to be lent nothing for a while. Raises InvalidInput: `block_days`."""
    days = whole_number(argument(arguments))
    if days not in self_limits.BLOCKS_DAYS:
        raise InvalidInput(ErrorCode.BLOCK_DAYS)
    return await offer(talk, BLOCK, BlockBorrowing(days=days), screens.block_card(talk.t, days, talk.unit.open_on))


@router.callback_query(Tap("ownlimit"))
async def limit(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask how much one wants to owe at most, or offer to lift that limit."""
    if argument(arguments) == LIFTED:
        return await offer(talk, LIMIT, OwnLimit(sum=None), screens.lift_card(talk.t))
    await ask(talk.state, "own_limit", "amount", {})
    return screens.ask_limit(talk.t)


@router.message(Means("own_limit"))
@router.callback_query(Means("own_limit"))
async def limit_said(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer the limit that was written."""
    said = money_slot(slots)
    if said is None:
        await ask(talk.state, "own_limit", "amount", {})
        return screens.ask_limit(talk.t)
    return await offer(talk, LIMIT, OwnLimit(sum=said), screens.limit_card(talk.t, said))


async def _block(talk: Talk, params: BlockBorrowing, key: str) -> Blocked:
    chosen = await self_limits.block(talk.unit, talk.customer.id, params.days)
    assert chosen.no_lending_until is not None
    return Blocked(until=chosen.no_lending_until)


async def _limit(talk: Talk, params: OwnLimit, key: str) -> Limited:
    chosen = await self_limits.set_limit(talk.unit, talk.customer.id, params.sum)
    return Limited(from_on=self_limits.raised_on(chosen, talk.unit.open_on))


BLOCK: Final = Action("loan.block", BlockBorrowing, Blocked, needs_pin=False, run=_block, done=shows(screens.blocked))
LIMIT: Final = Action("loan.own_limit", OwnLimit, Limited, needs_pin=False, run=_limit, done=shows(screens.limited))
ACTIONS: Final = (BLOCK, LIMIT)
