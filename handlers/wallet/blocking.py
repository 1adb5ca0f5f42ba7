"""Blocking: whom one takes neither money nor requests from. Who is blocked is not told; sending to them is refused."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.customers import blocking
from finance_core.customers.models import Customer
from finance_core.customers.queries import all_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.wallet.service import asker_of
from handlers.chat.arguments import argument, id_in
from handlers.chat.filters import Means, Tap
from handlers.chat.mentions import as_written
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.wallet import payees
from handlers.wallet.screens import blocking as screens

router = Router(name="blocking")
router.callback_query.middleware(CountsMisses())


@router.message(Means("block"))
@router.callback_query(Means("block"))
async def block(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Block who is named, by @username or by a name among those one knows; ask who where nobody is."""
    talk.require_joined()
    person = await payees.found(talk, "block", slots)
    if isinstance(person, Screen):
        return person
    if person is None:
        raise NotFound(ErrorCode.PAYEE_UNKNOWN, payee=as_written(talk, slots["payee"]))
    return await _blocked(talk, person)


@router.callback_query(Tap("blockasker"))
async def block_asker(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Block who asked for money, from the request that was refused."""
    asker = await asker_of(talk.unit, argument(arguments), talk.customer.id)
    [person] = await all_of(talk.unit, [asker])
    return await _blocked(talk, person)


async def _blocked(talk: Talk, person: Customer) -> Screen:
    await blocking.block(talk.unit, talk.customer.id, person.id)
    return screens.blocked(talk.t, payees.name_of(talk, person), person.id)


@router.message(Means("blocked"))
@router.callback_query(Means("blocked"))
async def blocked_people(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """List whom one has blocked, each with a button that unblocks them."""
    return await _list(talk)


@router.callback_query(Tap("unblock"))
async def unblock(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take a person from the list; one who is not on it stays as they are."""
    await blocking.unblock(talk.unit, talk.customer.id, id_in(arguments, ErrorCode.CUSTOMER))
    return await _list(talk)


async def _list(talk: Talk) -> Screen:
    people = await all_of(talk.unit, await blocking.blocked_by(talk.unit, talk.customer.id))
    return screens.listed(talk.t, [(payees.name_of(talk, each), each.id) for each in people])
