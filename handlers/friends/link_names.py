"""How links of money among friends are written that anybody may open."""

from __future__ import annotations

from typing import Final

MAKES_PACKET: Final = "packet"
"""The payload of the link that begins a packet."""
PACKET: Final = "p-"
"""How a link's payload begins that opens a packet."""
MAKES_CAUSE: Final = "collect"
"""The payload of the link that begins a collection."""
CAUSE: Final = "c-"
"""How a link's payload begins that opens a collection."""


def packet_link(bot_username: str, token: str) -> str:
    """Return the link that anybody may open."""
    return f"https://t.me/{bot_username}?start={PACKET}{token}"


def cause_link(bot_username: str, token: str) -> str:
    """Return the link that anybody may open who wants to give."""
    return f"https://t.me/{bot_username}?start={CAUSE}{token}"
