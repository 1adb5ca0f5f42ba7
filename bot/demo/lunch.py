"""The demo's second group: a lucky packet that is half opened, and a bill that 博 still owes a part of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.sandbox.people import ANA_ID, BO_ID, CHIDI_ID, LUNCH_ID, LUNCH_TITLE
from finance_core.friends import bills, opening, packets
from finance_core.friends.bills import NewBill
from finance_core.friends.boards import BILL, PACKET
from finance_core.friends.packets import NewPacket
from finance_core.friends.rules.splits import split
from finance_core.groups import service as groups
from finance_core.groups.models import GroupChat
from finance_core.kernel.money import CNY, Money
from finance_core.notices import boards
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Actor, Unit, Units

_PACKET: Final = Money.of(20, CNY)
_SHARES: Final = 4
_SEED: Final = "e52ef50128d8be0fd326a5e0671841d8c7b36815d5d6104e9942805b7582b17a"
"""Gives 8.00 and 7.00 first, so that everybody begins with 2,000.00."""
_BILL: Final = Money.of(90, CNY)


async def live_through_lunch(units: Units, cipher: Cipher, ids: Mapping[int, int]) -> None:
    """Let Ana make a packet that two open, and Chidi split a bill of which Ana pays her part. `ids`: by Telegram id."""
    ana, bo, chidi = ids[ANA_ID], ids[BO_ID], ids[CHIDI_ID]
    async with units.begin() as unit:
        group = await groups.met(unit, cipher, LUNCH_ID, title=LUNCH_TITLE, language="en")
        for person in (ana, bo, chidi):
            await groups.seen(unit, group, person)
    token = packets.new_token()
    async with units.begin(Actor("customer", ana)) as unit:
        await _packet(unit, cipher, ana, group, token)
    for person in (bo, chidi):
        async with units.begin(Actor("customer", person)) as unit:
            await opening.claim(unit, token, person, place_id=group.id)
    token = packets.new_token()
    async with units.begin(Actor("customer", chidi)) as unit:
        new = NewBill(_BILL, (ana, bo), split(_BILL.amount, [1, 1], 1), title="hotpot", place_id=group.id)
        bill = await bills.split(unit, cipher, chidi, new, token)
        await boards.show(unit, BILL, bill.id, chat_id=group.chat_id, language=group.language)
    async with units.begin(Actor("customer", ana)) as unit:
        await bills.pay(unit, token, ana, None, "demo:lunch")


async def _packet(unit: Unit, cipher: Cipher, sender: int, group: GroupChat, token: str) -> None:
    new = NewPacket(_PACKET, _SHARES, words="bon appétit")
    packet, _ = await packets.make(unit, cipher, sender, new, token, seed=_SEED)
    await packets.put_in(unit, token, sender, group.id)
    await boards.show(unit, PACKET, packet.id, chat_id=group.chat_id, language=group.language)
