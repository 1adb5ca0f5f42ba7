"""Who comes too late to a red packet in a group is answered without a unit of work, and only who does."""

from __future__ import annotations

import pytest
from aiogram.types import Update

from finance_core.friends import opening, packets
from finance_core.friends.packets import NewPacket
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.storage.unit import Units
from handlers.friends.late import EndedPackets, late_preparer
from tests.builders import CIPHER, a_customer, yuan
from tests.faults.bot_api import a_tap


async def noted(units: Units, ended: EndedPackets) -> None:
    async with units.begin() as unit:
        await ended.note(unit, await packets.find(unit, "a packet"))


async def test_a_packet_is_refused_early_once_it_is_empty_but_for_who_has_a_share(units: Units) -> None:
    ana, bo, chidi = [await a_customer(units, name, money=50) for name in ("Ana", "Bo", "Chidi")]
    ended = EndedPackets()
    async with units.begin() as unit:
        await packets.make(unit, CIPHER, ana.id, NewPacket(yuan(10), 1), "a packet")
    await noted(units, ended)
    assert ended.refusal("a packet", chidi.telegram_id) is None, "it may still be opened"
    async with units.begin() as unit:
        await opening.claim(unit, "a packet", bo.id)
    await noted(units, ended)
    assert ended.refusal("a packet", chidi.telegram_id) == ErrorCode.PACKET_EMPTY
    assert ended.refusal("a packet", bo.telegram_id) is None, "asked again, the same answer"
    prepare = late_preparer(ended)
    with pytest.raises(Conflict) as refused:
        await prepare(Update.model_validate(a_tap(1, chidi.telegram_id, "openpacket:a packet", chat=-9)), None, {})
    assert refused.value.code == ErrorCode.PACKET_EMPTY
    for tap in (
        a_tap(2, bo.telegram_id, "openpacket:a packet", chat=-9),
        a_tap(3, chidi.telegram_id, "openpacket:another", chat=-9),
        a_tap(4, chidi.telegram_id, "checkpacket:a packet", chat=-9),
        a_tap(5, chidi.telegram_id, "openpacket:a packet"),
    ):
        assert await prepare(Update.model_validate(tap), None, {}) == {}


async def test_a_packet_whose_day_is_over_is_refused_early_too(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units, "Ana", money=50), await a_customer(units, "Bo")
    ended = EndedPackets()
    async with units.begin() as unit:
        await packets.make(unit, CIPHER, ana.id, NewPacket(yuan(10), 2), "a packet")
    clock.advance(days=1)
    await noted(units, ended)
    assert ended.refusal("a packet", bo.telegram_id) == ErrorCode.PACKET_OVER
