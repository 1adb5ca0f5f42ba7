"""Plans lived through by the day: fixed sums, goals, round-ups; money that is not there, holidays, an outage."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import text

from finance_core.business_day.tick import run_due
from finance_core.change_plus import queries as wealth
from finance_core.change_plus.product import fund_on_sale
from finance_core.customers.models import Customer
from finance_core.deposits import queries as deposits
from finance_core.journeys.plans import queries, service, targets
from finance_core.journeys.plans.models import Plan, PlanState
from finance_core.journeys.plans.rules import Every
from finance_core.journeys.plans.running import RUN, run_plans
from finance_core.journeys.plans.service import Wanted, towards
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.kernel.money import Money
from finance_core.lines import CALENDAR
from finance_core.loans.origination import signing
from finance_core.notices.content import opened
from finance_core.storage.unit import Units
from finance_core.suitability.queries import shown_for
from finance_core.suitability.service import assess
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import CIPHER, SHANGHAI, a_customer, balance, live, the_catalogue, verified, yuan
from tests.funds import BONDS, an_investor, answers_for

FRIDAY = date(2026, 3, 13)
APRIL = date(2026, 4, 10)
"""Two days before the first instalment of a loan of 12 March."""


@pytest.fixture
def units(cloned_units: Units) -> Units:
    """Units that really commit: weeks in one outer transaction pile up savepoints, which slow each other down."""
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


async def makes(units: Units, customer: Customer, wanted: Wanted, key: str = "plan") -> Plan:
    async with units.begin() as unit:
        return await service.make(unit, CIPHER, customer.id, wanted, f"{key}:{customer.id}")


def weekly(amount: str | int, first_on: date = FRIDAY, **more: Any) -> Wanted:
    return Wanted(yuan(amount), Every.WEEK, first_on, **more)


async def rounds_up(units: Units, customer: Customer, step: str | int = 1) -> Plan:
    async with units.begin() as unit:
        return await service.round_up_sends(unit, customer.id, yuan(step), f"rounds:{customer.id}")


async def sends(units: Units, customer: Customer, payee: Customer, amount: str, token: str) -> None:
    """Send money that is taken at once: what nobody takes comes back after a day, and is not rounded up."""
    async with units.begin() as unit:
        await wallet.send(unit, CIPHER, customer.id, payee.id, yuan(amount), "", token)
    async with units.begin() as unit:
        await wallet.accept(unit, token, payee.id)


async def now(units: Units, plan: Plan) -> Plan:
    async with units.begin() as unit:
        return await queries.by_id(unit, plan.id, plan.customer_id)


async def runs(units: Units, plan: Plan) -> list[tuple[str, str, int, str | None]]:
    """Return each run as (due on, ran on, amount, what was missing), oldest first."""
    async with units.begin() as unit:
        found = await queries.last_runs(unit, plan.id, limit=100)
    return [(f"{run.due_on:%m-%d}", f"{run.ran_on:%m-%d}", run.amount, run.missing) for run in reversed(found)]


async def in_change_plus(units: Units, customer: Customer) -> Money:
    async with units.begin() as unit:
        held = await wealth.position(unit, await fund_on_sale(unit), customer.id)
    return held.total - held.earned


async def told(units: Units, kind: str) -> list[dict[str, Any]]:
    async with units.begin() as unit:
        query = text("SELECT params FROM outbox WHERE kind = :kind ORDER BY id")
        return list(await unit.session.scalars(query, {"kind": kind}))


async def begin_on(units: Units, clock: ManualClock, on: date) -> None:
    """Begin the (empty) book at 10:00 of another day."""
    clock.set(datetime.combine(on, time(10), tzinfo=SHANGHAI))
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET open_on = :on WHERE id = 1"), {"on": on})


# -- fixed sums ---------------------------------------------------------------------------------------------------


async def test_a_weekly_sum_is_put_aside_on_its_day_at_nine(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1000)
    plan = await makes(units, ana, weekly(100))
    await live(units, clock, until="2026-03-13 08:59")
    assert await balance(units, ana) == yuan(1000)
    await live(units, clock, until="2026-03-20 09:01")
    assert await balance(units, ana) == yuan(800)
    assert await in_change_plus(units, ana) == yuan(200)
    assert await runs(units, plan) == [("03-13", "03-13", 10_000, None), ("03-20", "03-20", 10_000, None)]
    assert (await now(units, plan)).saved == 20_000
    await verified(units)


async def test_before_a_due_day_that_would_be_short_a_plan_warns_or_skips_as_its_owner_chose(
    units: Units, clock: ManualClock
) -> None:
    people = {choice: await a_customer(units, choice.capitalize(), money=600) for choice in ("warn", "skip", "plus")}
    plans = {choice: await makes(units, person, weekly(100, APRIL)) for choice, person in people.items()}
    for choice, person in people.items():
        await borrows_and_spends(units, person, from_change_plus=choice == "plus")
    async with units.begin() as unit:
        await service.turn_near_due(unit, plans["skip"].id, people["skip"].id)
    await live(units, clock, until="2026-04-10 09:01")
    assert {choice: await runs(units, plan) for choice, plan in plans.items()} == {
        "warn": [("04-10", "04-10", 10_000, None)],
        "skip": [("04-10", "04-10", 10_000, "due")],
        "plus": [("04-10", "04-10", 10_000, None)],
    }
    [warned] = await told(units, "plan.short_for_due")
    assert (warned["due"]["amount"], warned["due_on"], warned["lacking"]["amount"]) == (52_713, "2026-04-12", 2_713)
    [skipped] = await told(units, "plan.missed")
    assert (skipped["missing"], skipped["due"]["amount"], skipped["due_on"]) == ("due", 52_713, "2026-04-12")
    assert await balance(units, people["skip"]) == yuan(600)
    await verified(units)


async def borrows_and_spends(units: Units, customer: Customer, *, from_change_plus: bool) -> None:
    async with units.begin() as unit:
        await signing.sign(
            unit, customer.id, yuan(3_000), 6, f"loan:{customer.id}", automatic_debit=True,
            from_change_plus=from_change_plus,
        )  # fmt: skip
    async with units.begin() as unit:
        await wallet.withdraw(unit, customer.id, yuan(3_000), f"spent:{customer.id}", SANDBOX)


async def test_a_plan_on_the_31st_runs_on_dealing_days(units: Units, clock: ManualClock) -> None:
    """30 April; 31 May is a Sunday, so on 1 June; 30 June next."""
    await begin_on(units, clock, date(2026, 4, 29))
    ana = await a_customer(units, money=1000)
    wanted = Wanted(yuan(200), Every.MONTH, date(2026, 4, 30), due_day=31)
    plan = await makes(units, ana, wanted)
    await live(units, clock, until="2026-06-01 09:01")
    assert await runs(units, plan) == [
        ("04-30", "04-30", 20_000, None),
        ("05-31", "06-01", 20_000, None),
    ]
    assert (await now(units, plan)).next_on == date(2026, 6, 30)
    await verified(units)


async def test_due_days_that_meet_after_a_long_holiday_are_one_run(units: Units, clock: ManualClock) -> None:
    """1 to 7 October is closed: Thursday the 1st runs on the 8th, which is due itself."""
    await begin_on(units, clock, date(2026, 9, 24))
    ana = await a_customer(units, money=1000)
    plan = await makes(units, ana, weekly(100, date(2026, 10, 1)))
    await live(units, clock, until="2026-10-09 12:00")
    assert await runs(units, plan) == [("10-01", "10-08", 10_000, None)]
    assert (await now(units, plan)).next_on == date(2026, 10, 15)


def test_loans_are_debited_before_plans_run() -> None:
    steps = [step.name for step in CALENDAR.steps if step.at == RUN.at]
    assert steps.index("loans.debit") < steps.index("change_plus.debit_due") < steps.index("plans.run")


async def test_where_the_money_is_missing_nothing_is_owed_and_the_next_time_is_tried(
    units: Units, clock: ManualClock
) -> None:
    ana = await a_customer(units, money=99)
    plan = await makes(units, ana, weekly(100))
    await live(units, clock, until="2026-03-13 09:01")
    assert await runs(units, plan) == [("03-13", "03-13", 10_000, "money")]
    assert await balance(units, ana) == yuan(99)
    [notice] = await told(units, "plan.missed")
    assert (notice["missing"], notice["again_on"]) == ("money", "2026-03-20")
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(1000), "wages", SANDBOX)
    await live(units, clock, until="2026-03-20 09:01")
    assert (await runs(units, plan))[1] == ("03-20", "03-20", 10_000, None)
    assert (await now(units, plan)).missed_on is None
    await verified(units)


async def test_a_limit_of_where_it_goes_is_told_and_nothing_moves(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=20_000)
    first = await makes(units, ana, weekly(9_950))
    plan = await makes(units, ana, weekly(100), key="beyond")
    await live(units, clock, until="2026-03-13 09:01")
    assert await balance(units, ana) == yuan(10_050)
    assert [run[3] for run in (*await runs(units, first), *await runs(units, plan))] == [None, "limit"]
    await verified(units)


async def test_a_step_that_runs_twice_moves_money_once(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1000)
    await makes(units, ana, weekly(100))
    await live(units, clock, until="2026-03-13 09:01")
    await run_plans(units, FRIDAY)
    await run_plans(units, FRIDAY)
    assert await balance(units, ana) == yuan(900)


async def test_after_an_outage_of_ten_days_what_was_missed_is_made_up_once(units: Units, clock: ManualClock) -> None:
    """Due on the 13th and the 20th, alive again on Monday the 23rd."""
    ana = await a_customer(units, money=1000)
    plan = await makes(units, ana, weekly(100))
    clock.set(datetime(2026, 3, 23, 12, tzinfo=SHANGHAI))
    await run_due(units, CALENDAR)
    assert await runs(units, plan) == [("03-13", "03-23", 10_000, None)]
    assert (await now(units, plan)).next_on == date(2026, 3, 27)
    assert await balance(units, ana) == yuan(900)
    await verified(units)


async def test_a_plan_may_open_a_deposit_each_time(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1000)
    await makes(units, ana, weekly(100, target=targets.deposit_target(90)))
    await live(units, clock, until="2026-03-20 09:01")
    async with units.begin() as unit:
        ladder = await deposits.ladder(unit, ana.id)
    assert [(rung.deposit.matures_on, rung.principal) for rung in ladder] == [
        (date(2026, 6, 11), yuan(100)),
        (date(2026, 6, 18), yuan(100)),
    ]
    await verified(units)


async def test_a_plan_may_buy_a_fund_that_fits_and_each_sale_keeps_the_plans_card(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = await an_investor(units, money=1000, risk_class=2), await a_customer(units, "Bo", money=1000)
    wanted = weekly(100, target=targets.fund_target(BONDS), shown={"language": "en", "text": "100 every Friday"})
    with pytest.raises(NotAllowed, match="suitability"):
        await makes(units, bo, wanted)
    plan = await makes(units, ana, wanted)
    await live(units, clock, until="2026-03-13 09:01")
    assert await runs(units, plan) == [("03-13", "03-13", 10_000, None)]
    assert await balance(units, ana) == yuan(900)
    async with units.begin() as unit:
        kept = await shown_for(unit, f"plan:{plan.id}:2026-03-13")
        urgency = await unit.session.scalar(
            text("SELECT urgency FROM outbox WHERE customer_id = :ana AND kind = 'receipt.fund_subscription'"),
            {"ana": ana.id},
        )
    assert urgency == "system", "nobody's own act: it waits for the morning of the person's own time"
    assert kept is not None
    assert (kept.language, kept.text) == ("en", "100 every Friday")
    await verified(units)


async def test_a_plan_whose_owner_has_no_class_any_more_says_so_and_buys_nothing(
    units: Units, clock: ManualClock
) -> None:
    ana = await an_investor(units, money=1000, risk_class=2)
    wanted = weekly(100, target=targets.fund_target(BONDS), shown={"language": "en", "text": "100 every Friday"})
    plan = await makes(units, ana, wanted)
    async with units.begin() as unit:
        await assess(unit, ana.id, answers_for(1))
    await live(units, clock, until="2026-03-13 09:01")
    assert await runs(units, plan) == [("03-13", "03-13", 10_000, "class")]
    assert await balance(units, ana) == yuan(1000)
    await verified(units)


async def test_paused_it_rests_and_resumed_it_makes_nothing_up(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1000)
    plan = await makes(units, ana, weekly(100))
    async with units.begin() as unit:
        await service.pause(unit, plan.id, ana.id)
    await live(units, clock, until="2026-03-24 12:00")
    async with units.begin() as unit:
        await service.resume(unit, plan.id, ana.id)
    await live(units, clock, until="2026-03-27 09:01")
    assert await runs(units, plan) == [("03-27", "03-27", 10_000, None)]


async def test_stopped_it_stays_stopped(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1000)
    plan = await makes(units, ana, weekly(100))
    async with units.begin() as unit:
        await service.stop(unit, plan.id, ana.id)
    async with units.begin() as unit:
        assert (await service.stop(unit, plan.id, ana.id)).state == PlanState.STOPPED
        with pytest.raises(Conflict, match="plan_ended"):
            await service.resume(unit, plan.id, ana.id)
    await live(units, clock, until="2026-03-14 12:00")
    assert await balance(units, ana) == yuan(1000)


async def test_a_plan_that_could_never_run_is_refused(units: Units) -> None:
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    with pytest.raises(InvalidInput, match="plan_amount_range"):
        await makes(units, ana, weekly("0.99"))
    with pytest.raises(InvalidInput, match="plan_amount_range"):
        await makes(units, ana, weekly(49, target=targets.deposit_target(90)))
    with pytest.raises(InvalidInput, match="deposit_days"):
        await makes(units, ana, weekly(100, target=targets.deposit_target(45)))
    with pytest.raises(InvalidInput, match="plan_target"):
        await makes(units, ana, weekly(100, target="lottery"))
    with pytest.raises(InvalidInput, match="plan_goal_day"):
        await makes(units, ana, weekly(100, goal=yuan(200), goal_on=date(2026, 3, 12)))
    plan = await makes(units, ana, weekly(100))
    async with units.begin() as unit:
        with pytest.raises(NotFound, match="plan"):
            await service.stop(unit, plan.id, bo.id)


async def test_at_most_ten_plans_a_person_and_none_for_a_minor(units: Units) -> None:
    ana = await a_customer(units)
    for number in range(10):
        await makes(units, ana, weekly(10), key=f"plan {number}")
    with pytest.raises(RuleViolation, match="plan_too_many"):
        await makes(units, ana, weekly(10), key="one more")
    bo = await a_customer(units, "Bo")
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE customer SET adult_confirmed_at = NULL"))
    with pytest.raises(NotAllowed, match="adult_unconfirmed"):
        await makes(units, bo, weekly(10))


# -- goals --------------------------------------------------------------------------------------------------------


async def test_a_goal_says_what_it_takes_and_ends_when_it_is_full(units: Units, clock: ManualClock) -> None:
    """500 by 1 April: Fridays 13, 20 and 27 March, 167 a week; the last takes 166."""
    ana = await a_customer(units, money=1000)
    wanted = towards(yuan(500), date(2026, 4, 1), Every.WEEK, date(2026, 3, 12), "a phone")
    assert (wanted.amount, wanted.first_on) == (yuan(167), FRIDAY)
    plan = await makes(units, ana, wanted)
    await live(units, clock, until="2026-03-20 12:00")
    async with units.begin() as unit:
        so_far = queries.progress(unit, CIPHER, await queries.by_id(unit, plan.id, ana.id))
    assert (so_far.saved, so_far.goal, so_far.times_left, so_far.needed) == (yuan(334), yuan(500), 1, yuan(166))
    await live(units, clock, until="2026-04-04 12:00")
    ended = await now(units, plan)
    assert (ended.state, ended.saved, ended.ended_on) == (PlanState.REACHED, 50_000, date(2026, 3, 27))
    assert await balance(units, ana) == yuan(500)
    [notice] = await told(units, "plan.reached")
    assert opened(notice, CIPHER)["goal"] == "a phone"
    await verified(units)


async def test_what_was_missed_is_spread_over_the_rest_when_its_owner_says_so(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    plan = await makes(units, ana, towards(yuan(500), date(2026, 4, 1), Every.WEEK, date(2026, 3, 12)))
    await live(units, clock, until="2026-03-13 12:00")
    async with units.begin() as unit:
        needed = queries.progress(unit, CIPHER, await queries.by_id(unit, plan.id, ana.id)).needed
        assert needed == yuan(250)
        await service.change_amount(unit, plan.id, ana.id, needed)
        await wallet.topup(unit, ana.id, yuan(500), "wages", SANDBOX)
    await live(units, clock, until="2026-03-27 12:00")
    assert (await now(units, plan)).state == PlanState.REACHED
    assert await in_change_plus(units, ana) == yuan(500)


async def test_a_goal_whose_day_no_due_day_precedes_is_refused() -> None:
    with pytest.raises(InvalidInput, match="plan_goal_day"):
        towards(yuan(500), date(2026, 3, 12), Every.WEEK, date(2026, 3, 12))


# -- round-ups ----------------------------------------------------------------------------------------------------


async def test_a_days_sends_are_rounded_up_the_next_morning(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units, money=1000), await a_customer(units, "Bo")
    await sends(units, ana, bo, "9.10", "before")
    clock.advance(minutes=1)
    plan = await rounds_up(units, ana)
    for number, amount in enumerate(("12.30", "5", "0.01")):
        await sends(units, ana, bo, amount, f"send {number}")
    left = await balance(units, ana)
    await live(units, clock, until="2026-03-13 09:01")
    assert await balance(units, ana) == left - yuan("1.69")
    assert await in_change_plus(units, ana) == yuan("1.69")
    await live(units, clock, until="2026-03-16 12:00")
    assert await runs(units, plan) == [("03-13", "03-13", 169, None)]
    await verified(units)


async def test_crumbs_gather_until_they_can_be_put_in(units: Units, clock: ManualClock) -> None:
    """Change Plus takes 1.00 at least; over a weekend nothing is swept."""
    ana, bo = await a_customer(units, money=1000), await a_customer(units, "Bo")
    plan = await rounds_up(units, ana)
    await sends(units, ana, bo, "10.40", "first")
    await live(units, clock, until="2026-03-13 12:00")
    assert await runs(units, plan) == []
    await sends(units, ana, bo, "10.50", "second")
    await live(units, clock, until="2026-03-16 09:01")
    assert await runs(units, plan) == [("03-16", "03-16", 110, None)]


async def test_a_send_that_came_back_is_not_rounded_up(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units, money=1000), await a_customer(units, "Bo")
    plan = await rounds_up(units, ana, 10)
    await sends(units, ana, bo, "12.30", "stays")
    async with units.begin() as unit:
        await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(44), "", "comes back")
    async with units.begin() as unit:
        await wallet.cancel(unit, "comes back", ana.id)
    await live(units, clock, until="2026-03-13 09:01")
    assert await runs(units, plan) == [("03-13", "03-13", 770, None)]


async def test_without_money_round_ups_wait_and_that_is_told_once(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units, money="12.30"), await a_customer(units, "Bo")
    plan = await rounds_up(units, ana, 10)
    await sends(units, ana, bo, "12.30", "all of it")
    await live(units, clock, until="2026-03-16 12:00")
    assert [run[3] for run in await runs(units, plan)] == ["money", "money"]
    assert len(await told(units, "plan.missed")) == 1
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(50), "wages", SANDBOX)
    await live(units, clock, until="2026-03-17 12:00")
    assert await balance(units, ana) == yuan("42.30")
    await verified(units)


async def test_round_ups_are_made_once_a_person(units: Units) -> None:
    ana = await a_customer(units)
    first = await rounds_up(units, ana)
    assert (await rounds_up(units, ana)).id == first.id
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="plan_rounds_up"):
            await service.round_up_sends(unit, ana.id, yuan(10), "another")
