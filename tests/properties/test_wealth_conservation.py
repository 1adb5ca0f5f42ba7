"""Nothing is lost: over a year incomes and residue are the fund's income; over any acts cash and units are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from finance_core import ledger
from finance_core.business_day.safeguarding import SWEEP
from finance_core.business_day.tick import Calendar
from finance_core.change_plus import daily, liquidity, publishing, queries, service
from finance_core.change_plus.product import fund_on_sale
from finance_core.change_plus.rules import corrected, income, paid_out
from finance_core.change_plus.service import Speed
from finance_core.customers.models import Customer
from finance_core.journeys import change_plus
from finance_core.journeys.sweep import SWEEP_UP
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Account
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.builders import a_customer, live_by, the_catalogue, verified
from tests.wealth_cases import ByHand, new_terms

YEAR_DAYS = 365
PEOPLE = 3
TOPPED_UP = 10_000
STEPS = (daily.INCOME, SWEEP, daily.TELL, daily.MONEY_IN, change_plus.REDEMPTIONS, daily.SETTLE, SWEEP_UP)
WEALTH_ONLY = Calendar(STEPS, (*daily.TIMED, change_plus.QUEUE))

rates = st.integers(0, 50_000).map(lambda number: Decimal(number).scaleb(-4))
small_rates = st.integers(-9_000, 9_000).map(lambda number: Decimal(number).scaleb(-4))


@settings(max_examples=40, deadline=None)
@given(
    holders=st.lists(st.integers(1, 50_000_000), min_size=1, max_size=8),
    year=st.lists(rates, min_size=YEAR_DAYS, max_size=YEAR_DAYS),
)
def test_over_a_year_incomes_and_residue_are_the_funds_income_and_the_residue_is_never_short(
    holders: list[int], year: list[Decimal]
) -> None:
    units, carries, fund_carry = list(holders), [Decimal(0)] * len(holders), Decimal(0)
    earned = paid = 0
    for rate in year:
        fund = income(sum(units), rate, fund_carry)
        shares = [income(held, rate, carry) for held, carry in zip(units, carries, strict=True)]
        fund_carry, carries = fund.carry, [share.carry for share in shares]
        units = [held + share.paid for held, share in zip(units, shares, strict=True)]
        earned, paid = earned + fund.paid, paid + sum(share.paid for share in shares)
        assert 0 <= earned - paid <= len(holders)
    assert sum(units) - sum(holders) == paid
    lost = sum(carries, Decimal(0)) - fund_carry - Decimal(earned - paid) / 100
    assert abs(lost) <= Decimal("0.00000001") * YEAR_DAYS * (len(holders) + 1)


@settings(max_examples=15, deadline=None)
@given(
    holders=st.lists(st.integers(1, 50_000_000), min_size=1, max_size=5),
    year=st.lists(small_rates, min_size=YEAR_DAYS, max_size=YEAR_DAYS),
)
def test_a_year_by_the_rules_is_a_year_by_hand(holders: list[int], year: list[Decimal]) -> None:
    days = [date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(YEAR_DAYS)]
    held = {str(place): Decimal(units) / 100 for place, units in enumerate(holders)}
    hand = ByHand(dict(zip(days, year, strict=True)), held)
    units, carries, fund_carry = list(holders), [Decimal(0)] * len(holders), Decimal(0)
    earned = 0
    for day, rate in zip(days, year, strict=True):
        fund = income(sum(units), rate, fund_carry)
        shares = [income(one, rate, carry) for one, carry in zip(units, carries, strict=True)]
        fund_carry, carries, earned = fund.carry, [share.carry for share in shares], earned + fund.paid
        units = [one + share.paid for one, share in zip(units, shares, strict=True)]
        hand.close(day)
    assert [Decimal(one) / 100 for one in units] == list(hand.units.values())
    assert (carries, fund_carry, Decimal(earned) / 100) == (list(hand.carries.values()), hand.fund_carry, hand.earned)


@settings(max_examples=200, deadline=None)
@given(units=st.integers(0, 50_000_000), before=small_rates, right=small_rates, later=st.lists(small_rates, max_size=5))
def test_a_correction_leaves_what_the_right_income_would_have_left(
    units: int, before: Decimal, right: Decimal, later: list[Decimal]
) -> None:
    """On the units that were held: a day put right, whatever days came between, and all of them right at first."""
    wrong, at_first_right = income(units, before, Decimal(0)), income(units, right, Decimal(0))
    paid, carry, expected = wrong.paid, wrong.carry, (at_first_right.paid, at_first_right.carry)
    for rate in later:
        share, other = income(units, rate, carry), income(units, rate, expected[1])
        paid, carry, expected = paid + share.paid, share.carry, (expected[0] + other.paid, other.carry)
    put_right = corrected(units, before, right, carry, paid)
    of_all = Decimal(put_right.paid) / 100 + put_right.carry
    assert abs(of_all - (Decimal(expected[0]) / 100 + expected[1])) <= Decimal("0.00000001") * (len(later) + 1)
    assert abs(put_right.carry) < Decimal("0.01")


@settings(max_examples=200, deadline=None)
@given(
    due=st.integers(-1_000_000, 1_000_000),
    owed=st.integers(0, 1_000_000),
    free=st.integers(0, 1_000_000),
)
def test_nobody_falls_below_zero_and_what_is_owed_never_does(due: int, owed: int, free: int) -> None:
    amount = paid_out(due, owed, free)
    assert free + amount >= 0
    assert owed - (due - amount) >= 0
    assert amount <= max(due, 0)


@settings(max_examples=200, deadline=None)
@given(units=st.integers(0, 50_000_000), days=st.lists(small_rates, min_size=1, max_size=60))
def test_no_day_pays_more_or_less_than_its_exact_income_with_what_was_carried(units: int, days: list[Decimal]) -> None:
    carry, exact, paid = Decimal(0), Decimal(0), 0
    for rate in days:
        share = income(units, rate, carry)
        carry, paid = share.carry, paid + share.paid
        exact += Decimal(units) * rate / 1_000_000
        assert abs(carry) < Decimal("0.01")
        assert abs(exact - carry - Decimal(paid) / 100) < Decimal("0.00000001") * len(days)


amounts = st.integers(100, 400_000)
people = st.integers(0, PEOPLE - 1)
acts = st.one_of(
    st.tuples(st.just("put_in"), people, amounts),
    st.tuples(st.just("take_out"), people, amounts),
    st.tuples(st.just("redeem"), people, amounts),
    st.tuples(st.just("hours"), st.just(0), st.integers(1, 40)),
    st.tuples(st.just("publish"), st.just(0), st.integers(-5_000, 50_000)),
    st.tuples(st.just("correct"), st.just(0), st.integers(-5_000, 50_000)),
    st.tuples(st.just("sweep"), people, st.integers(0, 800_000)),
    st.tuples(st.just("sell"), st.just(0), st.integers(1, 400_000)),
)
Act = tuple[str, int, int]


class Bench:
    """One event loop and one connection for all examples; each example is a transaction that is rolled back."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.engine = self.runner.run(self._engine(url))

    async def _engine(self, url: str) -> AsyncEngine:
        return create_engine(url, pool_size=1)

    def live(self, script: list[Act]) -> None:
        self.runner.run(_live(self.engine, script))

    def results(self, given_orders: list[tuple[int, int]]) -> list[tuple[Money, Decimal]]:
        return self.runner.run(_results(self.engine, given_orders))

    def close(self) -> None:
        self.runner.run(self.engine.dispose())
        self.runner.close()


@pytest.fixture(scope="module")
def bench(database_url: str) -> Iterator[Bench]:
    """What every example runs on."""
    made = Bench(database_url)
    yield made
    made.close()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(acts, min_size=4, max_size=14))
def test_cash_and_units_are_conserved_over_any_acts(bench: Bench, script: list[Act]) -> None:
    bench.live(script)


async def _live(engine: AsyncEngine, script: list[Act]) -> None:
    clock = ManualClock(datetime(2026, 3, 12, 2, 0, tzinfo=UTC))
    async with engine.connect() as connection:
        outer = await connection.begin()
        try:
            await found(connection, "Asia/Shanghai", date(2026, 3, 12))
            await _act_out(Units(connection, clock), clock, script)
        finally:
            await outer.rollback()


async def _act_out(units: Units, clock: ManualClock, script: list[Act]) -> None:
    await the_catalogue(units)
    await new_terms(units, daily_liquidity="2000")
    customers = [await a_customer(units, money=TOPPED_UP, tier=2) for _ in range(PEOPLE)]
    keys = count(1)
    for act, who, number in script:
        await _do(units, clock, customers[who], act, number, f"act {next(keys)}")
        await _conserved(units, customers)
    await _pass(units, clock, hours=24 * 5)
    await _conserved(units, customers)
    await verified(units)


orders = st.lists(st.tuples(people, amounts), min_size=2, max_size=6)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_orders=orders, data=st.data())
def test_the_order_of_orders_and_their_confirmations_changes_nobodys_result(
    bench: Bench, given_orders: list[tuple[int, int]], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(given_orders))
    assert bench.results(given_orders) == bench.results(other)


async def _results(engine: AsyncEngine, given_orders: list[tuple[int, int]]) -> list[tuple[Money, Decimal]]:
    """Give the orders in their order before a cut-off, live some days, and return what each person has."""
    clock = ManualClock(datetime(2026, 3, 12, 2, 0, tzinfo=UTC))
    async with engine.connect() as connection:
        outer = await connection.begin()
        try:
            await found(connection, "Asia/Shanghai", date(2026, 3, 12))
            units = Units(connection, clock)
            await the_catalogue(units)
            customers = [await a_customer(units, money=30_000, tier=2) for _ in range(PEOPLE)]
            for number, (who, amount) in enumerate(given_orders):
                async with units.begin() as unit:
                    await service.put_in(unit, customers[who].id, Money(amount, CNY), f"order {number}")
            await _pass(units, clock, hours=24 * 4)
            async with units.begin() as unit:
                fund = await fund_on_sale(unit)
                held = [await queries.position(unit, fund, customer.id) for customer in customers]
            return [(each.total, each.carry) for each in held]
        finally:
            await outer.rollback()


async def _do(units: Units, clock: ManualClock, customer: Customer, act: str, number: int, key: str) -> None:
    if act == "hours":
        await _pass(units, clock, hours=number)
        return
    try:
        async with units.begin() as unit:
            amount = Money(max(number, 1), CNY)
            if act == "put_in":
                await service.put_in(unit, customer.id, amount, key)
            elif act == "publish":
                fund = await fund_on_sale(unit)
                await publishing.publish_income(unit, fund, unit.open_on, Decimal(number).scaleb(-4), "operator:1")
            elif act == "correct":
                fund, day = await fund_on_sale(unit), unit.open_on - timedelta(days=1)
                await publishing.correct_income(unit, fund, day, Decimal(number).scaleb(-4), "operator:1", key)
            elif act == "sweep":
                await service.choose_sweep(unit, customer.id, amount)
            elif act == "sell":
                await liquidity.sell(unit, await fund_on_sale(unit), amount, key)
            else:
                speed = Speed.FAST if act == "take_out" else Speed.STANDARD
                await change_plus.take_out(unit, customer.id, amount, key, speed)
    except FinanceError:
        pass


async def _pass(units: Units, clock: ManualClock, *, hours: int) -> None:
    await live_by(WEALTH_ONLY, units, clock, clock.now() + timedelta(hours=hours))


async def _conserved(units: Units, customers: list[Customer]) -> None:
    """All cash that came in is in wallets, orders and the fund; all units are held by somebody."""
    async with units.begin() as unit:
        fund = await fund_on_sale(unit)
        held = [await queries.position(unit, fund, customer.id) for customer in customers]
        wallets = await ledger.balances(unit, [Account("2010", customer.id) for customer in customers])
        put_in = sum(wallet.amount for wallet in wallets.values()) + sum(each.total.amount for each in held)
        earned = sum(each.earned.amount + each.owed.amount for each in held)
        assert put_in == PEOPLE * TOPPED_UP * 100 + earned
        wrong = await unit.session.scalar(text("SELECT count(*) FROM balance WHERE amount < 0"))
        assert wrong == 0
