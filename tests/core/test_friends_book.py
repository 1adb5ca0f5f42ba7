"""Money among friends in the book: what `verify` finds when a row is changed, and what the report tells."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from finance_core import ledger
from finance_core.friends import bills, causes, opening, packets
from finance_core.friends.bills import NewBill
from finance_core.friends.causes import NewCause
from finance_core.friends.equations import EQUATIONS
from finance_core.friends.packets import NewPacket
from finance_core.friends.rules.draws import PacketKind
from finance_core.friends.rules.splits import Split
from finance_core.kernel.clock import ManualClock
from finance_core.lines import REPORTS
from finance_core.reports.reading import table_of
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer, live, verified, yuan
from tests.first_day import OPEN_ON


async def a_week_of_friends(units: Units) -> None:
    """Let a packet be half opened, a bill be paid in part, something be given."""
    ana, bo = await a_customer(units, "Ana", money=100), await a_customer(units, "Bo", money=100)
    async with units.begin() as unit:
        await packets.make(unit, CIPHER, ana.id, NewPacket(yuan("10.00"), 2, PacketKind.EQUAL), "a packet")
        await bills.split(unit, CIPHER, ana.id, NewBill(yuan("10.00"), (bo.id,), Split((500,), 500)), "a bill")
        await causes.begin(unit, CIPHER, ana.id, NewCause("A bike", OPEN_ON), "a cause")
    async with units.begin() as unit:
        await opening.claim(unit, "a packet", bo.id)
        await bills.pay(unit, "a bill", bo.id, yuan("3.00"), "paid")
        await causes.give(unit, "a cause", bo.id, yuan("2.00"), "given")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE packet_share SET amount = amount + 1 WHERE nr = 1",
        "UPDATE packet_share SET claimant_id = claimant_id - 1 WHERE nr = 1",
        "UPDATE packet_share SET state = 'returned', settled_at = now() WHERE nr = 2",
        "UPDATE packet SET total = total + 1",
        "UPDATE packet SET sender_id = sender_id + 1",
        "UPDATE packet SET opened = 2",
        "UPDATE packet SET settled_at = now(), over_at = now(), state = 'expired'",
        "UPDATE bill_part SET paid = paid + 1",
        "UPDATE bill_part SET payee_id = payer_id + 7",
        "UPDATE bill SET state = 'closed', ended_at = now()",
        "UPDATE gift SET amount = amount + 1",
        "UPDATE gift SET giver_id = giver_id + 1",
        "UPDATE cause SET state = 'paid', ended_at = now()",
    ],
)
async def test_what_does_not_fit_the_book_is_found(units: Units, change: str) -> None:
    await a_week_of_friends(units)
    async with units.begin() as unit:
        assert (await ledger.verify(unit, EQUATIONS)).ok
        await unit.session.execute(text(change))
        assert not (await ledger.verify(unit, EQUATIONS)).ok


async def test_the_report_tells_what_was_put_in_paid_and_went_back(units: Units, clock: ManualClock) -> None:
    await a_week_of_friends(units)
    await live(units, clock, until="2026-03-14 00:30")
    span = (date(2026, 3, 12), date(2026, 3, 13))
    async with units.begin() as unit:
        table = await table_of(unit, REPORTS["friends"], first_on=span[0], last_on=span[1])
    told = {row[1]: [str(cell) for cell in row[2:]] for row in table.rows}
    assert told == {
        "packets": ["1", "10.00", "5.00", "5.00"],
        "bills": ["1", "3.00", "3.00", "0.00"],
        "collections": ["1", "2.00", "2.00", "0.00"],
    }
    await verified(units)
