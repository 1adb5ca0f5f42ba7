"""The links of red packets and collections: whoever opens one sees it, and may open a share, or give."""

from __future__ import annotations

from typing import Final

from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.friends.causes import find as find_cause
from finance_core.friends.models import PacketState
from finance_core.friends.notifications import words_of
from finance_core.friends.packets import find
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.friends.cause_views import shown_cause
from handlers.friends.screens import packets as screens

PACKET: Final = "p-"
"""How a link's payload begins that opens a packet."""
CAUSE: Final = "c-"
"""How a link's payload begins that opens a collection."""


def packet_link(bot_username: str, token: str) -> str:
    """Return the link that anybody may open."""
    return f"https://t.me/{bot_username}?start={PACKET}{token}"


def cause_link(bot_username: str, token: str) -> str:
    """Return the link that anybody may open who wants to give."""
    return f"https://t.me/{bot_username}?start={CAUSE}{token}"


async def opened_packet(talk: Talk, token: str) -> Screen:
    """Return a packet as somebody sees it who may open it. Raises NotFound: `packet`."""
    packet = await find(talk.unit, token)
    sender = display_name(await by_id(talk.unit, packet.sender_id), talk.cipher)
    if packet.state != PacketState.OPEN:
        return screens.over(talk.t, sender, token)
    words = words_of(packet.words_sealed, talk.cipher, token, "words")
    return screens.waiting(talk.t, sender, words, token)


async def opened_cause(talk: Talk, token: str) -> Screen:
    """Return a collection as the person may see it. Raises NotFound: `cause`."""
    return await shown_cause(talk, await find_cause(talk.unit, token))
