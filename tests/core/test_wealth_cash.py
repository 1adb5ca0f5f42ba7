"""The fund's cash: kept and invested, a run beyond it, the queue in order, the institution's line, a sale."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from finance_core import ledger
from finance_core.change_plus import liquidity, queries
from finance_core.change_plus.liquidity import Place
from finance_core.change_plus.notices import Queued
from finance_core.change_plus.product import fund_on_sale
from finance_core.change_plus.service import Speed
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import RuleViolation
from finance_core.kernel.money import Money
from finance_core.ledger import Account
from finance_core.storage.unit import Units
from tests.builders import a_customer, balance, live, the_catalogue, verified, yuan
from tests.notices import written
from tests.wealth_cases import new_terms, position, put_in, take_out, value


@pytest.fixture
def units(cloned_units: Units) -> Units:
    return cloned_units


@pytest.fixture
async def people(units: Units, clock: ManualClock) -> list[Customer]:
    """Three people with 9,000.00 each, all of it but 2,700.00 invested; 1,000.00 a day can be made cash."""
    await the_catalogue(units)
    await new_terms(units, daily_liquidity="1000")
    people = [await a_customer(units, name, money=9_000) for name in ("Ana", "Bo", "Cy")]
    for person in people:
        await put_in(units, person, 9_000)
    await live(units, clock, until="2026-03-13 10:00")
    return people


async def cash(units: Units, code: str = "F1010") -> Money:
    async with units.begin() as unit:
        return await ledger.balance(unit, Account(code, 1, book="FUND:1"))


async def sell(units: Units, amount: int, key: str = "sale") -> None:
    async with units.begin() as unit:
        await liquidity.sell(unit, await fund_on_sale(unit), yuan(amount), key)


async def place(units: Units, person: Customer) -> Place:
    async with units.begin() as unit:
        fund = await fund_on_sale(unit)
        [order] = await queries.queued_orders(unit, fund, person.id)
        return await liquidity.place_in_queue(unit, fund, order)


async def test_the_fund_keeps_its_share_of_cash_and_invests_the_rest(units: Units, people: list[Customer]) -> None:
    assert (await cash(units), await cash(units, "F1020")) == (yuan(2_700), yuan(24_300))
    await verified(units)


async def test_a_run_is_paid_first_come_first_paid_and_everybody_is_told_place_and_day(
    units: Units, clock: ManualClock, people: list[Customer]
) -> None:
    ana, bo, cy = people
    for person, amount in ((bo, 3_000), (ana, 2_500), (cy, 500)):
        await take_out(units, person, amount, speed=Speed.STANDARD)
    await live(units, clock, until="2026-03-16 09:30")
    assert [await balance(units, person) for person in (bo, ana, cy)] == [yuan(3_000), yuan(0), yuan(0)]
    assert await place(units, ana) == Place(1, yuan(0), date(2026, 3, 18))
    assert (await place(units, cy)).number == 2, "a small one does not pass a large one"
    told = "SELECT params->>'place', params->>'expected_on' FROM outbox WHERE kind = 'wealth.queued' ORDER BY id"
    async with units.begin() as unit:
        assert [tuple(row) for row in await unit.session.execute(text(told))] == [
            ("1", "2026-03-18"),
            ("2", "2026-03-19"),
        ]
    assert await written(units, Queued)
    await verified(units)
    earned = (await position(units, ana)).earned
    await live(units, clock, until="2026-03-18 09:30")
    assert await balance(units, ana) == yuan(2_500)
    assert (await position(units, ana)).earned > earned, "units that wait go on earning"
    await live(units, clock, until="2026-03-19 09:30")
    assert await balance(units, cy) == yuan(500)
    await verified(units)


async def test_who_waits_is_paid_as_soon_as_an_operator_has_sold(
    units: Units, clock: ManualClock, people: list[Customer]
) -> None:
    ana, bo, _ = people
    await take_out(units, bo, 3_500, speed=Speed.STANDARD)
    await take_out(units, ana, 2_500, speed=Speed.STANDARD)
    await live(units, clock, until="2026-03-16 09:30")
    assert await balance(units, ana) == yuan(0)
    await sell(units, 3_000)
    await live(units, clock, until="2026-03-16 09:31")
    assert await balance(units, ana) == yuan(2_500)
    with pytest.raises(RuleViolation, match="instruments_short"):
        await sell(units, 1_000_000, "too much")
    await verified(units)


async def test_the_institutions_advance_is_paid_back_after_everybody_who_waits(
    units: Units, clock: ManualClock, people: list[Customer]
) -> None:
    ana, bo, _ = people
    await take_out(units, bo, 1_500)
    await take_out(units, ana, 3_000, speed=Speed.STANDARD)
    await live(units, clock, until="2026-03-16 09:30")
    assert await balance(units, ana) == yuan(3_000)
    async with units.begin() as unit:
        assert await liquidity.advanced(unit, await fund_on_sale(unit)) == yuan(1_500)
    await live(units, clock, until="2026-03-17 09:30")
    async with units.begin() as unit:
        assert await liquidity.advanced(unit, await fund_on_sale(unit)) == yuan(0)
    await verified(units)


async def test_beyond_the_advance_line_nothing_comes_at_once_until_the_fund_has_paid_back(
    units: Units, clock: ManualClock, people: list[Customer]
) -> None:
    ana, bo, _ = people
    await new_terms(units, advance_line="4000")
    await take_out(units, ana, 3_000)
    with pytest.raises(RuleViolation, match="fund_advance_line") as refused:
        await take_out(units, bo, 1_001)
    assert refused.value.details["left"] == yuan(1_000)
    await take_out(units, bo, 1_000, "just so much")
    await live(units, clock, until="2026-03-17 09:30")
    await take_out(units, bo, 1_001, "the fund has paid back")
    await verified(units)


async def test_the_book_verifies_and_nothing_is_lost_while_everybody_leaves(
    units: Units, clock: ManualClock, people: list[Customer]
) -> None:
    for person in people:
        everything = (await position(units, person)).confirmed
        await take_out(units, person, f"{everything.decimal:f}", speed=Speed.STANDARD)
    await live(units, clock, until="2026-03-16 12:00")
    await verified(units)
    waiting = "SELECT count(*) FROM fund_order WHERE kind = 'redemption' AND state = 'pending'"
    assert await value(units, waiting) == 3, "not one of 9,000.00 can be paid with 3,700.00"
    await sell(units, 23_300)
    await live(units, clock, until="2026-03-16 13:00")
    assert await value(units, waiting) == 0
    assert [await balance(units, person) for person in people] == [yuan(9_000)] * 3
    await verified(units)
