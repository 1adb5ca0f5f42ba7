"""What a deep link opens: money that was sent by link. It carries an opaque token, and a letter that says of what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.storage.unit import Unit
from finance_core.wallet.models import Send, SendState
from finance_core.wallet.service import find_send, note_of, send_reference, sum_of
from handlers.chat.misses import counted
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.acts_takeover import opened_takeover
from handlers.circles.joining import opened_circle
from handlers.circles.links import INVITATION, TAKEOVER
from handlers.friends.causes import ask_for_cause
from handlers.friends.link_names import CAUSE, MAKES_CAUSE, MAKES_PACKET, PACKET
from handlers.friends.links import opened_cause, opened_from_group, opened_packet
from handlers.friends.packets import ask_for_packet
from handlers.groups.links import PRIVATE
from handlers.wallet.screens import wallet as screens

SEND: Final = "s-"


def send_link(bot_username: str, token: str) -> str:
    """Return the link that anyone may open, once, to take what was sent."""
    return f"https://t.me/{bot_username}?start={SEND}{token}"


async def opened_by(talk: Talk, payload: str) -> Screen | None:
    """Return what the link's payload opens, None for a start without one; a link that there is not is counted.

    Raises TemporarilyUnavailable: `links_guessed`.
    """
    if not payload:
        return None
    opened: Screen = await counted(talk, lambda: _opened(talk, payload))
    return opened


async def still_waits(unit: Unit, payload: str) -> bool:
    """Say whether the money behind a link of a send is still to be taken. Raises NotFound: `send`."""
    return (await find_send(unit, payload.removeprefix(SEND))).state == SendState.WAITING


async def _opened(talk: Talk, payload: str) -> Screen:
    if payload.startswith(PRIVATE):
        return await opened_from_group(talk, payload)
    begins = _BEGINS.get(payload)
    if begins is not None:
        return await begins(talk)
    for prefix, opens in _OPENS.items():
        if payload.startswith(prefix):
            return await opens(talk, payload.removeprefix(prefix))
    if not payload.startswith(SEND):
        raise NotFound(ErrorCode.LINK)
    return await opened_send(talk, await find_send(talk.unit, payload.removeprefix(SEND)))


_BEGINS: Final[Mapping[str, Callable[[Talk], Awaitable[Screen]]]] = {
    MAKES_PACKET: ask_for_packet,
    MAKES_CAUSE: ask_for_cause,
}
_OPENS: Final[Mapping[str, Callable[[Talk, str], Awaitable[Screen]]]] = {
    PACKET: opened_packet,
    CAUSE: opened_cause,
    INVITATION: opened_circle,
    TAKEOVER: opened_takeover,
}
"""What anybody may open, by how its payload begins."""


async def opened_send(talk: Talk, sent: Send) -> Screen:
    """Return what waits to be taken: from whom, how much, take it or send it back. Another's, or settled: says so."""
    if sent.state != SendState.WAITING or sent.payee_id not in (None, talk.customer.id):
        return screens.send_is_settled(talk.t)
    sender = display_name(await by_id(talk.unit, sent.sender_id), talk.cipher)
    reference = await send_reference(talk.unit, sent)
    return screens.send_offered(talk.t, sender, sum_of(sent), note_of(sent, talk.cipher), sent.token, reference)
