"""Prices of funds as operators say them: in the chat, once for a day; out of a file; corrected by two people."""

from __future__ import annotations

from pathlib import Path

import pytest

from finance_core.customers import operators
from finance_core.customers.roles import Role
from finance_core.funds.operating import COMMAND_LINE, publish_table
from finance_core.funds.series import read_file
from finance_core.kernel.errors import Conflict
from finance_core.suitability.service import assess
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu
from tests.funds import answers_for

SERVICE_OF_ITS_OWN = True


async def a_treasurer(susu: Susu, name: str) -> Person:
    person = await susu.resident(name)
    customer = await susu.customer(person)
    async with susu.units.begin() as unit:
        await operators.grant(unit, customer.id, Role.TREASURER)
    return person


async def an_investor(susu: Susu, name: str, money: int) -> Person:
    person = await susu.resident(name, tier=2, money=money)
    customer = await susu.customer(person)
    async with susu.units.begin() as unit:
        await assess(unit, customer.id, answers_for(5))
    return person


async def test_a_price_is_published_once_prices_its_orders_and_is_corrected_by_two(susu: Susu) -> None:
    ana, olu, mei = await an_investor(susu, "Ana", 600), await a_treasurer(susu, "Olu"), await a_treasurer(susu, "Mei")
    await ana.says("buy 600 of steady bonds")
    await ana.sees("Priced on Thu 12 Mar 2026")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("Ordered: .* of Steady Bonds")
    await olu.says("/nav bonds 1.0500 2026-03-12")
    await olu.sees("its cut-off is still to come")
    await susu.travel(to="2026-03-12 18:00")
    await olu.says("/nav bonds 1.0500")
    card = await olu.sees("Publish the NAV of Steady Bonds for Thu 12 Mar 2026: 1.05")
    assert "Before 1.0" in card.text
    await olu.taps("Confirm")
    await olu.sees("type your PIN")
    await olu.says(PIN)
    await olu.sees("✅ The NAV is published")
    await mei.says("/nav bonds 1.0511")
    await mei.sees("Publish the NAV of Steady Bonds for Thu 12 Mar 2026")
    await mei.taps("Confirm")
    await mei.sees("type your PIN")
    await mei.says(PIN)
    await mei.sees("The NAV of Thu 12 Mar 2026 is published already.*/nav correct")
    await susu.travel(to="2026-03-13 09:00")
    units = await ana.sees("📈 .* units of Steady Bonds are yours.*1.05")
    assert "568.02" in units.text
    await olu.says("/nav correct bonds 2026-03-12 1.0600 two digits were swapped")
    await olu.sees("Propose to correct the NAV of Steady Bonds for Thu 12 Mar 2026 to 1.06")
    await olu.taps("Confirm")
    await olu.sees("waits for a second operator")
    await mei.sees("a second person is needed")
    await mei.taps("Look at it")
    shown = await mei.sees("two digits were swapped")
    assert "1.05" in shown.text
    await mei.taps("Approve")
    await mei.sees("type your PIN")
    await mei.says(PIN)
    await mei.sees("approved and done")
    await susu.travel(days=1)
    told = await ana.sees("corrected")
    assert "562.66" in told.text
    await susu.verified()


async def test_a_price_beyond_belief_takes_a_second_person(susu: Susu) -> None:
    await an_investor(susu, "Ana", 10)
    olu = await a_treasurer(susu, "Olu")
    await susu.travel(to="2026-03-17 18:00")
    await olu.says("/nav shares 9.9")
    await olu.sees("Publish the NAV of Broad Shares.*[+]")
    await olu.taps("Confirm")
    await olu.sees("type your PIN")
    await olu.says(PIN)
    await olu.sees("more than 20% away.*/nav correct")
    for impossible in ("0", "-1.2", "1.23456"):
        await olu.says(f"/nav shares {impossible}")
        await olu.sees("A NAV is above 0, with at most 4 decimals")
    await olu.says("/nav correct shares 2026-03-17 9.9 units were joined")
    await olu.sees("Propose to correct the NAV of Broad Shares")
    await olu.taps("Confirm")
    await olu.sees("waits for a second operator")


async def test_a_file_publishes_all_of_its_prices_or_none(susu: Susu, tmp_path: Path) -> None:
    olu = await a_treasurer(susu, "Olu")
    await susu.travel(to="2026-03-20 18:00")
    file = tmp_path / "navs.csv"
    file.write_text("fund,date,nav\nsteady_bonds,2026-03-20,1.0611\n均衡混合,2026-03-20,1.0402\n", encoding="utf-8")
    async with susu.units.begin(COMMAND_LINE) as unit:
        assert await publish_table(unit, read_file(file)) == 2
    await olu.says("/nav")
    await olu.sees("Steady Bonds: 1.0611 on Fri 20 Mar 2026.*Even Mix: 1.0402 on Fri 20 Mar 2026")
    file.write_text("fund,date,nav\nbroad_shares,2026-03-20,1.2\nsteady_bonds,2026-03-20,1.0612\n", encoding="utf-8")
    with pytest.raises(Conflict, match="nav_published"):
        async with susu.units.begin(COMMAND_LINE) as unit:
            await publish_table(unit, read_file(file))
    await olu.says("/nav shares 1.2")
    await olu.sees("Publish the NAV of Broad Shares for Fri 20 Mar 2026")
