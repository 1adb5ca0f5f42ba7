"""Sends that wait to be taken: listed beside the balance and at /start, each with a way to its card."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.wallet import queries
from finance_core.wallet.models import Send, SendState
from finance_core.wallet.service import find_send, sum_of
from handlers.chat.arguments import argument, count_in
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.wallet.links import opened_send
from handlers.wallet.screens import waiting as screens
from handlers.wallet.screens.waiting import Waits

router = Router(name="waiting")
router.callback_query.middleware(CountsMisses())


async def waits(talk: Talk) -> list[Waits]:
    """Return what waits to be taken by the person, and what they sent that waits; first what ends first."""
    return [await _of(talk, sent) for sent in await queries.waiting(talk.unit, talk.customer.id)]


@router.callback_query(Tap("allwaits"))
async def all_of_it(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show all that waits, page by page, for a card that has no room for it."""
    return screens.waiting(talk.t, await waits(talk), count_in(arguments)) or screens.nothing(talk.t)


@router.callback_query(Tap("waits"))
async def card(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show one send that waits: to its payee with Accept and Send back, to its sender with Take back."""
    sent = await find_send(talk.unit, argument(arguments))
    if sent.sender_id == talk.customer.id and sent.state == SendState.WAITING:
        return screens.own(talk.t, await _of(talk, sent))
    return await opened_send(talk, sent)


async def _of(talk: Talk, sent: Send) -> Waits:
    is_own = sent.sender_id == talk.customer.id
    return Waits(
        token=sent.token,
        name=await other_side(talk, sent.payee_id if is_own else sent.sender_id),
        sum=sum_of(sent),
        until=sent.returns_at,
        is_own=is_own,
        delivered_at=sent.delivers_at if sent.delivers_at > talk.unit.now else None,
        zone=talk.customer.zone,
    )


async def other_side(talk: Talk, customer_id: int | None) -> str:
    """Return what the other side of a send is called; None is whoever opens the link."""
    if customer_id is None:
        return str(talk.t("wallet.by_link"))
    return display_name(await by_id(talk.unit, customer_id), talk.cipher)
