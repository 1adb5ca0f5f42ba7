"""Who comes too late to a red packet in a group, answered before a unit of work begins.

Nine of ten in a stampede do. Once a packet is over for good, this process remembers it with who has a share of it; a
tap of anybody else is refused by that alone. Who has one, and a tap under a message of inline mode, which may be one
that nobody keeps current yet, take the whole way.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiogram.enums import ChatType
from aiogram.types import Update

from finance_core.friends.models import Packet, PacketState
from finance_core.friends.queries import holders_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.storage.unit import Unit
from handlers.chat.prepare import Prepare

_OPENS: Final = ("openpacket", "openhere")
REMEMBERED: Final = 1_000
"""Packets; each with at most a hundred people."""


@dataclass(slots=True)
class EndedPackets:
    """Packets that are over for good, by their tokens: why nobody gets a share any more, and who has one."""

    _known: OrderedDict[str, tuple[ErrorCode, frozenset[int]]] = field(default_factory=OrderedDict)

    async def note(self, unit: Unit, packet: Packet) -> None:
        """Remember a packet that is over; one that may still be opened is left alone."""
        code = _why(unit, packet)
        if code is None:
            return
        self._known[packet.token] = (code, frozenset(await holders_of(unit, packet.id)))
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def refusal(self, token: str, telegram_id: int) -> ErrorCode | None:
        """Return why somebody comes too late, None where that is not known."""
        code, holders = self._known.get(token, (None, frozenset()))
        return None if telegram_id in holders else code


def late_preparer(ended: EndedPackets) -> Prepare:
    """Return what refuses who comes too late. Its refusal is Conflict: `packet_empty` or `packet_over`."""

    async def prepare(update: Update, _state: str | None, _data: Mapping[str, Any]) -> dict[str, Any]:
        tap = update.callback_query
        if tap is not None and tap.message is not None and tap.message.chat.type != ChatType.PRIVATE:
            verb, _, token = (tap.data or "").partition(":")
            code = ended.refusal(token, tap.from_user.id) if verb in _OPENS else None
            if code is not None:
                raise Conflict(code)
        return {}

    return prepare


def _why(unit: Unit, packet: Packet) -> ErrorCode | None:
    if packet.state == PacketState.OPENED:
        return ErrorCode.PACKET_EMPTY
    is_over = packet.state == PacketState.EXPIRED or unit.now >= packet.ends_at
    return ErrorCode.PACKET_OVER if is_over else None
