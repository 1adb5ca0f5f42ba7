"""The funds' registers as reports: a money fund and one at an unknown price, beside the general ledger."""

from __future__ import annotations

from datetime import date

import pytest

from finance_core import ledger
from finance_core.change_plus import service as wealth
from finance_core.kernel.clock import ManualClock
from finance_core.lines import REPORTS
from finance_core.reports.reading import table_of
from finance_core.storage.unit import Units
from tests.builders import a_customer, live, verified, yuan
from tests.funds import BONDS, an_investor, buys, funds_on_sale, new_terms, publishes


@pytest.fixture
def units(cloned_units: Units) -> Units:
    """Units that really commit: days in one outer transaction pile up savepoints, which slow each other down."""
    return cloned_units


async def test_holders_and_flows_of_both_kinds_of_funds_agree_with_the_ledger(units: Units, clock: ManualClock) -> None:
    await funds_on_sale(units)
    await new_terms(units, BONDS, subscription_fees=[{"percent": "0"}])
    ana, bo = await an_investor(units, money=500), await a_customer(units, "Bo", money=1000)
    await buys(units, ana, 500)
    async with units.begin() as unit:
        await wealth.put_in(unit, bo.id, yuan(1000), "bo puts in")
    await live(units, clock, until="2026-03-12 20:00")
    await publishes(units, "2026-03-12", "1.2345")
    await live(units, clock, until="2026-03-14 09:00")
    on = date(2026, 3, 13)
    async with units.begin() as unit:
        assert (await table_of(unit, REPORTS["fund-register"], on=date(2026, 3, 12))).rows == []
        holders = {row[1]: row for row in (await table_of(unit, REPORTS["fund-register"], on=on)).rows}
        flows = await table_of(unit, REPORTS["fund-flows"], first_on=on, last_on=on, by="day")
        money = (await table_of(unit, REPORTS["fund-money"], first_on=on, last_on=on, by="day")).rows
        issued = {line.asset: line.closing for line in await ledger.trial_balance(unit, on) if line.code == "U1000"}
    assert [str(cell) for cell in holders[ana.id][3:]] == ["405.02", "0.00", "500.00"]
    assert str(holders[bo.id][5]) == str(holders[bo.id][3])
    held = {row[2]: row[3].amount + row[4].amount for row in holders.values()}  # type: ignore[union-attr]
    assert held == issued
    net: dict[object, int] = {}
    for row in flows.rows:
        net[row[3]] = net.get(row[3], 0) + row[6].amount  # type: ignore[union-attr]
    assert net == issued
    paid = {row[0]: [str(cell) for cell in row[2:]] for row in money}
    assert paid == {BONDS: ["500.00", "0.00", "0.00", "0.00"], "change_plus": ["1,000.00", "0.00", "0.02", "0.00"]}
    await verified(units)
