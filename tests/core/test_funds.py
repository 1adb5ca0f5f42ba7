"""The life of an order in a fund at an unknown price: given, priced, confirmed, paid; every book verifies."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

import pytest

from finance_core.change_plus.product import fund_on_sale as change_plus
from finance_core.customers.models import Customer
from finance_core.funds import queries, register, service
from finance_core.funds.models import OrderState
from finance_core.funds.product import fund_on_sale
from finance_core.journeys import my_money
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import (
    Conflict,
    FinanceError,
    InsufficientFunds,
    InvalidInput,
    NotAllowed,
    NotFound,
    RuleViolation,
)
from finance_core.kernel.money import Money
from finance_core.schedule.models import DayStep
from finance_core.storage.unit import Units
from finance_core.suitability.queries import shown_for
from finance_core.suitability.service import text_hash
from tests.builders import a_customer, balance, verified, yuan
from tests.funds import (
    BONDS,
    SHARES,
    SHOWN,
    an_investor,
    begins_on,
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
    """Units that really commit: days in one outer transaction pile up savepoints, which slow each other down."""
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await funds_on_sale(units)


async def held(units: Units, clock: ManualClock, who: Customer, amount: str | int = 500, nav: str = "1.2345") -> None:
    """Let somebody hold what `amount` bought without a fee on 12 March; it is the 13th, 09:00."""
    await new_terms(units, BONDS, subscription_fees=NO_FEE)
    await buys(units, who, amount)
    await lives(units, clock, "2026-03-12 20:00")
    await publishes(units, "2026-03-12", nav)
    await lives(units, clock, "2026-03-13 09:00")


# -- in -----------------------------------------------------------------------------------------------------------


async def test_five_hundred_at_1_2345_are_405_02_units(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=800)
    await held(units, clock, ana)
    found = await position(units, ana)
    assert (str(found.units), found.value, found.put_in, found.gain) == ("405.02", yuan(500), yuan(500), yuan(0))
    assert await balance(units, ana) == yuan(300)
    await verified(units)


async def test_the_fee_is_outside_and_the_institutions(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=10_000)
    given = await buys(units, ana, 10_000, SHARES)
    await lives(units, clock, "2026-03-12 20:00")
    await publishes(units, "2026-03-12", "2.0000", SHARES)
    await lives(units, clock, "2026-03-13 09:00")
    done = await order(units, given)
    assert (done.fee, done.net, done.units_in) == (11_858, 988_142, 494_071)
    async with units.begin() as unit:
        [day] = await register.flows(unit, await fund_on_sale(unit, SHARES), date(2026, 3, 12), date(2026, 3, 13))
    assert (day.subscribed, day.fees) == (yuan("9881.42"), yuan("118.58"))
    await verified(units)


@pytest.mark.parametrize(
    ("moment", "priced_on", "confirm_on"),
    [
        ("2026-03-12 14:59:59.999", date(2026, 3, 12), date(2026, 3, 13)),
        ("2026-03-12 15:00:00", date(2026, 3, 13), date(2026, 3, 16)),
        ("2026-02-13 14:59:59.999", date(2026, 2, 13), date(2026, 2, 24)),
        ("2026-02-13 15:00:00", date(2026, 2, 24), date(2026, 2, 25)),
        ("2026-02-14 10:00:00", date(2026, 2, 24), date(2026, 2, 25)),
    ],
)
async def test_the_cut_off_and_a_holiday_of_nine_days_decide_which_price_it_gets(
    units: Units, clock: ManualClock, moment: str, priced_on: date, confirm_on: date
) -> None:
    await begins_on(units, clock, moment)
    await funds_on_sale(units)
    given = await buys(units, await an_investor(units, money=100), 100)
    assert (given.order.priced_on, given.order.confirm_on) == (priced_on, confirm_on)


async def test_over_a_holiday_of_nine_days_an_order_waits_with_its_own_price(units: Units, clock: ManualClock) -> None:
    await begins_on(units, clock, "2026-02-13 14:00")
    await funds_on_sale(units)
    ana = await an_investor(units, money=200)
    early = await buys(units, ana, 100)
    await lives(units, clock, "2026-02-13 15:00")
    late = await buys(units, ana, 100)
    await lives(units, clock, "2026-02-13 20:00")
    await publishes(units, "2026-02-13", "1.0000")
    await lives(units, clock, "2026-02-23 20:00")
    assert (await order(units, early)).state == OrderState.PENDING
    await verified(units)
    await lives(units, clock, "2026-02-24 20:00")
    assert (await order(units, early)).nav == Decimal("1.0000")
    await publishes(units, "2026-02-24", "1.0500")
    await lives(units, clock, "2026-02-25 09:00")
    assert (await order(units, late)).nav == Decimal("1.0500")
    await verified(units)


async def test_an_order_twice_is_one_order(units: Units) -> None:
    ana = await an_investor(units, money=800)
    first = await buys(units, ana, 500, key="once")
    again = await buys(units, ana, 500, key="once")
    assert (again.reference, again.order.id) == (first.reference, first.order.id)
    assert await balance(units, ana) == yuan(300)
    await verified(units)


async def test_what_cannot_be_bought_is_refused(units: Units) -> None:
    ana = await an_investor(units, money=20_000, risk_class=2)
    with pytest.raises(InvalidInput, match="fund_minimum"):
        await buys(units, ana, "9.99")
    with pytest.raises(NotAllowed, match="suitability_above"):
        await buys(units, ana, 100, SHARES)
    with pytest.raises(NotAllowed, match="suitability_missing"):
        await buys(units, await a_customer(units, "Bo", money=100), 50)
    with pytest.raises(InsufficientFunds):
        await buys(units, ana, 30_000)
    with pytest.raises(NotFound, match="product"):
        await buys(units, ana, 100, "no_such_fund")
    async with units.begin() as unit:
        customer = await unit.session.get_one(Customer, ana.id)
        customer.tier = 1
    with pytest.raises(RuleViolation, match="fund_limit") as refused:
        await buys(units, ana, 10_001)
    assert refused.value.details["next_tier"] == 2


async def test_a_sale_keeps_what_was_shown(units: Units) -> None:
    ana = await an_investor(units, money=800)
    await buys(units, ana, 500, key="the sale")
    async with units.begin() as unit:
        kept = await shown_for(unit, "the sale")
        assert kept is not None
        assert (kept.text, kept.text_hash) == (SHOWN.text, text_hash(SHOWN.text))
        assert (kept.product, kept.product_version, kept.risk) == (BONDS, 2, "R2")
        assert kept.figures == {"fee": {"amount": 298, "asset": "CNY"}}
        assert (kept.assessment_id, kept.confirmed_at) == (1, unit.now)


# -- out ----------------------------------------------------------------------------------------------------------


async def test_under_seven_days_one_and_a_half_percent_stay_in_the_fund(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=500)
    await held(units, clock, ana)
    sold = await sells(units, ana, "405.02")
    assert (sold.order.priced_on, sold.order.confirm_on) == (date(2026, 3, 13), date(2026, 3, 16))
    assert sold.order.pays_on == date(2026, 3, 17)
    await lives(units, clock, "2026-03-13 20:00")
    await publishes(units, "2026-03-13", "1.3000")
    await lives(units, clock, "2026-03-16 09:00")
    done = await order(units, sold)
    assert (done.state, done.net, done.fee) == (OrderState.CONFIRMED, 51_863, 790)
    assert await balance(units, ana) == yuan(0)
    await publishes_days(units, clock, ["2026-03-16"])
    await lives(units, clock, "2026-03-17 09:00")
    assert (await order(units, sold)).state == OrderState.PAID
    assert await balance(units, ana) == yuan("518.63")
    await verified(units)


async def test_what_one_has_by_day_is_what_my_money_said_each_day(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=900)
    said: dict[date, Money] = {}

    async def looks() -> dict[date, Money]:
        async with units.begin() as unit:
            fund = await change_plus(unit)
            said[unit.open_on] = (await my_money.holdings(unit, fund, ana.id)).total
            return await my_money.value_by_day(unit, fund, ana.id, 6)

    await buys(units, ana, 500)
    assert (await looks())[date(2026, 3, 12)] == yuan(900), "ordered"
    await lives(units, clock, "2026-03-12 20:00")
    await publishes(units, "2026-03-12", "1.2345")
    await lives(units, clock, "2026-03-13 20:00")
    await publishes(units, "2026-03-13", "1.3000")
    await sells(units, ana, "100")
    assert (await looks())[date(2026, 3, 13)] == yuan("923.39"), "402.61 units at 1.3000"
    await lives(units, clock, "2026-03-16 20:00")
    await publishes(units, "2026-03-16", "1.3000")
    await looks()
    await lives(units, clock, "2026-03-17 20:00")
    await publishes(units, "2026-03-17", "1.3100")
    by_day = await looks()
    assert {day: by_day[day] for day in said} == said
    assert said[date(2026, 3, 17)] == yuan("924.47"), "302.61 units at 1.3100, and 130.00 less 1.5 %"
    await verified(units)


async def publishes_days(units: Units, clock: ManualClock, days: list[str], nav: str = "1.3000") -> None:
    for day in days:
        await lives(units, clock, f"{day} 20:00")
        await publishes(units, day, nav)


async def test_the_oldest_units_leave_first_each_with_the_fee_of_its_own_time(units: Units, clock: ManualClock) -> None:
    await new_terms(units, BONDS, subscription_fees=NO_FEE)
    ana = await an_investor(units, money=200)
    await buys(units, ana, 100)
    days = ["2026-03-12", "2026-03-13", "2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19", "2026-03-20"]
    await publishes_days(units, clock, days, "1.0000")
    await lives(units, clock, "2026-03-23 10:00")
    await buys(units, ana, 100)
    await publishes_days(units, clock, ["2026-03-23"], "1.0000")
    await lives(units, clock, "2026-03-24 10:00")
    sold = await sells(units, ana, "150.00")
    await publishes_days(units, clock, ["2026-03-24"], "1.0000")
    await lives(units, clock, "2026-03-25 09:00")
    # 100 units held 12 days at 0.10 %, 50 held 1 day at 1.50 %
    assert (await order(units, sold)).fee == 10 + 75
    await verified(units)


async def test_more_units_than_are_held_are_refused(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=500)
    await held(units, clock, ana)
    with pytest.raises(RuleViolation, match="fund_units_short") as refused:
        await sells(units, ana, "405.03")
    assert str(refused.value.details["available"]) == "405.02"
    with pytest.raises(InvalidInput, match="fund_minimum_units"):
        await sells(units, ana, "0.99")
    with pytest.raises(InvalidInput, match="amount_not_positive"):
        await sells(units, ana, "0")


async def test_two_redemptions_at_once_of_the_same_units_are_one(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=500)
    await held(units, clock, ana)

    async def tries(key: str) -> str:
        try:
            return str((await sells(units, ana, "300.00", key=key)).order.state)
        except FinanceError as refused:
            return refused.code

    assert sorted(await asyncio.gather(tries("one"), tries("two"))) == ["fund_units_short", "pending"]
    await verified(units)


# -- cancel, switch -----------------------------------------------------------------------------------------------


async def test_an_order_is_taken_back_until_its_cut_off(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=500)
    given = await buys(units, ana, 500)
    await lives(units, clock, "2026-03-12 14:59")
    assert (await cancels(units, ana, given)).balance == yuan(500)
    given = await buys(units, ana, 500)
    await lives(units, clock, "2026-03-12 15:00")
    with pytest.raises(Conflict, match="fund_order_cut_off"):
        await cancels(units, ana, given)
    later = await buys(units, await an_investor(units, "Bo", money=100), 100)
    with pytest.raises(NotFound, match="fund_order"):
        await cancels(units, ana, later)
    await verified(units)


async def test_a_redemption_taken_back_gives_its_units_their_time_again(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=500)
    await held(units, clock, ana)
    await cancels(units, ana, await sells(units, ana, "100.00"))
    assert str((await position(units, ana)).units) == "405.02"
    await verified(units)


async def test_a_switch_is_one_redemption_and_one_subscription_at_one_days_prices(
    units: Units, clock: ManualClock
) -> None:
    ana = await an_investor(units, money=500)
    await held(units, clock, ana)
    given = await switches(units, ana, "405.02")
    await lives(units, clock, "2026-03-13 20:00")
    await publishes(units, "2026-03-13", "1.3000")
    await publishes(units, "2026-03-13", "2.0000", SHARES)
    await lives(units, clock, "2026-03-16 09:00")
    done = await order(units, given)
    # 526.53 less 1.5 % = 518.63; less the subscription fee of 1.2 % = 512.48
    assert (done.net, done.fee, done.to_fee, done.units_in) == (51_863, 790, 615, 25_624)
    assert [str((await position(units, ana, code)).units) for code in (BONDS, SHARES)] == ["0.00", "256.24"]
    assert await balance(units, ana) == yuan(0)
    await verified(units)


async def test_a_switch_waits_for_the_price_of_the_fund_that_it_goes_to(units: Units, clock: ManualClock) -> None:
    ana, bo = await an_investor(units, money=500), await an_investor(units, "Bo", money=900)
    await buys(units, bo, 900)
    await held(units, clock, ana)
    given = await switches(units, ana, "405.02")
    await publishes_days(units, clock, ["2026-03-13"], "1.3000")
    await publishes_days(units, clock, ["2026-03-16"], "1.4000")
    await lives(units, clock, "2026-03-17 10:00")
    assert (await order(units, given)).state == OrderState.PENDING
    await publishes(units, "2026-03-13", "2.0000", SHARES)
    await lives(units, clock, "2026-03-17 10:01")
    done = await order(units, given)
    assert (done.nav, done.to_nav, done.net) == (Decimal("1.3000"), Decimal("2.0000"), 51_863)
    await verified(units)


# -- the fund's own books -----------------------------------------------------------------------------------------


async def test_a_missing_nav_holds_its_fund_alone_and_is_made_up_at_once(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=1_000)
    bonds, shares = await buys(units, ana, 500), await buys(units, ana, 500, SHARES)
    await lives(units, clock, "2026-03-12 20:00")
    await publishes(units, "2026-03-12", "2.0000", SHARES)
    await lives(units, clock, "2026-03-13 09:30")
    assert [(await order(units, each)).state for each in (bonds, shares)] == ["pending", "confirmed"]
    async with units.begin() as unit:
        held_step = await unit.session.get_one(DayStep, (date(2026, 3, 12), "funds.value"))
        assert held_step.note == "the NAV of Steady Bonds/稳健债基 for 2026-03-12"
    await verified(units)
    await publishes(units, "2026-03-12", "1.0000")
    await lives(units, clock, "2026-03-13 09:31")
    assert (await order(units, bonds)).state == OrderState.CONFIRMED
    async with units.begin() as unit:
        went_on = await unit.session.get_one(DayStep, (date(2026, 3, 12), "funds.value"), populate_existing=True)
        assert (went_on.state, went_on.note) == ("done", None)
    await verified(units)


async def test_a_nav_is_published_once_for_a_dealing_day_that_is_over(units: Units, clock: ManualClock) -> None:
    await lives(units, clock, "2026-03-12 15:00")
    await publishes(units, "2026-03-12", "1.0000")
    with pytest.raises(Conflict, match="nav_published"):
        await publishes(units, "2026-03-12", "1.0000")
    for nav in ("0", "-1", "1.00001", "NaN"):
        with pytest.raises(InvalidInput, match="nav_form"):
            await publishes(units, "2026-03-12", nav)
    for day in ("2026-03-13", "2026-03-08"):
        with pytest.raises(InvalidInput, match="nav_day"):
            await publishes(units, day, "1.0000")


async def test_the_manager_earns_by_the_day_and_is_paid_by_the_month(units: Units, clock: ManualClock) -> None:
    await funds_on_sale(units, own_prices=True)
    await new_terms(units, BONDS, navs="demo_navs.csv", management_fee="3.65", subscription_fees=NO_FEE)
    ana = await an_investor(units, money=10_000)
    await buys(units, ana, 10_000)
    await lives(units, clock, "2026-04-01 09:00")
    async with units.begin() as unit:
        fund = await fund_on_sale(unit, BONDS)
        days = await register.flows(unit, fund, date(2026, 3, 12), date(2026, 4, 1))
        paid = sum((day.fees for day in days), yuan(0))
    # 0.01 % a day of about 10,000 from the confirmation on the 13th to the close of 31 March
    assert yuan("18.90") < paid < yuan("19.30")
    await verified(units)


async def test_weeks_of_the_demos_own_prices_verify_and_the_last_holder_leaves_no_unit(
    units: Units, clock: ManualClock
) -> None:
    await funds_on_sale(units, own_prices=True)
    await new_terms(units, BONDS, navs="demo_navs.csv")
    ana, bo = await an_investor(units, money=5_000), await an_investor(units, "Bo", money=333)
    await buys(units, ana, 5_000)
    await buys(units, bo, 333)
    await lives(units, clock, "2026-03-20 10:00")
    await verified(units)
    for who in (ana, bo):
        await sells(units, who, str((await position(units, who)).units).replace(",", ""))
    await lives(units, clock, "2026-03-25 10:00")
    async with units.begin() as unit:
        assert await register.register(unit, await fund_on_sale(unit, BONDS), date(2026, 3, 24)) == []
    assert [(await position(units, who)).gain == yuan(0) for who in (ana, bo)] == [False, False]
    await verified(units)


async def test_the_register_and_the_flows_of_a_past_day_stay_as_they_were(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=500)
    await held(units, clock, ana)
    await lives(units, clock, "2026-03-13 20:00")
    await publishes(units, "2026-03-13", "1.3000")
    sold = await sells(units, ana, "405.02")
    assert sold.order.priced_on == date(2026, 3, 16)
    await publishes_days(units, clock, ["2026-03-16"])
    await lives(units, clock, "2026-03-17 09:00")
    async with units.begin() as unit:
        fund = await fund_on_sale(unit, BONDS)
        [line] = await register.register(unit, fund, date(2026, 3, 13))
        assert (line.customer_id, str(line.units), line.value) == (ana.id, "405.02", yuan("526.53"))
        assert await register.register(unit, fund, date(2026, 3, 17)) == []
        flows = {day.on: day for day in await register.flows(unit, fund, date(2026, 3, 12), date(2026, 3, 17))}
    assert flows[date(2026, 3, 13)].subscribed == yuan(500)
    assert flows[date(2026, 3, 17)].redeemed == yuan("518.63")


async def test_orders_in_flight_are_seen(units: Units, clock: ManualClock) -> None:
    ana = await an_investor(units, money=500)
    given = await buys(units, ana, 500)
    async with units.begin() as unit:
        assert [each.id for each in await queries.in_flight(unit, ana.id)] == [given.order.id]
        assert await queries.total_of(unit, ana.id) == yuan(500)
    await publishes_days(units, clock, ["2026-03-12"], "1.0000")
    await lives(units, clock, "2026-03-13 09:00")
    async with units.begin() as unit:
        assert await queries.in_flight(unit, ana.id) == []


async def test_growth_carries_its_dates(units: Units, clock: ManualClock) -> None:
    await publishes_days(units, clock, ["2026-03-12"], "1.0000")
    await publishes_days(units, clock, ["2026-03-13"], "1.0500")
    async with units.begin() as unit:
        grown = await queries.grown(unit, await fund_on_sale(unit, BONDS), 1)
    assert grown == queries.Growth(date(2026, 3, 12), date(2026, 3, 13), Decimal("5.00"))


async def test_money_is_of_the_funds_own_asset(units: Units) -> None:
    ana = await an_investor(units, money=100)
    async with units.begin() as unit:
        fund = await fund_on_sale(unit, BONDS)
        with pytest.raises(TypeError):
            await service.require_may_sell(unit, fund, ana.id, Money(100, fund.asset))
