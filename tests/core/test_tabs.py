"""Tabs in the core: what is settled makes all even, once, and asks nobody for more than was seen."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from finance_core.friends import bills, tabs
from finance_core.friends.models import Bill, BillState
from finance_core.friends.tabs import NewTab
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer, verified, yuan


async def test_a_tab_that_is_settled_is_one_bill_that_makes_all_even_once(units: Units) -> None:
    ana, bo, cy = [await a_customer(units, name, money=200) for name in ("Ana", "Bo", "Cy")]
    async with units.begin() as unit:
        await tabs.open_tab(unit, CIPHER, ana.id, NewTab("Xi'an", (bo.id, cy.id)), "trip")
        for payer, amount, key in ((ana, "90.00", "hotel"), (bo, "30.01", "noodles"), (bo, "30.01", "noodles")):
            await tabs.add(unit, CIPHER, "trip", payer.id, yuan(amount), key, key)
        for _ in range(2):
            await tabs.settle(unit, CIPHER, "trip", ana.id, yuan("120.01"))
        bill = (await unit.session.scalars(select(Bill))).one()
        owed = [(part.payer_id, part.payee_id, part.amount) for part in await bills.parts_of(unit, bill)]
        assert (bill.state, owed) == (BillState.OPEN, [(bo.id, ana.id, 10_00), (cy.id, ana.id, 40_00)])
        await bills.pay(unit, "trip", cy.id, None, "paid")
        await bills.pay(unit, "trip", bo.id, None, "paid too")
        assert bill.state == BillState.SETTLED
    await verified(units)


async def test_what_was_noted_since_the_card_asks_nobody_for_another_sum(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana"), await a_customer(units, "Bo")
    async with units.begin() as unit:
        await tabs.open_tab(unit, CIPHER, ana.id, NewTab("picnic", (bo.id,)), "tab")
        await tabs.add(unit, CIPHER, "tab", ana.id, yuan("10.00"), "", "one")
        await tabs.add(unit, CIPHER, "tab", bo.id, yuan("4.00"), "", "two")
        with pytest.raises(Conflict) as refused:
            await tabs.settle(unit, CIPHER, "tab", ana.id, yuan("10.00"))
        assert refused.value.code == ErrorCode.INTENT_OUTDATED
        assert (await unit.session.scalars(select(col(Bill.id)))).all() == []


async def test_no_more_is_noted_than_one_bill_can_settle(units: Units) -> None:
    ana, bo = await a_customer(units, "Ana"), await a_customer(units, "Bo")
    async with units.begin() as unit:
        await tabs.open_tab(unit, CIPHER, ana.id, NewTab("a house", (bo.id,)), "tab")
        await tabs.add(unit, CIPHER, "tab", ana.id, yuan(600_000), "", "one")
        with pytest.raises(InvalidInput) as refused:
            await tabs.add(unit, CIPHER, "tab", bo.id, yuan("400000.01"), "", "two")
        assert refused.value.code == ErrorCode.AMOUNT_TOO_LARGE
        await tabs.add(unit, CIPHER, "tab", bo.id, yuan(400_000), "", "three")
        tab = await tabs.settle(unit, CIPHER, "tab", ana.id, yuan(1_000_000))
        assert tab.bill_id is not None


async def test_only_its_people_see_a_tab_and_only_its_keeper_ends_it(units: Units) -> None:
    ana, bo, eve = [await a_customer(units, name) for name in ("Ana", "Bo", "Eve")]
    async with units.begin() as unit:
        await tabs.open_tab(unit, CIPHER, ana.id, NewTab("picnic", (bo.id,)), "tab")
        item = await tabs.add(unit, CIPHER, "tab", ana.id, yuan("10.00"), "", "one")
        with pytest.raises(NotFound):
            await tabs.find(unit, "tab", eve.id)
        for act in (
            tabs.add(unit, CIPHER, "tab", eve.id, yuan("1.00"), "", "two"),
            tabs.remove(unit, "tab", bo.id, item.id),
            tabs.settle(unit, CIPHER, "tab", bo.id, yuan("10.00")),
            tabs.drop(unit, "tab", bo.id),
        ):
            with pytest.raises(NotAllowed):
                await act
        await tabs.drop(unit, "tab", ana.id)
        with pytest.raises(Conflict):
            await tabs.add(unit, CIPHER, "tab", bo.id, yuan("1.00"), "", "three")
