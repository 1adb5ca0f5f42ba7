"""Who comes too late to a red packet where others see it, answered without a unit of work.

Nine of ten in a stampede do. Once a packet is over for good, this process remembers it with who has a share of it and
which of its messages are known; a tap of anybody else there is answered by that alone, as a packet never reopens. Who
has a share, and who taps a message first, take the whole way: that message may be one that nobody keeps current yet.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from aiogram.methods import AnswerCallbackQuery

from finance_core.friends.models import Packet, PacketState
from finance_core.friends.queries import holders_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.storage.unit import Unit
from handlers.chat.faults import Languages, refusal
from handlers.chat.plain import plain
from handlers.locales import translator

REMEMBERED: Final = 1_000
"""Packets; each with at most a hundred people."""
PLACES_REMEMBERED: Final = 1_000
"""Messages of one packet."""
CERTAIN_AFTER: Final = timedelta(minutes=1)
"""Who opened a share in the last second of a packet's day is written down by then."""


@dataclass(frozen=True, slots=True)
class _Ended:
    code: ErrorCode
    holders: frozenset[int]
    places: set[str] = field(default_factory=set)


@dataclass(slots=True)
class EndedPackets:
    """Packets that are over for good, by their tokens: why nobody gets a share any more, and who has one."""

    _known: OrderedDict[str, _Ended] = field(default_factory=OrderedDict)

    async def note(self, unit: Unit, packet: Packet, place: str) -> None:
        """Remember a packet that is over, and that its message at a `place` is known; one that is open is left alone.

        Args:
            place: as `place_of` returns it.
        """
        code = _why(unit, packet)
        if code is None:
            return
        if packet.token not in self._known:
            self._known[packet.token] = _Ended(code, frozenset(await holders_of(unit, packet.id)))
        places = self._known[packet.token].places
        if len(places) < PLACES_REMEMBERED:
            places.add(place)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def refusal(self, token: str, telegram_id: int, place: str) -> ErrorCode | None:
        """Return why somebody comes too late, None where that is not known."""
        ended = self._known.get(token)
        if ended is None or telegram_id in ended.holders or place not in ended.places:
            return None
        return ended.code


def place_of(inline_id: str | None, chat_id: int | None, message_id: int | None) -> str:
    """Return which message was tapped, as `EndedPackets` knows it."""
    return inline_id if inline_id is not None else f"{chat_id}:{message_id}"


def late_answer(ended: EndedPackets, languages: Languages) -> Callable[[Mapping[str, Any]], AnswerCallbackQuery | None]:
    """Return what answers a raw update that is a tap which comes too late; None for any other."""

    def ready(update: Mapping[str, Any]) -> AnswerCallbackQuery | None:
        tap = update.get("callback_query") or {}
        verb, _, token = str(tap.get("data", "")).partition(":")
        if verb != "openpacket":
            return None
        message, user = tap.get("message") or {}, tap["from"]
        place = place_of(tap.get("inline_message_id"), message.get("chat", {}).get("id"), message.get("message_id"))
        code = ended.refusal(token, user["id"], place)
        if code is None:
            return None
        t = translator(languages.known(user["id"], user.get("language_code")))
        said = plain(refusal(t, Conflict(code)).text)
        return AnswerCallbackQuery(callback_query_id=tap["id"], text=said, show_alert=True)

    return ready


def _why(unit: Unit, packet: Packet) -> ErrorCode | None:
    if packet.state == PacketState.OPENED:
        return ErrorCode.PACKET_EMPTY
    is_over = packet.state == PacketState.EXPIRED or unit.now >= packet.ends_at + CERTAIN_AFTER
    return ErrorCode.PACKET_OVER if is_over else None
