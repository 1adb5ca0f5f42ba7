"""The life of money in Change Plus: put in, confirmed, earning, taken out; every day's book verifies."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from finance_core import ledger
from finance_core.change_plus import publishing, queries
from finance_core.change_plus.models import FundIncome
from finance_core.change_plus.product import fund_on_sale
from finance_core.change_plus.rules import income
from finance_core.change_plus.service import Speed
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import (
    InsufficientFunds,
    InvalidInput,
    NotAllowed,
    RuleViolation,
    TemporarilyUnavailable,
)
from finance_core.kernel.money import Money
from finance_core.loans.contact.notices import DueToday
from finance_core.loans.origination import signing
from finance_core.loans.repayment.notices import ShortDebit
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import a_customer, a_loan, balance, live, the_catalogue, verified, yuan
from tests.notices import written
from tests.wealth_cases import begin_on, new_terms, position, put_in, take_out


@pytest.fixture
def units(cloned_units: Units) -> Units:
    """Units that really commit: months in one outer transaction pile up savepoints, which slow each other down."""
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


async def an_independent_income(units: Units, first_on: date, days: int, units_held: int) -> tuple[int, Decimal]:
    """Compute what `units_held` earn over days of compounding, from r alone."""
    async with units.begin() as unit:
        fund = await fund_on_sale(unit)
    carry = Decimal(0)
    for ahead in range(days):
        rate = fund.computed_income(first_on + timedelta(days=ahead))
        assert rate is not None
        share = income(units_held, rate, carry)
        units_held, carry = units_held + share.paid, share.carry
    return units_held, carry


# -- in -----------------------------------------------------------------------------------------------------------


async def test_money_put_in_waits_then_earns_from_the_next_dealing_day(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=800)
    made = await put_in(units, ana, 500)
    assert (made.dates.confirm_on, made.dates.seen_on) == (date(2026, 3, 13), date(2026, 3, 14))
    assert made.balance == yuan(300)
    assert (await position(units, ana)).on_the_way_in == yuan(500)
    await live(units, clock, until="2026-03-13 08:31")
    held = await position(units, ana)
    assert (held.confirmed, held.on_the_way_in, held.earned) == (yuan(500), yuan(0), yuan(0))
    await verified(units)
    await live(units, clock, until="2026-03-14 08:01")
    held = await position(units, ana)
    expected, carry = await an_independent_income(units, date(2026, 3, 13), 1, 50_000)
    assert (held.confirmed.amount, held.carry) == (expected, carry)
    assert held.yesterday == held.earned == Money(expected - 50_000, yuan(0).asset)
    await verified(units)


async def test_the_same_order_twice_is_one_order(units: Units) -> None:
    ana = await a_customer(units, money=800)
    first = await put_in(units, ana, 500)
    assert await put_in(units, ana, 500) == first
    assert (await position(units, ana)).on_the_way_in == yuan(500)
    await verified(units)


async def test_an_order_beyond_the_wallet_is_refused(units: Units) -> None:
    ana = await a_customer(units, money=100)
    with pytest.raises(InsufficientFunds):
        await put_in(units, ana, 500)
    await verified(units)


async def test_an_order_below_the_minimum_is_refused(units: Units) -> None:
    with pytest.raises(InvalidInput, match="change_plus_minimum"):
        await put_in(units, await a_customer(units, money=100), "0.99")


async def test_the_tiers_limit_counts_what_is_on_the_way(units: Units) -> None:
    ana = await a_customer(units, money=20_000)
    await put_in(units, ana, 9_000)
    with pytest.raises(RuleViolation, match="change_plus_limit") as refused:
        await put_in(units, ana, "1000.01", "more")
    assert refused.value.details["held"] == yuan(9_000)
    assert refused.value.details["next_tier"] == 2
    await put_in(units, ana, 1_000, "just so much")


async def test_the_holding_cap_binds_where_the_tier_does_not(units: Units) -> None:
    ana = await a_customer(units, tier=2, money=600_000)
    with pytest.raises(RuleViolation, match="change_plus_limit"):
        await put_in(units, ana, 500_001)
    await put_in(units, ana, 500_000)
    await verified(units)


async def test_who_is_not_known_to_be_adult_signs_no_first_contract(units: Units) -> None:
    ana = await a_customer(units, money=100)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE customer SET adult_confirmed_at = NULL"))
    with pytest.raises(NotAllowed, match="adult_unconfirmed"):
        await put_in(units, ana, 50)


async def test_the_funds_day_quota_is_refused_until_somebody_takes_back_or_the_day_ends(
    units: Units, clock: ManualClock
) -> None:
    await new_terms(units, day_quota="1000")
    ana, bo = await a_customer(units, money=2_000), await a_customer(units, "Bo", money=2_000)
    await put_in(units, ana, 800)
    with pytest.raises(TemporarilyUnavailable, match="fund_day_quota") as refused:
        await put_in(units, bo, 300)
    assert refused.value.details["left"] == yuan(200)
    await take_out(units, ana, 100)
    await put_in(units, bo, 300)
    await live(units, clock, until="2026-03-13 00:01")
    await put_in(units, bo, 1000, "tomorrow")
    await verified(units)


# -- out ----------------------------------------------------------------------------------------------------------


async def test_unconfirmed_money_comes_back_first_and_outside_the_quota(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=2_000)
    await put_in(units, ana, 500)
    await live(units, clock, until="2026-03-13 10:00")
    await put_in(units, ana, 300, "second")
    taken = await take_out(units, ana, 400)
    assert (taken.at_once, taken.later, taken.balance) == (yuan(400), yuan(0), yuan(1_600))
    held = await position(units, ana)
    assert (held.confirmed, held.on_the_way_in) == (yuan(400), yuan(0))
    async with units.begin() as unit:
        assert await queries.fast_left(unit, await fund_on_sale(unit), ana.id) == yuan(9_900)
    await verified(units)
    await live(units, clock, until="2026-03-17 12:00")
    await verified(units)


async def test_a_part_of_an_unconfirmed_order_is_taken_back_and_the_rest_is_confirmed(
    units: Units, clock: ManualClock
) -> None:
    ana = await a_customer(units, money=500)
    await put_in(units, ana, 500)
    await take_out(units, ana, 200)
    await live(units, clock, until="2026-03-13 09:00")
    assert (await position(units, ana)).confirmed == yuan(300)
    assert await balance(units, ana) == yuan(200)
    await verified(units)


async def test_units_taken_out_at_once_earn_nothing_that_day(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1_000)
    await put_in(units, ana, 1_000)
    await live(units, clock, until="2026-03-13 23:00")
    await take_out(units, ana, 600)
    await live(units, clock, until="2026-03-14 08:01")
    expected, _ = await an_independent_income(units, date(2026, 3, 13), 1, 40_000)
    assert (await position(units, ana)).confirmed.amount == expected
    await verified(units)


async def test_the_fund_pays_back_on_the_next_dealing_day_what_was_advanced(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1_000)
    await put_in(units, ana, 1_000)
    await live(units, clock, until="2026-03-13 10:00")
    await take_out(units, ana, 600)
    await live(units, clock, until="2026-03-15 23:00")
    async with units.begin() as unit:
        assert await ledger.balance(unit, ledger.Account("1200", 1)) == yuan(600)
    await verified(units)
    await live(units, clock, until="2026-03-16 08:31")
    async with units.begin() as unit:
        assert await ledger.balance(unit, ledger.Account("1200", 1)) == yuan(0)
    await verified(units)


async def test_two_fast_ones_over_the_quota_are_not_both_paid(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, tier=2, money=30_000)
    await put_in(units, ana, 30_000)
    await live(units, clock, until="2026-03-13 10:00")
    await take_out(units, ana, 6_000)
    with pytest.raises(RuleViolation, match="fast_quota") as refused:
        await take_out(units, ana, 6_000, "again")
    assert refused.value.details["left"] == yuan(4_000)
    await live(units, clock, until="2026-03-14 10:00")
    await take_out(units, ana, 6_000, "tomorrow")
    await verified(units)


async def test_taking_out_more_than_there_is_names_what_there_is(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1_000)
    await put_in(units, ana, 700)
    with pytest.raises(RuleViolation, match="change_plus_short") as refused:
        await take_out(units, ana, "700.01")
    assert refused.value.details["available"] == yuan(700)


async def test_the_same_take_out_twice_is_one(units: Units) -> None:
    ana = await a_customer(units, money=1_000)
    await put_in(units, ana, 700)
    assert await take_out(units, ana, 300) == await take_out(units, ana, 300)
    assert await balance(units, ana) == yuan(600)
    await verified(units)


async def test_a_standard_redemption_of_friday_keeps_the_weekends_income(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, tier=2, money=50_000)
    await put_in(units, ana, 50_000)
    await live(units, clock, until="2026-03-13 10:00")
    taken = await take_out(units, ana, 40_000, speed=Speed.STANDARD)
    assert (taken.at_once, taken.later, taken.pays_on) == (yuan(0), yuan(40_000), date(2026, 3, 16))
    assert (await position(units, ana)).on_the_way_out == yuan(40_000)
    await verified(units)
    await live(units, clock, until="2026-03-16 08:29")
    expected, _ = await an_independent_income(units, date(2026, 3, 13), 3, 5_000_000)
    assert (await position(units, ana)).total.amount == expected
    await live(units, clock, until="2026-03-16 08:31")
    assert await balance(units, ana) == yuan(40_000)
    assert (await position(units, ana)).total.amount == expected - 4_000_000
    await live(units, clock, until="2026-03-17 09:00")
    earned_monday, _ = await an_independent_income(units, date(2026, 3, 16), 1, expected - 4_000_000)
    assert abs((await position(units, ana)).total.amount - earned_monday) <= 1  # the carry may make a cent
    await verified(units)


# -- days ---------------------------------------------------------------------------------------------------------


async def test_weeks_of_income_are_what_an_independent_computation_says(units: Units, clock: ManualClock) -> None:
    people = {100: await a_customer(units, money=1), 123_457: await a_customer(units, "Bo", money="1234.57")}
    rich = await a_customer(units, "Cy", tier=2, money=400_000)
    people[40_000_000] = rich
    for held, person in people.items():
        await put_in(units, person, f"{held / 100:.2f}")
    await live(units, clock, until="2026-04-03 12:00")
    for held, person in people.items():
        now = await position(units, person)
        assert (now.confirmed.amount, now.carry) == await an_independent_income(units, date(2026, 3, 13), 21, held)
    await verified(units)


async def test_over_the_long_holiday_nothing_is_confirmed_and_everything_earns(
    units: Units, clock: ManualClock
) -> None:
    await begin_on(units, clock, date(2026, 9, 28))
    ana = await a_customer(units, money=9_000)
    await put_in(units, ana, 5_000)
    await live(units, clock, until="2026-09-30 16:00")
    made = await put_in(units, ana, 1_000, "into the holiday")
    assert made.dates.confirm_on == date(2026, 10, 9)
    await live(units, clock, until="2026-10-08 12:00")
    before = await position(units, ana)
    assert before.on_the_way_in == yuan(1_000)
    assert before.yesterday > yuan(0)
    await live(units, clock, until="2026-10-09 12:00")
    assert (await position(units, ana)).on_the_way_in == yuan(0)
    await verified(units)


async def test_a_year_ends_and_the_next_goes_on(units: Units, clock: ManualClock) -> None:
    await begin_on(units, clock, date(2026, 12, 24))
    ana, bo = await a_customer(units, money=8_000), await a_customer(units, "Bo", money=4_321)
    await put_in(units, ana, 8_000)
    await put_in(units, bo, "4320.99")
    await live(units, clock, until="2027-01-06 12:00")
    now = await position(units, ana)
    assert (now.confirmed.amount, now.carry) == await an_independent_income(units, date(2026, 12, 25), 12, 800_000)
    await verified(units)
    async with units.begin() as unit:
        lines = {line.code: line.closing for line in await ledger.trial_balance(unit, date(2027, 1, 5))}
        earned = sum((await unit.session.scalars(select(FundIncome.income))).all())
    assert now.earned.amount + (await position(units, bo)).earned.amount + lines["F2050"] == earned
    assert lines["F4010"] == 0
    assert lines["F2050"] in (0, 1)


async def test_days_without_the_scheduler_pay_what_each_day_would_have(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=8_000)
    await put_in(units, ana, 8_000)
    await live(units, clock, until="2026-03-14 12:00")
    clock.advance(days=5)
    await live(units, clock, until="2026-03-19 12:01")
    now = await position(units, ana)
    assert (now.confirmed.amount, now.carry) == await an_independent_income(units, date(2026, 3, 13), 6, 800_000)
    await verified(units)


async def test_an_income_that_nobody_published_holds_the_funds_step_and_is_made_up_later(
    units: Units, clock: ManualClock
) -> None:
    await new_terms(units, portfolio_yield=None, portfolio=None)
    ana = await a_customer(units, money=9_000)
    await put_in(units, ana, 8_000)
    await live(units, clock, until="2026-03-15 12:00")
    async with units.begin() as unit:
        held = (await unit.session.execute(text("SELECT on_date, note FROM day_step WHERE state = 'held'"))).all()
        fund = await fund_on_sale(unit)
        assert await queries.yields(unit, fund) is None
        for day in range(12, 16):
            await publishing.publish_income(unit, fund, date(2026, 3, day), Decimal("0.2304"), "operator:1")
    assert (held[0].on_date, held[0].note) == (date(2026, 3, 12), "the income of change_plus for 2026-03-12")
    await take_out(units, ana, 1_000)
    await live(units, clock, until="2026-03-16 07:00")
    # 8,000.00 at .2304 earn 0.18432 on the 13th and the 14th, paid on the 15th, when 7,000.36 earn 0.16128829
    now = await position(units, ana)
    assert (now.earned, now.yesterday, now.carry) == (yuan("0.52"), yuan("0.16"), Decimal("0.00992829"))
    await verified(units)


async def test_a_negative_day_takes_units_and_the_book_still_agrees(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units, money=8_000), await a_customer(units, "Bo", money=77)
    await put_in(units, ana, 8_000)
    await put_in(units, bo, 77)
    await live(units, clock, until="2026-03-14 12:00")
    async with units.begin() as unit:
        fund = await fund_on_sale(unit)
        await publishing.publish_income(unit, fund, date(2026, 3, 14), Decimal("-0.9"), "operator:1")
    await live(units, clock, until="2026-03-15 12:00")
    assert (await position(units, ana)).yesterday == yuan("-0.71")
    await verified(units)


@pytest.mark.parametrize(("rate", "code"), [("0.23041", "income_form"), ("5.0001", "income_absurd")])
async def test_an_income_that_cannot_be_meant_is_refused(units: Units, rate: str, code: str) -> None:
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match=code):
            await publishing.publish_income(
                unit, await fund_on_sale(unit), date(2026, 3, 12), Decimal(rate), "operator:1"
            )


# -- with loans and notices ---------------------------------------------------------------------------------------


async def test_what_comes_out_is_tried_on_what_is_overdue(units: Units, clock: ManualClock) -> None:
    ana = await _a_borrower_with_change_plus(units, from_change_plus=False)
    await live(units, clock, until="2026-04-13 12:00")
    assert (await position(units, ana)).confirmed > yuan(3_000)
    await take_out(units, ana, 600)
    assert yuan(0) < await balance(units, ana) < yuan(100)
    await verified(units)


async def test_an_instalment_is_paid_from_change_plus_where_the_contract_agrees(
    units: Units, clock: ManualClock
) -> None:
    ana = await _a_borrower_with_change_plus(units, from_change_plus=True)
    await live(units, clock, until="2026-04-12 08:59")
    before = (await position(units, ana)).total
    await live(units, clock, until="2026-04-12 09:01")
    after = (await position(units, ana)).total
    assert yuan(500) < before - after < yuan(540)
    async with units.begin() as unit:
        settled = await unit.session.scalar(text("SELECT settled_on FROM instalment WHERE nr = 1"))
    assert settled == date(2026, 4, 12)
    assert await balance(units, ana) == yuan(0)
    await verified(units)


@pytest.mark.parametrize("agreed", [True, False])
async def test_a_debit_that_falls_short_has_taken_what_change_plus_may_give(
    units: Units, clock: ManualClock, *, agreed: bool
) -> None:
    ana = await a_customer(units, money=200)
    await a_loan(units, ana, from_change_plus=agreed)
    async with units.begin() as unit:
        await wallet.withdraw(unit, ana.id, yuan(2_900), "spent", SANDBOX)
    await put_in(units, ana, 250)
    await live(units, clock, until="2026-04-12 08:30")
    held = (await position(units, ana)).can_leave
    [reminder] = await written(units, DueToday)
    assert isinstance(reminder, DueToday)
    assert (reminder.wallet, reminder.change_plus, reminder.from_change_plus) == (yuan(50), held, agreed)
    await live(units, clock, until="2026-04-12 09:01")
    [told] = await written(units, ShortDebit)
    assert isinstance(told, ShortDebit)
    assert told.taken == (yuan(50) + held if agreed else yuan(50))
    assert told.taken + told.missing == yuan("527.13")
    await verified(units)


async def test_the_morning_tells_yesterdays_income_as_each_prefers(units: Units, clock: ManualClock) -> None:
    people = {
        rhythm: await a_customer(units, rhythm.capitalize(), money=8_000) for rhythm in ("daily", "weekly", "off")
    }
    async with units.begin() as unit:
        for rhythm, person in people.items():
            await unit.session.execute(
                text("UPDATE customer SET income_notice = :rhythm WHERE id = :id"), {"rhythm": rhythm, "id": person.id}
            )
    for person in people.values():
        await put_in(units, person, 8_000)
    await live(units, clock, until="2026-03-23 08:30")
    told = {rhythm: await _told(units, person) for rhythm, person in people.items()}
    assert [params["day_on"] for _, params in told["daily"]] == [f"2026-03-{day}" for day in range(13, 23)]
    assert {params["sum"]["amount"] for _, params in told["daily"]} <= {18, 19}
    week = [(kind, params["first_on"], params["last_on"]) for kind, params in told["weekly"]]
    assert week == [
        ("wealth.income_week", "2026-03-09", "2026-03-15"),
        ("wealth.income_week", "2026-03-16", "2026-03-22"),
    ]
    last_week = [params["sum"]["amount"] for _, params in told["daily"]][3:]
    assert told["weekly"][1][1]["sum"]["amount"] == sum(last_week)
    assert told["off"] == []


async def _a_borrower_with_change_plus(units: Units, *, from_change_plus: bool) -> Customer:
    ana = await a_customer(units, money=1_000)
    async with units.begin() as unit:
        await signing.sign(
            unit, ana.id, yuan(3_000), 6, "a loan", automatic_debit=True, from_change_plus=from_change_plus
        )
    await put_in(units, ana, 4_000)
    return ana


async def _told(units: Units, customer: Customer) -> list[tuple[str, dict[str, Any]]]:
    query = text("SELECT kind, params FROM outbox WHERE customer_id = :id AND kind LIKE 'wealth.%' ORDER BY id")
    async with units.begin() as unit:
        return [(row.kind, row.params) for row in await unit.session.execute(query, {"id": customer.id})]
