"""Who and what each movement of a wallet was with and for, as both sides are told of it."""

from __future__ import annotations

from dataclasses import replace

from finance_core import ledger
from finance_core.customers.models import Customer
from finance_core.customers.service import display_name
from finance_core.friends import bills, causes, opening, packets
from finance_core.friends.bills import NewBill
from finance_core.friends.causes import NewCause
from finance_core.friends.packets import NewPacket
from finance_core.friends.rules.draws import PacketKind
from finance_core.friends.rules.splits import Split
from finance_core.journeys.movements import Counterpart, counterparts
from finance_core.kernel.money import BASE_CURRENCY
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from tests.builders import CIPHER, a_customer, a_loan, the_catalogue, yuan
from tests.first_day import OPEN_ON

Told = dict[str, tuple[str, str]]


async def told(units: Units, who: Customer) -> Told:
    """Return by kind the other side's name and what it was for."""
    async with units.begin() as unit:
        lines = await ledger.history(unit, ledger.customer_wallet(who.id, BASE_CURRENCY), limit=30)
        found = await counterparts(unit, CIPHER, who.id, lines)
        return {line.kind: _said(found.get(line.entry_id, Counterpart())) for line in lines}


def _said(other: Counterpart) -> tuple[str, str]:
    name = display_name(other.person, CIPHER) if other.person is not None else "by link" if other.by_link else ""
    return name, other.note or (other.loan.product if other.loan is not None else "")


async def test_each_side_is_told_whom_it_was_with_and_what_for(units: Units) -> None:
    await the_catalogue(units)
    ana, bo = await a_customer(units, "Ana", money=500), await a_customer(units, "Bo", money=500)
    async with units.begin() as unit:
        await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(30), "taxi", "a send")
        await wallet.accept(unit, "a send", bo.id)
        await wallet.request(unit, CIPHER, ana.id, bo.id, yuan(20), "lunch", "a request")
        await wallet.pay_request(unit, "a request", bo.id)
        await packets.make(unit, CIPHER, ana.id, NewPacket(yuan("10.00"), 2, PacketKind.EQUAL), "a packet")
        await opening.claim(unit, "a packet", bo.id)
        await bills.split(
            unit, CIPHER, ana.id, NewBill(yuan("10.00"), (bo.id,), Split((500,), 500), title="dinner"), "a bill"
        )
        await bills.pay(unit, "a bill", bo.id, yuan("3.00"), "paid")
        await causes.begin(unit, CIPHER, ana.id, NewCause("A bike", OPEN_ON), "a cause")
        await causes.give(unit, "a cause", bo.id, yuan("2.00"), "given")
    await a_loan(units, ana)
    assert await told(units, ana) == {
        "wallet.topup": ("", ""),
        "wallet.send": ("Bo", "taxi"),
        "wallet.request_paid": ("Bo", "lunch"),
        "friends.packet": ("", ""),
        "friends.part": ("Bo", "dinner"),
        "loan.disbursement": ("", "lightning"),
    }
    assert await told(units, bo) == {
        "wallet.topup": ("", ""),
        "wallet.send_accepted": ("Ana", "taxi"),
        "wallet.request_paid": ("Ana", "lunch"),
        "friends.share": ("Ana", ""),
        "friends.part": ("Ana", "dinner"),
        "friends.gift": ("Ana", "A bike"),
    }


async def test_a_deposits_part_is_no_part_of_a_bill(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana"), await a_customer(units, "Bo", money=500)
    async with units.begin() as unit:
        await bills.split(unit, CIPHER, ana.id, NewBill(yuan("10.00"), (bo.id,), Split((500,), 500)), "a bill")
        await bills.pay(unit, "a bill", bo.id, None, "paid")
        lines = await ledger.history(unit, ledger.customer_wallet(bo.id, BASE_CURRENCY), limit=30)
        [paid] = [line for line in lines if line.kind == "friends.part"]
        taken_out = replace(paid, entry_id=paid.entry_id + 1, kind="deposit.part_taken")
        found = await counterparts(unit, CIPHER, bo.id, [paid, taken_out])
    assert list(found) == [paid.entry_id]


async def test_money_by_a_link_is_with_nobody_until_somebody_opens_it(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana", money=500), await a_customer(units, "Bo")
    async with units.begin() as unit:
        await wallet.send(unit, CIPHER, ana.id, None, yuan(30), "", "a link")
    assert (await told(units, ana))["wallet.send"] == ("by link", "")
    async with units.begin() as unit:
        await wallet.accept(unit, "a link", bo.id)
    assert (await told(units, ana))["wallet.send"] == ("Bo", "")
