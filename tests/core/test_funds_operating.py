"""What operators do to a fund: prices corrected by two people, distributions, suspensions; every book verifies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from finance_core import approvals, ledger
from finance_core.approvals import ApprovalState, audit
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role
from finance_core.funds import operating, queries, service
from finance_core.funds.models import NavHolding, OrderState
from finance_core.funds.product import fund_on_sale
from finance_core.funds.series import read_table
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TemporarilyUnavailable
from finance_core.kernel.money import Money
from finance_core.ledger import Account
from finance_core.lines import ACTIONS
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import an_operator, balance, verified, yuan
from tests.funds import (
    BONDS,
    SHARES,
    an_investor,
    buys,
    cancels,
    funds_on_sale,
    lives,
    new_terms,
    order,
    position,
    publishes,
    sells,
    switches,
)

NO_FEE = [{"percent": "0"}]


@pytest.fixture
def units(cloned_units: Units) -> Units:
    """Units that really commit."""
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await funds_on_sale(units)
    await new_terms(units, BONDS, subscription_fees=NO_FEE)


async def priced(units: Units, clock: ManualClock, day: str, nav: str, code: str = BONDS) -> None:
    await lives(units, clock, f"{day} 20:00")
    await publishes(units, day, nav, code)


async def corrected(units: Units, day: str, nav: str) -> None:
    """Let two operators put another NAV in the place of a day's."""
    olu, mei = await an_operator(units, "Olu"), await an_operator(units, "Mei")
    async with units.begin() as unit:
        fund = await fund_on_sale(unit, BONDS)
        made = await operating.propose_nav(
            unit, olu.id, fund, date.fromisoformat(day), Decimal(nav), "a digit was swapped", f"correct:{day}:{nav}"
        )
    with pytest.raises(NotAllowed, match="own_proposal"):
        async with units.begin() as unit:
            await approvals.approve(unit, ACTIONS, made.id, olu.id, 1)
    async with units.begin() as unit:
        done = await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)
    assert done.state == ApprovalState.APPROVED


async def goodwill(units: Units) -> Money:
    async with units.begin() as unit:
        return await ledger.balance(unit, Account("5040"))


async def told(units: Units, who: Customer) -> list[str]:
    query = text("SELECT kind FROM outbox WHERE customer_id = :id AND kind LIKE '%fund%' ORDER BY id")
    async with units.begin() as unit:
        return list(await unit.session.scalars(query, {"id": who.id}))


# -- corrections --------------------------------------------------------------------------------------------------


async def test_a_corrected_nav_reprices_a_subscription_by_two_entries(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=500)
    given = await buys(units, ana, 500)
    await priced(units, clock, "2026-03-12", "1.2354")
    await lives(units, clock, "2026-03-13 09:00")
    before = await order(units, given)
    assert before.units_in == 40_473
    await corrected(units, "2026-03-12", "1.2345")
    after = await order(units, given)
    assert (after.units_in, after.net) == (40_502, 50_000)
    query = text("SELECT count(*) FROM entry WHERE reverses = :id")
    async with units.begin() as unit:
        assert await unit.session.scalar(query, {"id": before.entry_id}) == 1
    assert str((await position(units, ana)).units) == "405.02"
    assert await told(units, ana) == ["receipt.fund_subscription", "fund.confirmed_subscription", "fund.repriced"]
    await verified(units)
    await priced(units, clock, "2026-03-13", "1.2500")
    await lives(units, clock, "2026-03-16 09:00")
    await verified(units)


async def test_a_correction_before_the_night_changes_the_price_alone(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=500)
    given = await buys(units, ana, 500)
    await priced(units, clock, "2026-03-12", "1.2354")
    await corrected(units, "2026-03-12", "1.2345")
    await lives(units, clock, "2026-03-13 09:00")
    assert (await order(units, given)).units_in == 40_502
    await verified(units)


async def test_units_that_a_correction_takes_and_that_are_gone_are_made_up_for(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = await an_investor(units, money=500), await an_investor(units, "Bo", money=500)
    await buys(units, ana, 500)
    await buys(units, bo, 500)
    await priced(units, clock, "2026-03-12", "1.0000")
    await lives(units, clock, "2026-03-13 10:00")
    sold = await sells(units, ana, "500.00")
    await corrected(units, "2026-03-12", "1.2500")
    await verified(units)
    assert [str((await position(units, who)).units) for who in (ana, bo)] == ["0.00", "400.00"]
    # Ana should have had 400 units and is selling 500: the institution pays for 100 at the NAV the books stand at
    assert await goodwill(units) == yuan(125)
    await priced(units, clock, "2026-03-13", "1.2500")
    await lives(units, clock, "2026-03-16 10:00")
    assert (await order(units, sold)).units_in == 0
    await verified(units)


async def test_a_redemption_paid_too_much_is_taken_back_as_far_as_it_is_there(units: Units, clock: ManualClock) -> None:
    ana, bo = await an_investor(units, money=500), await an_investor(units, "Bo", money=100)
    await buys(units, ana, 500)
    await priced(units, clock, "2026-03-12", "1.0000")
    await lives(units, clock, "2026-03-13 10:00")
    sold = await sells(units, ana, "500.00")
    await priced(units, clock, "2026-03-13", "1.2000")
    await buys(units, bo, 100)
    await priced(units, clock, "2026-03-16", "1.2000")
    await lives(units, clock, "2026-03-17 10:00")
    assert await balance(units, ana) == yuan(591)
    async with units.begin() as unit:
        await wallet.withdraw(unit, ana.id, yuan(550), "spent", SANDBOX)
    await corrected(units, "2026-03-13", "1.1000")
    # 541.75 was right: 49.25 too much, 41.00 of it still there
    assert await balance(units, ana) == yuan(0)
    assert await goodwill(units) == yuan("8.25")
    assert (await order(units, sold)).net == 54_175
    await verified(units)


async def test_a_redemption_paid_too_little_gets_the_rest(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=500)
    await buys(units, ana, 500)
    await priced(units, clock, "2026-03-12", "1.0000")
    await lives(units, clock, "2026-03-13 10:00")
    await sells(units, ana, "500.00")
    await priced(units, clock, "2026-03-13", "1.1000")
    await lives(units, clock, "2026-03-16 10:00")
    await corrected(units, "2026-03-13", "1.2000")
    await priced(units, clock, "2026-03-16", "1.2000")
    await lives(units, clock, "2026-03-17 10:00")
    assert await balance(units, ana) == yuan(591)
    await verified(units)


async def test_a_corrected_nav_reprices_a_switch_on_both_sides(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=500)
    await buys(units, ana, 500)
    await priced(units, clock, "2026-03-12", "1.0000")
    await lives(units, clock, "2026-03-13 10:00")
    given = await switches(units, ana, "500.00")
    await priced(units, clock, "2026-03-13", "1.0000")
    await publishes(units, "2026-03-13", "2.0000", SHARES)
    await lives(units, clock, "2026-03-16 10:00")
    first = (await order(units, given)).units_in
    await corrected(units, "2026-03-13", "1.1000")
    assert (await order(units, given)).units_in > first
    await verified(units)
    await priced(units, clock, "2026-03-16", "1.1000")
    await publishes(units, "2026-03-16", "2.1000", SHARES)
    await lives(units, clock, "2026-03-17 10:00")
    await verified(units)


async def test_what_is_no_correction_is_refused(units: Units, clock: ManualClock) -> None:
    await priced(units, clock, "2026-03-12", "1.0000")
    with pytest.raises(Conflict, match="nav_same"):
        await corrected(units, "2026-03-12", "1.0000")
    ana = await an_investor(units)
    async with units.begin() as unit:
        fund = await fund_on_sale(unit, BONDS)
        with pytest.raises(NotAllowed, match="no_permission"):
            await operating.publish_nav(unit, ana.id, fund, date(2026, 3, 12), Decimal(1))


async def test_a_nav_far_from_the_last_takes_two(units: Units, clock: ManualClock) -> None:
    await priced(units, clock, "2026-03-12", "1.0000")
    await lives(units, clock, "2026-03-13 20:00")
    olu, mei = await an_operator(units, "Olu", Role.TREASURER), await an_operator(units, "Mei")
    day = date(2026, 3, 13)
    async with units.begin() as unit:
        fund = await fund_on_sale(unit, BONDS)
        with pytest.raises(InvalidInput, match="nav_absurd"):
            await operating.publish_nav(unit, olu.id, fund, day, Decimal("1.2001"))
        await operating.publish_nav(unit, olu.id, fund, date(2026, 3, 11), Decimal("1.2000"))
        made = await operating.propose_nav(unit, olu.id, fund, day, Decimal("1.9000"), "the shares split", "far")
        await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)
        assert (await queries.latest_nav(unit, fund)) == queries.Nav(day, Decimal("1.9000"))
        acts = [line.act for line in await audit.read(unit, subject="fund:11")]
    assert acts == ["publish_nav", "propose", "approve"]


# -- files --------------------------------------------------------------------------------------------------------


async def test_a_file_publishes_all_its_prices_or_none(units: Units, clock: ManualClock) -> None:
    await lives(units, clock, "2026-03-12 20:00")
    good = read_table(["fund,date,nav", "steady_bonds,2026-03-12,1.0500", "Broad Shares,2026-03-12,1.3000"])
    async with units.begin() as unit:
        assert await operating.publish_table(unit, good) == 2
    for lines, wrong in (
        (["fund,date,nav", "steady_bonds,2026-03-12,1.0500"], "nav_published"),
        (["fund,date,nav", "nobody,2026-03-12,1.0500"], "fund_unknown"),
        (["fund,nav", "steady_bonds,1"], "nav_file"),
        (["fund,date,nav", "steady_bonds,yesterday,1"], "nav_file"),
        (["fund,date,nav", "steady_bonds,2026-03-11,0"], "nav_form"),
    ):
        with pytest.raises((InvalidInput, Conflict, NotFound), match=wrong):
            async with units.begin() as unit:
                await operating.publish_table(unit, read_table(lines))


# -- distributions ------------------------------------------------------------------------------------------------


async def declared(units: Units, ex_on: str, per_unit: str) -> None:
    olu = await an_operator(units, "Olu")
    async with units.begin() as unit:
        fund = await fund_on_sale(unit, BONDS)
        await operating.declare_dividend(unit, olu.id, fund, date.fromisoformat(ex_on), Decimal(per_unit))


async def test_a_distribution_in_cash_and_in_units_is_worth_the_same(units: Units, clock: ManualClock) -> None:
    ana, bo = await an_investor(units, money=1_000), await an_investor(units, "Bo", money=1_000)
    for who in (ana, bo):
        await buys(units, who, 1_000)
    await priced(units, clock, "2026-03-12", "1.0000")
    await lives(units, clock, "2026-03-13 10:00")
    await declared(units, "2026-03-16", "0.0500")
    async with units.begin() as unit:
        await service.choose_dividends(unit, bo.id, BONDS, "units")
    await priced(units, clock, "2026-03-13", "1.0500")
    late = await an_investor(units, "Chidi", money=1_000)
    await lives(units, clock, "2026-03-16 10:00")
    await buys(units, late, 1_000)
    await priced(units, clock, "2026-03-16", "1.0000")
    await lives(units, clock, "2026-03-17 10:00")
    found = [await position(units, who) for who in (ana, bo, late)]
    assert [str(each.units) for each in found] == ["1,000.00", "1,050.00", "1,000.00"]
    assert [await balance(units, who) for who in (ana, bo, late)] == [yuan(50), yuan(0), yuan(0)]
    assert [each.gain for each in found] == [yuan(50), yuan(50), yuan(0)]
    await verified(units)


async def test_who_sells_before_the_ex_date_has_no_distribution_and_who_buys_before_it_has(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = await an_investor(units, money=1_000), await an_investor(units, "Bo", money=1_050)
    await buys(units, ana, 1_000)
    await priced(units, clock, "2026-03-12", "1.0000")
    await declared(units, "2026-03-16", "0.0500")
    await lives(units, clock, "2026-03-13 10:00")
    await sells(units, ana, "1000.00")
    await buys(units, bo, 1_050)
    await priced(units, clock, "2026-03-13", "1.0500")
    await priced(units, clock, "2026-03-16", "1.0000")
    await lives(units, clock, "2026-03-17 10:00")
    assert [await balance(units, who) for who in (ana, bo)] == [yuan("1034.25"), yuan(50)]
    await verified(units)


async def test_a_corrected_nav_of_the_ex_date_reprices_units_taken_for_a_distribution(
    units: Units, clock: ManualClock
) -> None:
    ana = await an_investor(units, money=1_000)
    await buys(units, ana, 1_000)
    await priced(units, clock, "2026-03-12", "1.0000")
    await lives(units, clock, "2026-03-13 10:00")
    async with units.begin() as unit:
        await service.choose_dividends(unit, ana.id, BONDS, "units")
    await declared(units, "2026-03-16", "0.0500")
    await priced(units, clock, "2026-03-13", "1.0500")
    await priced(units, clock, "2026-03-16", "1.0000")
    await lives(units, clock, "2026-03-17 10:00")
    await corrected(units, "2026-03-16", "0.9500")
    assert str((await position(units, ana)).units) == "1,052.63"
    await verified(units)


async def test_a_distribution_that_cannot_be_is_refused(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=100)
    await priced(units, clock, "2026-03-12", "1.0000")
    for ex_on, per_unit, wrong in (
        ("2026-03-12", "0.05", "dividend_day"),
        ("2026-03-14", "0.05", "dividend_day"),
        ("2026-03-16", "0", "dividend_form"),
        ("2026-03-16", "1.5", "dividend_form"),
    ):
        with pytest.raises(InvalidInput, match=wrong):
            await declared(units, ex_on, per_unit)
    await declared(units, "2026-03-16", "0.05")
    with pytest.raises(Conflict, match="dividend_declared"):
        await declared(units, "2026-03-16", "0.06")
    async with units.begin() as unit:
        with pytest.raises(NotFound, match="fund_holding"):
            await service.choose_dividends(unit, ana.id, BONDS, "units")
        with pytest.raises(InvalidInput, match="dividend_choice"):
            await service.choose_dividends(unit, ana.id, BONDS, "gold")


# -- suspensions --------------------------------------------------------------------------------------------------


async def test_while_suspended_nothing_is_sold_or_priced_orders_wait_and_may_be_taken_back(
    units: Units, clock: ManualClock
) -> None:
    olu = await an_operator(units, "Olu")
    ana, bo = await an_investor(units, money=500), await an_investor(units, "Bo", money=500)
    kept, given_up = await buys(units, ana, 500), await buys(units, bo, 500)
    await lives(units, clock, "2026-03-12 12:00")
    async with units.begin() as unit:
        fund = await fund_on_sale(unit, BONDS)
        await operating.suspend(unit, olu.id, fund, "the bond market is closed")
        with pytest.raises(Conflict, match="fund_suspended_already"):
            await operating.suspend(unit, olu.id, fund, "twice")
    assert await told(units, ana) == ["receipt.fund_subscription", "fund.suspended"]
    with pytest.raises(TemporarilyUnavailable, match="fund_suspended"):
        await buys(units, await an_investor(units, "Chidi", money=100), 100)
    await lives(units, clock, "2026-03-16 10:00")
    assert (await order(units, kept)).state == OrderState.PENDING
    assert (await cancels(units, bo, given_up)).balance == yuan(500)
    async with units.begin() as unit:
        await operating.lift(unit, olu.id, await fund_on_sale(unit, BONDS))
    moved = await order(units, kept)
    assert (moved.priced_on, moved.confirm_on) == (date(2026, 3, 16), date(2026, 3, 17))
    await priced(units, clock, "2026-03-16", "1.2345")
    await lives(units, clock, "2026-03-17 10:00")
    assert str((await position(units, ana)).units) == "405.02"
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="fund_not_suspended"):
            await operating.lift(unit, olu.id, await fund_on_sale(unit, BONDS))
    await verified(units)


async def test_an_order_whose_day_has_its_price_keeps_it_over_a_suspension(units: Units, clock: ManualClock) -> None:
    olu, ana = await an_operator(units, "Olu"), await an_investor(units, money=500)
    given = await buys(units, ana, 500)
    await priced(units, clock, "2026-03-12", "1.0000")
    await lives(units, clock, "2026-03-13 07:00")
    async with units.begin() as unit:
        await operating.suspend(unit, olu.id, await fund_on_sale(unit, BONDS), "a flood")
    await lives(units, clock, "2026-03-16 16:00")
    assert (await order(units, given)).state == OrderState.PENDING
    async with units.begin() as unit:
        await operating.lift(unit, olu.id, await fund_on_sale(unit, BONDS))
    await lives(units, clock, "2026-03-17 09:00")
    done = await order(units, given)
    assert (done.state, done.nav) == (OrderState.CONFIRMED, Decimal("1.0000"))
    await verified(units)


async def test_what_waits_for_a_nav_is_listed(units: Units, clock: ManualClock) -> None:
    await buys(units, await an_investor(units, money=100), 100)
    await lives(units, clock, "2026-03-13 16:00")
    async with units.begin() as unit:
        waiting: list[Any] = [(fund.code, day) for fund, day in await operating.missing(unit)]
        assert waiting == [(BONDS, date(2026, 3, 12))]
        assert await unit.session.get(NavHolding, (12, 1)) is None
