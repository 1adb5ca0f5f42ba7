"""A day's income late, twice, below zero, absurd, corrected; and a year of it against a computation by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from finance_core import approvals, ledger
from finance_core.change_plus import approved, publishing
from finance_core.change_plus.income import pay_incomes
from finance_core.change_plus.models import FundIncome
from finance_core.change_plus.notices import Income, IncomeCorrected, WeekIncome
from finance_core.change_plus.product import fund_on_sale
from finance_core.customers import operators
from finance_core.customers import service as customers
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.ledger import Account
from finance_core.lines import ACTIONS
from finance_core.storage.unit import Actor, Units
from tests.builders import a_customer, live, the_catalogue, verified, yuan
from tests.notices import written
from tests.wealth_cases import ByHand, begin_on, correct, new_terms, position, publish, put_in, take_out, value

DAY = date(2026, 3, 13)
"""The first day on which what was put in on the 12th earns."""


@pytest.fixture
def units(cloned_units: Units) -> Units:
    return cloned_units


@pytest.fixture(autouse=True)
async def _published_by_operators(units: Units) -> None:
    await the_catalogue(units)
    await new_terms(units, portfolio_yield=None, portfolio=None)


async def holders(units: Units, clock: ManualClock) -> tuple[Customer, Customer]:
    """Ana has 8,000.00 and Bo 77.00 in Change Plus; it is the evening of the first day that earns."""
    ana, bo = await a_customer(units, money=8_000), await a_customer(units, "Bo", money=77)
    await put_in(units, ana, 8_000)
    await put_in(units, bo, 77)
    await publish(units, date(2026, 3, 12), "0.2300")
    await live(units, clock, until="2026-03-13 20:00")
    return ana, bo


# -- published ----------------------------------------------------------------------------------------------------


async def test_what_is_shown_before_publishing_is_what_is_paid(units: Units, clock: ManualClock) -> None:
    ana, _ = await holders(units, clock)
    async with units.begin() as unit:
        seen = await publishing.preview(unit, await fund_on_sale(unit), DAY, Decimal("0.2304"))
    assert (seen.units, seen.pays, seen.seven_days, seen.stood) == (yuan(8_077), yuan("0.18"), None, None)
    await publish(units, DAY, "0.2304")
    await live(units, clock, until="2026-03-14 08:00")
    assert (await position(units, ana)).earned == yuan("0.18")
    assert await value(units, "SELECT income FROM fund_income WHERE on_date = :day", day=DAY) == 18
    await verified(units)


async def test_a_second_income_for_a_day_is_refused(units: Units, clock: ManualClock) -> None:
    await holders(units, clock)
    await publish(units, DAY, "0.2304")
    with pytest.raises(Conflict, match="income_published"):
        await publish(units, DAY, "0.2305")


@pytest.mark.parametrize("day", [date(2026, 3, 11), date(2026, 3, 14)])
async def test_a_day_before_the_fund_or_to_come_has_no_income(units: Units, clock: ManualClock, day: date) -> None:
    await holders(units, clock)
    with pytest.raises(InvalidInput, match="income_day"):
        await publish(units, day, "0.2304")


async def test_an_absurd_income_is_published_by_two_and_by_nobody_alone(units: Units, clock: ManualClock) -> None:
    ana, _ = await holders(units, clock)
    olu, mei = await a_customer(units, "Olu"), await a_customer(units, "Mei")
    with pytest.raises(InvalidInput, match="income_absurd"):
        await publish(units, DAY, "5.0001")
    async with units.begin() as unit:
        for person in (olu, mei):
            await operators.grant(unit, person.id, Role.TREASURER)
        fund = await fund_on_sale(unit)
        asked = (
            ACTIONS.called(approved.PUBLISH),
            approved.subject_of(DAY),
            approved.params_of(fund, DAY, Decimal("5.0001")),
        )
        proposal = await approvals.propose(unit, olu.id, *asked, "a windfall", "absurd")
    async with units.begin() as unit:
        with pytest.raises(NotAllowed, match="own_proposal"):
            await approvals.approve(unit, ACTIONS, proposal.id, olu.id, proposal.version)
    async with units.begin(Actor("operator", mei.id)) as unit:
        await approvals.approve(unit, ACTIONS, proposal.id, mei.id, proposal.version)
    await live(units, clock, until="2026-03-14 08:00")
    assert (await position(units, ana)).earned == yuan("4.00")
    await verified(units)


# -- late ---------------------------------------------------------------------------------------------------------


async def test_an_income_that_comes_days_later_is_paid_at_once_and_every_missing_day_in_order(
    units: Units, clock: ManualClock
) -> None:
    ana, _ = await holders(units, clock)
    await _told(units, ana.id, "daily")
    await live(units, clock, until="2026-03-16 12:00")
    held = "SELECT count(*) FROM day_step WHERE state = 'held' AND step = 'wealth.income'"
    assert await value(units, held) == 3
    await publish(units, date(2026, 3, 14), "0.2304")
    await live(units, clock, until="2026-03-16 13:00")
    assert (await position(units, ana)).earned == yuan(0), "the 13th comes first"
    await publish(units, DAY, "0.2304")
    await live(units, clock, until="2026-03-16 14:00")
    assert (await position(units, ana)).earned == yuan("0.36")
    assert await value(units, held) == 1
    await publish(units, date(2026, 3, 15), "0.2304")
    await live(units, clock, until="2026-03-16 15:00")
    assert (await position(units, ana)).earned == yuan("0.55")
    assert await value(units, held) == 0
    paid_on = "SELECT array_agg(DISTINCT paid_on) FROM fund_income WHERE on_date BETWEEN '2026-03-13' AND '2026-03-15'"
    assert await value(units, paid_on) == [date(2026, 3, 16)]
    told = "SELECT count(*) FROM outbox WHERE kind = 'wealth.income' AND customer_id = :ana AND state <> 'cancelled'"
    assert await value(units, told, ana=ana.id) == 3
    assert await written(units, Income)
    await verified(units)


async def test_a_sundays_income_that_missed_mondays_digest_is_in_the_next_one(units: Units, clock: ManualClock) -> None:
    ana, _ = await holders(units, clock)
    assert ana.income_notice == "weekly", "nobody has to ask for it"
    await publish(units, DAY, "0.2304")
    await live(units, clock, until="2026-03-14 20:00")
    await publish(units, date(2026, 3, 14), "0.2304")
    await live(units, clock, until="2026-03-16 12:00")
    await publish(units, date(2026, 3, 15), "0.2304")
    for day in range(16, 23):
        await live(units, clock, until=f"2026-03-{day} 20:00")
        await publish(units, date(2026, 3, day), "0.2304")
    await live(units, clock, until="2026-03-23 08:30")
    query = "SELECT array_agg(params ORDER BY id) FROM outbox WHERE kind = 'wealth.income_week' AND customer_id = :ana"
    told: Any = await value(units, query, ana=ana.id)
    assert await written(units, WeekIncome)
    first, second = told
    assert [day["day_on"][-2:] for day in first["days"]] == ["13", "14"]
    assert [day["day_on"][-2:] for day in second["days"]] == [str(day) for day in range(15, 23)]
    assert second["first_on"] == "2026-03-15"
    assert (await position(units, ana)).earned.amount == first["sum"]["amount"] + second["sum"]["amount"]


async def test_everything_else_goes_on_while_an_income_is_missing(units: Units, clock: ManualClock) -> None:
    ana, _ = await holders(units, clock)
    await live(units, clock, until="2026-03-15 12:00")
    await take_out(units, ana, 1_000)
    assert await value(units, "SELECT count(*) FROM seal WHERE business_date >= '2026-03-13'") == 2
    await publish(units, DAY, "0.2304")
    await live(units, clock, until="2026-03-15 13:00")
    assert (await position(units, ana)).earned == yuan("0.18"), "on what was held at the end of the 13th"
    await verified(units)


# -- below zero ---------------------------------------------------------------------------------------------------


async def test_a_loss_of_who_has_taken_everything_out_is_lent_by_the_residue_and_repaid_by_later_income(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = await holders(units, clock)
    await live(units, clock, until="2026-03-14 10:00")
    await take_out(units, ana, 8_000)
    await publish(units, DAY, "-0.9")
    await live(units, clock, until="2026-03-14 11:00")
    held = await position(units, ana)
    assert (held.confirmed, held.owed, held.earned) == (yuan(0), yuan("0.72"), yuan("-0.72"))
    assert await residue(units) == -72
    await verified(units)
    await put_in(units, ana, 8_000, "again")
    for day in range(14, 20):
        await publish(units, date(2026, 3, day), "0.9000")
        await live(units, clock, until=f"2026-03-{day + 1} 09:00")
    held = await position(units, ana)
    assert (held.owed, held.confirmed) == (yuan(0), yuan("8001.44")), "three days' income, less what was owed"
    assert (await position(units, bo)).owed == yuan(0)
    await verified(units)


async def residue(units: Units) -> int:
    async with units.begin() as unit:
        return (await ledger.balance(unit, Account("F2050", 1, book="FUND:1"))).amount


# -- corrected ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", ["0.2999", "0.0001", "-0.4", "4.9"])
async def test_a_corrected_day_leaves_everybody_with_what_the_right_income_would_have(
    units: Units, clock: ManualClock, right: str
) -> None:
    ana, bo = await holders(units, clock)
    await publish(units, DAY, "0.2304")
    await live(units, clock, until="2026-03-15 10:00")
    await correct(units, DAY, right)
    await live(units, clock, until="2026-03-15 11:00")
    for person, units_held in ((ana, "8000"), (bo, "77")):
        exact = Decimal(units_held) * Decimal(right) / 10_000
        now = await position(units, person)
        assert now.earned.decimal + now.carry == exact.quantize(Decimal("0.00000001"))
    kinds = "SELECT array_agg(kind || ' ' || value_on ORDER BY id) FROM entry WHERE business_date = '2026-03-15'"
    entries = await value(units, kinds)
    assert isinstance(entries, list)
    assert entries.count("reversal 2026-03-13") == 2
    assert set(entries) - {"change_plus.income 2026-03-13", "change_plus.fund_income 2026-03-13"} == {entries[0]}
    assert await value(units, "SELECT rate FROM fund_income WHERE on_date = :day", day=DAY) == Decimal(right)
    told = "SELECT count(*) FROM outbox WHERE kind = 'wealth.income_corrected' AND customer_id = :ana"
    assert await value(units, told, ana=ana.id) == 1
    assert await written(units, IncomeCorrected)
    await verified(units)


async def test_who_took_out_what_was_paid_too_much_owes_it_to_later_income(units: Units, clock: ManualClock) -> None:
    ana, _ = await holders(units, clock)
    await publish(units, DAY, "4.9")
    await live(units, clock, until="2026-03-14 10:00")
    await take_out(units, ana, "8003.92")
    await correct(units, DAY, "0.2304")
    await live(units, clock, until="2026-03-14 11:00")
    held = await position(units, ana)
    assert (held.confirmed, held.owed, held.earned) == (yuan(0), yuan("3.74"), yuan("0.18"))
    await verified(units)
    await put_in(units, ana, 8_000, "again")
    await publish(units, date(2026, 3, 14), "0.2304")
    await publish_until(units, clock, date(2026, 3, 18), "4.5")
    held = await position(units, ana)
    assert (held.owed, held.confirmed > yuan(8_000)) == (yuan(0), True)
    await verified(units)


async def publish_until(units: Units, clock: ManualClock, last: date, rate: str) -> None:
    day = date(2026, 3, 15)
    while day <= last:
        await live(units, clock, until=f"{day} 20:00")
        await publish(units, day, rate)
        day += timedelta(days=1)
    await live(units, clock, until=f"{day} 09:00")


async def test_a_correction_is_corrected_and_the_day_after_goes_on(units: Units, clock: ManualClock) -> None:
    ana, _ = await holders(units, clock)
    await publish(units, DAY, "0.2304")
    await live(units, clock, until="2026-03-14 10:00")
    for number, rate in enumerate(("0.9", "0.1", "0.2304")):
        await correct(units, DAY, rate, f"correction {number}")
        await live(units, clock, until=f"2026-03-14 1{number + 1}:00")
        await verified(units)
    now = await position(units, ana)
    assert (now.earned, now.carry) == (yuan("0.18"), Decimal("0.00432"))
    await publish(units, date(2026, 3, 14), "0.2304")
    await live(units, clock, until="2026-03-15 10:00")
    assert (await position(units, ana)).earned == yuan("0.36")
    await verified(units)


async def test_a_day_that_was_published_and_not_paid_yet_simply_changes(units: Units, clock: ManualClock) -> None:
    ana, _ = await holders(units, clock)
    await publish(units, DAY, "2.3040")
    await correct(units, DAY, "0.2304")
    await live(units, clock, until="2026-03-14 10:00")
    assert (await position(units, ana)).earned == yuan("0.18")
    assert await value(units, "SELECT count(*) FROM entry WHERE kind = 'reversal'") == 0
    await verified(units)


async def test_what_cannot_be_corrected_is_refused(units: Units, clock: ManualClock) -> None:
    await holders(units, clock)
    with pytest.raises(NotFound, match="income_missing"):
        await correct(units, DAY, "0.3")
    await publish(units, DAY, "0.2304")
    with pytest.raises(Conflict, match="income_same"):
        await correct(units, DAY, "0.2304")
    await live(units, clock, until="2026-03-14 10:00")
    await correct(units, DAY, "0.3")
    with pytest.raises(Conflict, match="correction_under_way"):
        await correct(units, DAY, "0.4", "another")


# -- a year -------------------------------------------------------------------------------------------------------


async def test_a_year_is_what_a_computation_by_hand_says_to_the_cent(units: Units, clock: ManualClock) -> None:
    """Four holders, the whole year's incomes, without the other steps of a day: each close is a few queries."""
    first = date(2026, 3, 12)
    await begin_on(units, clock, first)
    people = {name: await a_customer(units, name, tier=2, money=400_000) for name in ("Ana", "Bo", "Cy", "Di")}
    held = {"Ana": "1.00", "Bo": "12345.67", "Cy": "399999.99", "Di": "0.05"}
    await put_in(units, people["Ana"], held["Ana"])
    await put_in(units, people["Bo"], held["Bo"])
    await put_in(units, people["Cy"], held["Cy"])
    await put_in(units, people["Di"], "1.05")
    await take_out(units, people["Di"], "1.00")
    await live(units, clock, until="2026-03-13 09:00")
    days = [first + timedelta(days=ahead) for ahead in range(366)]
    rates = {day: Decimal(2_000 + day.toordinal() * 7_919 % 700).scaleb(-4) for day in days}
    rates[date(2026, 6, 1)], rates[date(2026, 11, 11)] = Decimal("-0.3"), Decimal(0)
    hand = ByHand(rates, {name: Decimal(amount) for name, amount in held.items()})
    await publish_many(units, rates)
    await _close_a_year(units, days)
    for day in days[1:]:
        hand.close(day)
    for name, person in people.items():
        now = await position(units, person)
        assert (now.confirmed.decimal, now.carry) == (hand.units[name], hand.carries[name]), name
    assert Decimal(await residue(units)) / 100 == hand.earned - hand.paid
    async with units.begin() as unit:
        total = await unit.session.scalar(text("SELECT sum(income) FROM fund_income"))
    assert Decimal(total) / 100 == hand.earned
    await verified(units)


async def publish_many(units: Units, rates: dict[date, Decimal]) -> None:
    async with units.begin() as unit:
        for day, rate in rates.items():
            unit.session.add(FundIncome(fund_id=1, on_date=day, rate=rate, source="operator:1", published_at=unit.now))


async def _close_a_year(units: Units, days: list[date]) -> None:
    for day in days:
        async with units.begin() as unit:
            if unit.open_on == day:
                await ledger.move_date(unit, day + timedelta(days=1))
        await pay_incomes(units, day)
        async with units.begin() as unit:
            await ledger.seal_day(unit, day)


async def _told(units: Units, customer_id: int, rhythm: str) -> None:
    async with units.begin() as unit:
        await customers.choose_income_notice(unit, customer_id, rhythm)
