"""Whatever people, operators and days do to two funds: cash and units are kept, and the whole book verifies."""

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
from finance_core.business_day.tick import run_due
from finance_core.customers.models import Customer
from finance_core.funds import correction, dividends, entries, prices, queries, service, suspension
from finance_core.funds.equations import EQUATIONS as FUND_EQUATIONS
from finance_core.funds.product import NavFundTerms, fund_on_sale
from finance_core.kernel.calendars import dealing
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import FinanceError
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Unit, Units
from tests.builders import live_by, verified
from tests.funds import BONDS, FUNDS_ONLY, SHARES, SHOWN, an_investor, funds_on_sale

PEOPLE = 2
TOPPED_UP = 5_000
BY = "operator:1"

codes = st.sampled_from((BONDS, SHARES))
people = st.integers(0, PEOPLE - 1)
acts = st.one_of(
    st.tuples(st.just("buy"), codes, people, st.integers(1_000, 300_000)),
    st.tuples(st.just("sell"), codes, people, st.integers(1, 100)),
    st.tuples(st.just("switch"), codes, people, st.integers(1, 100)),
    st.tuples(st.just("cancel"), codes, people, st.just(0)),
    st.tuples(st.just("days"), codes, people, st.integers(1, 3)),
    st.tuples(st.just("publish"), codes, people, st.integers(8_000, 14_000)),
    st.tuples(st.just("correct"), codes, people, st.integers(8_000, 14_000)),
    st.tuples(st.just("dividend"), codes, people, st.integers(1, 500)),
    st.tuples(st.just("choose"), codes, people, st.integers(0, 1)),
    st.tuples(st.just("suspend"), codes, people, st.just(0)),
    st.tuples(st.just("lift"), codes, people, st.just(0)),
)
Act = tuple[str, str, int, int]


class Bench:
    """One event loop and one connection for all examples; each example is a transaction that is rolled back."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.engine = self.runner.run(self._engine(url))

    async def _engine(self, url: str) -> AsyncEngine:
        return create_engine(url, pool_size=1)

    def live(self, script: list[Act]) -> None:
        self.runner.run(_live(self.engine, script))

    def close(self) -> None:
        self.runner.run(self.engine.dispose())
        self.runner.close()


@pytest.fixture(scope="module")
def bench(database_url: str) -> Iterator[Bench]:
    """What every example runs on."""
    made = Bench(database_url)
    yield made
    made.close()


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(acts, min_size=5, max_size=10))
def test_cash_and_units_are_conserved_over_any_orders_corrections_and_closings(bench: Bench, script: list[Act]) -> None:
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
    await funds_on_sale(units)
    customers = [await an_investor(units, money=TOPPED_UP) for _ in range(PEOPLE)]
    keys = count(1)
    for act, code, who, number in script:
        await _do(units, clock, (act, code, customers[who], number), f"act {next(keys)}")
        await _conserved(units)
    for _ in range(2):
        for code in (BONDS, SHARES):
            await _do(units, clock, ("lift", code, customers[0], 0), f"act {next(keys)}")
            await _do(units, clock, ("publish", code, customers[0], 10_000), f"act {next(keys)}")
        await _pass(units, clock, days=1)
    await _conserved(units)
    await verified(units)


async def _do(units: Units, clock: ManualClock, what: tuple[str, str, Customer, int], key: str) -> None:
    act, code, customer, number = what
    if act == "days":
        await _pass(units, clock, days=number)
        return
    try:
        async with units.begin() as unit:
            fund = await fund_on_sale(unit, code)
            if act in ("buy", "sell", "switch", "cancel", "choose"):
                await _of_person(unit, fund, act, customer.id, number, key)
            else:
                await _of_operator(unit, fund, act, number, key)
    except FinanceError:
        pass
    await run_due(units, FUNDS_ONLY)


async def _of_person(unit: Unit, fund: NavFundTerms, act: str, customer_id: int, number: int, key: str) -> None:
    held = await ledger.available(unit, entries.units_of(customer_id, fund))
    part = fund.units(held.amount * number // 100)
    if act == "buy":
        await service.subscribe(unit, customer_id, fund.code, fund.money(number), SHOWN, key)
    elif act == "sell":
        await service.redeem(unit, customer_id, fund.code, part, key)
    elif act == "switch":
        other = SHARES if fund.code == BONDS else BONDS
        await service.switch(unit, customer_id, fund.code, other, part, SHOWN, key)
    elif act == "cancel":
        for order in await queries.in_flight(unit, customer_id):
            await service.cancel(unit, customer_id, order.id, f"{key}:{order.id}")
    else:
        await service.choose_dividends(unit, customer_id, fund.code, ("cash", "units")[number])


async def _of_operator(unit: Unit, fund: NavFundTerms, act: str, number: int, key: str) -> None:
    nav = Decimal(number).scaleb(-4)
    if act == "publish":
        await _publish_all(unit, fund, nav)
    elif act == "correct":
        row = await prices.opened(unit, fund)
        await correction.correct(unit, fund, row.valued_on or unit.open_on, nav, BY, key)
    elif act == "dividend":
        await dividends.declare(unit, fund, dealing().after(unit.open_on), nav, BY)
    elif act == "suspend":
        await suspension.suspend(unit, fund, "a flood", BY)
    else:
        await suspension.lift(unit, fund, BY)


async def _publish_all(unit: Unit, fund: NavFundTerms, nav: Decimal) -> None:
    """Say the NAV of all days that the fund waits for and that are over."""
    row = await prices.opened(unit, fund)
    now = unit.local_now()
    upto = now.date() if now.time() >= fund.cut_off else now.date() - timedelta(days=1)
    for day in await prices.waited_for(unit, fund, row, upto):
        if await prices.price_of(unit, fund.number, day) is None:
            await prices.publish(unit, fund, day, nav, BY, agreed=True)


async def _pass(units: Units, clock: ManualClock, *, days: int) -> None:
    await live_by(FUNDS_ONLY, units, clock, clock.now() + timedelta(days=days))


async def _conserved(units: Units) -> None:
    """Everybody's wallet and units are what their orders say, with what we made up for; nobody owes for our fault."""
    async with units.begin() as unit:
        for equation in FUND_EQUATIONS:
            assert (await unit.session.execute(text(equation.sql))).all() == [], equation.name
        for row in await unit.session.execute(_CASH):
            assert row.wallet == TOPPED_UP * 100 + row.came - row.went + row.borne, row
        assert (await unit.session.execute(_WRONG_UNITS)).all() == []
        assert not await unit.session.scalar(_OVERDRAWN)


_CASH = text(
    """
    SELECT a.owner, b.amount AS wallet,
        (SELECT coalesce(sum(amount), 0) FROM nav_order
            WHERE customer_id = a.owner AND kind = 'subscription' AND state <> 'cancelled') AS went,
        (SELECT coalesce(sum(CASE kind WHEN 'dividend' THEN amount ELSE net END), 0) FROM nav_order
            WHERE customer_id = a.owner AND state = 'paid') AS came,
        (SELECT coalesce(sum(t.amount), 0) FROM transfer t
            JOIN account d ON d.id = t.debit_id JOIN account c ON c.id = t.credit_id
            WHERE d.code = '5040' AND c.code = '1140' AND c.owner = a.owner) AS borne
    FROM account a JOIN balance b ON b.account_id = a.id WHERE a.code = '2010'
    """
)
_WRONG_UNITS = text(
    """
    SELECT f.code, a.owner, b.amount, moved.amount AS ordered, lent.amount AS lent
    FROM nav_fund f JOIN account a ON a.code = 'U2010' AND a.book = 'REG:' || f.id
        JOIN balance b ON b.account_id = a.id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(units_in) FILTER (WHERE coalesce(to_fund_id, fund_id) = f.id), 0)
                - coalesce(sum(amount) FILTER (WHERE fund_id = f.id AND kind IN ('redemption', 'switch')), 0) AS amount
            FROM nav_order WHERE customer_id = a.owner AND state <> 'cancelled'
        ) moved
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(CASE WHEN t.credit_id = a.id THEN t.amount ELSE -t.amount END), 0) AS amount
            FROM transfer t JOIN entry e ON e.id = t.entry_id
            WHERE a.id IN (t.debit_id, t.credit_id) AND e.kind IN ('fund.units_lent', 'fund.units_taken_back')
        ) lent
    WHERE b.amount <> moved.amount + lent.amount
    """
)
_OVERDRAWN = text(
    "SELECT count(*) FROM account a JOIN balance b ON b.account_id = a.id WHERE a.code = '1140' AND b.amount <> 0"
)
