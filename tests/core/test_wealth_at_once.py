"""Many connections at Change Plus at once: quotas and floors hold, one key is one act."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from finance_core import ledger
from finance_core.change_plus import income, queries, service
from finance_core.change_plus.product import fund_on_sale
from finance_core.change_plus.service import Speed, TakenOut
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import Money
from finance_core.storage.unit import Units
from tests.builders import a_customer, balance, live, the_catalogue, verified, yuan


@pytest.fixture
async def ana(cloned_units: Units, clock: ManualClock) -> Customer:
    """Has 30,000.00 in Change Plus, confirmed this morning."""
    await the_catalogue(cloned_units)
    customer = await a_customer(cloned_units, tier=2, money=30_000)
    async with cloned_units.begin() as unit:
        await service.put_in(unit, customer.id, yuan(30_000), "put in")
    await live(cloned_units, clock, until="2026-03-13 10:00")
    return customer


async def take_out(units: Units, customer: Customer, amount: int, key: str) -> TakenOut | FinanceError:
    try:
        async with units.begin() as unit:
            return await service.take_out(unit, customer.id, yuan(amount), key)
    except FinanceError as refused:
        return refused


async def test_two_fast_redemptions_at_once_do_not_pass_the_quota_together(cloned_units: Units, ana: Customer) -> None:
    answers = await asyncio.gather(*[take_out(cloned_units, ana, 6_000, f"tap {tap}") for tap in range(4)])
    assert sum(isinstance(answer, TakenOut) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, FinanceError)} == {ErrorCode.FAST_QUOTA}
    assert await balance(cloned_units, ana) == yuan(6_000)
    await verified(cloned_units)


async def test_one_key_at_once_is_one_act(cloned_units: Units, ana: Customer) -> None:
    answers = await asyncio.gather(*[take_out(cloned_units, ana, 500, "the same tap") for _ in range(8)])
    assert all(isinstance(answer, TakenOut) for answer in answers)
    assert len({str(answer) for answer in answers}) == 1
    assert await balance(cloned_units, ana) == yuan(500)
    await verified(cloned_units)


async def test_everything_redeemed_while_the_income_is_being_paid(
    cloned_units: Units, clock: ManualClock, ana: Customer
) -> None:
    people = [ana, *[await a_customer(cloned_units, tier=2, money=2_000) for _ in range(5)]]
    for person in people[1:]:
        async with cloned_units.begin() as unit:
            await service.put_in(unit, person.id, yuan(2_000), f"put in:{person.id}")
    await live(cloned_units, clock, until="2026-03-16 23:59")
    async with cloned_units.begin() as unit:
        closing = unit.open_on
        await ledger.move_date(unit, closing + timedelta(days=1))
    clock.advance(minutes=5)
    amounts = [await _everything(cloned_units, person) for person in people]
    leaving = [_redeem(cloned_units, person, amount) for person, amount in zip(people, amounts, strict=True)]
    await asyncio.gather(income.pay_incomes(cloned_units, closing), *leaving)
    async with cloned_units.begin() as unit:
        fund = await fund_on_sale(unit)
        held = [await queries.position(unit, fund, person.id) for person in people]
    assert all(each.on_the_way_out == amount for each, amount in zip(held, amounts, strict=True))
    assert all(each.earned > yuan(0) for each in held)
    await live(cloned_units, clock, until="2026-03-18 12:00")
    await verified(cloned_units)


async def _everything(units: Units, customer: Customer) -> Money:
    async with units.begin() as unit:
        return (await queries.position(unit, await fund_on_sale(unit), customer.id)).can_leave


async def _redeem(units: Units, customer: Customer, amount: Money) -> TakenOut:
    async with units.begin() as unit:
        return await service.take_out(unit, customer.id, amount, f"all:{customer.id}", speed=Speed.STANDARD)
