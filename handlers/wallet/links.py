"""What a deep link opens: money that was sent by link. It carries an opaque token, and a letter that says of what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, TelegramObject

from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.storage.unit import Unit
from finance_core.wallet import guesses
from finance_core.wallet.models import Send, SendState
from finance_core.wallet.service import find_send, note_of, send_reference, sum_of
from handlers.chat.faults import refusal
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.friends.links import (
    CAUSE,
    MAKES_CAUSE,
    MAKES_PACKET,
    PACKET,
    asked_for_cause,
    asked_for_packet,
    opened_cause,
    opened_from_group,
    opened_packet,
)
from handlers.groups.links import PRIVATE
from handlers.wallet.screens import wallet as screens

SEND: Final = "s-"
_PACKETS: Final = ("openpacket", "checkpacket", "putpacket", "showpacket")
_BILLS: Final = ("paybill", "nobill", "noreason", "bill", "outside", "closebill", "againbill", "splitagain")
_GROUP_BILLS: Final = ("mypart", "joinbill", "leavebill", "askbill", "dropbill")
_CAUSES: Final = (
    "cause",
    "endcause",
    "thankfor",
    "showcause",
    "putcause",
    "giveto",
    "tab",
    "tabout",
    "settletab",
    "droptab",
)
_NAMING: Final = frozenset(
    {
        *("accept", "decline", "takeback", "waits", "pay", "refuse", "blockasker"),
        *(*_PACKETS, *_BILLS, *_GROUP_BILLS, *_CAUSES),
    }
)
"""Buttons that carry the token of a send, a request, a packet, a bill or a collection."""
_MISSES: Final = (
    ErrorCode.SEND,
    ErrorCode.REQUEST,
    ErrorCode.LINK,
    ErrorCode.LINK_NOT_YOURS,
    ErrorCode.PACKET,
    ErrorCode.BILL,
    ErrorCode.CAUSE,
    ErrorCode.TAB,
)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class CountsMisses(BaseMiddleware):
    """Counts buttons that name a send or a request that there is not, as `opened_by` counts links.

    A person who has missed too often opens nothing for a while, whether it is there or not.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        talk: Talk = data["talk"]
        names_one = isinstance(event, CallbackQuery) and (event.data or "").partition(":")[0] in _NAMING
        return await _counted(talk, lambda: handler(event, data)) if names_one else await handler(event, data)


async def _counted(talk: Talk, look: Callable[[], Awaitable[Any]]) -> Any:
    """Return what `look` finds; the refusal, where nothing is there, so that the miss stays counted."""
    await guesses.require_few(talk.unit, talk.customer.id)
    try:
        async with talk.unit.session.begin_nested():
            return await look()
    except NotFound as missing:
        if missing.code not in _MISSES:
            raise
        await guesses.count_miss(talk.unit, talk.customer.id)
        return refusal(talk.t, missing)


def send_link(bot_username: str, token: str) -> str:
    """Return the link that anyone may open, once, to take what was sent."""
    return f"https://t.me/{bot_username}?start={SEND}{token}"


async def opened_by(talk: Talk, payload: str) -> Screen | None:
    """Return what the link's payload opens, None for a start without one; a link that there is not is counted.

    Raises TemporarilyUnavailable: `links_guessed`.
    """
    if not payload:
        return None
    opened: Screen = await _counted(talk, lambda: _opened(talk, payload))
    return opened


async def still_waits(unit: Unit, payload: str) -> bool:
    """Say whether the money behind a link of a send is still to be taken. Raises NotFound: `send`."""
    return (await find_send(unit, payload.removeprefix(SEND))).state == SendState.WAITING


async def _opened(talk: Talk, payload: str) -> Screen:
    if payload.startswith(PRIVATE):
        return await opened_from_group(talk, payload)
    if payload.partition("-")[0] == MAKES_PACKET:
        return await asked_for_packet(talk, payload)
    if payload.startswith(PACKET):
        return await opened_packet(talk, payload.removeprefix(PACKET))
    if payload == MAKES_CAUSE:
        return await asked_for_cause(talk)
    if payload.startswith(CAUSE):
        return await opened_cause(talk, payload.removeprefix(CAUSE))
    if not payload.startswith(SEND):
        raise NotFound(ErrorCode.LINK)
    return await opened_send(talk, await find_send(talk.unit, payload.removeprefix(SEND)))


async def opened_send(talk: Talk, sent: Send) -> Screen:
    """Return what waits to be taken: from whom, how much, take it or send it back. Another's, or settled: says so."""
    if sent.state != SendState.WAITING or sent.payee_id not in (None, talk.customer.id):
        return screens.send_is_settled(talk.t)
    sender = display_name(await by_id(talk.unit, sent.sender_id), talk.cipher)
    reference = await send_reference(talk.unit, sent)
    return screens.send_offered(talk.t, sender, sum_of(sent), note_of(sent, talk.cipher), sent.token, reference)
