"""Who comes too late to a red packet where others see it is answered without a unit of work, and only who does."""

from __future__ import annotations

from typing import Any

from finance_core.friends import opening, packets
from finance_core.friends.packets import NewPacket
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.storage.unit import Units
from handlers.chat.faults import Languages
from handlers.friends.late import CERTAIN_AFTER, EndedPackets, late_answer, place_of
from tests.builders import CIPHER, a_customer, yuan
from tests.faults.bot_api import a_tap

CARD = place_of(None, -9, 1)


async def noted(units: Units, ended: EndedPackets, place: str = CARD) -> None:
    async with units.begin() as unit:
        await ended.note(unit, await packets.find(unit, "a packet"), place)


def inline_tap(number: int, user: int, inline_id: str) -> dict[str, Any]:
    tap = a_tap(number, user, "openpacket:a packet")
    del tap["callback_query"]["message"]
    return tap | {"callback_query": tap["callback_query"] | {"inline_message_id": inline_id}}


async def test_a_packet_is_refused_at_once_when_it_is_empty_but_for_who_has_a_share(units: Units) -> None:
    ana, bo, chidi = [await a_customer(units, name, money=50) for name in ("Ana", "Bo", "Chidi")]
    ended, languages = EndedPackets(), Languages()
    languages.remember(chidi.telegram_id, "zh")
    ready = late_answer(ended, languages)
    async with units.begin() as unit:
        await packets.make(unit, CIPHER, ana.id, NewPacket(yuan(10), 1), "a packet")
    await noted(units, ended)
    late = a_tap(1, chidi.telegram_id, "openpacket:a packet", chat=-9)
    assert ready(late) is None, "it may still be opened"
    async with units.begin() as unit:
        await opening.claim(unit, "a packet", bo.id)
    await noted(units, ended)
    answer = ready(late)
    assert answer is not None
    assert (answer.callback_query_id, answer.show_alert) == ("1", True)
    assert "手慢了" in str(answer.text)
    for tap in (
        a_tap(2, bo.telegram_id, "openpacket:a packet", chat=-9),
        a_tap(3, chidi.telegram_id, "openpacket:another", chat=-9),
        a_tap(4, chidi.telegram_id, "checkpacket:a packet", chat=-9),
        a_tap(5, chidi.telegram_id, "openpacket:a packet"),
        {"update_id": 6, "message": {"text": "openpacket:a packet"}},
    ):
        assert ready(tap) is None


async def test_the_first_tap_of_each_message_takes_the_whole_way_so_that_it_is_kept_current(units: Units) -> None:
    ana, chidi = await a_customer(units, "Ana", money=50), await a_customer(units, "Chidi")
    ended = EndedPackets()
    ready = late_answer(ended, Languages())
    async with units.begin() as unit:
        await packets.make(unit, CIPHER, ana.id, NewPacket(yuan(10), 1), "a packet")
        await opening.claim(unit, "a packet", ana.id)
    await noted(units, ended)
    elsewhere = inline_tap(7, chidi.telegram_id, "AbC")
    assert ready(elsewhere) is None
    await noted(units, ended, "AbC")
    assert ready(elsewhere) is not None
    assert ready(inline_tap(8, chidi.telegram_id, "xYz")) is None


async def test_a_packet_whose_day_is_over_is_refused_at_once_when_the_last_claims_are_written(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = await a_customer(units, "Ana", money=50), await a_customer(units, "Bo")
    ended = EndedPackets()
    async with units.begin() as unit:
        await packets.make(unit, CIPHER, ana.id, NewPacket(yuan(10), 2), "a packet")
    clock.advance(days=1)
    await noted(units, ended)
    assert ended.refusal("a packet", bo.telegram_id, CARD) is None
    clock.advance(seconds=CERTAIN_AFTER.total_seconds())
    await noted(units, ended)
    assert ended.refusal("a packet", bo.telegram_id, CARD) == ErrorCode.PACKET_OVER
