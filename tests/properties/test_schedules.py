"""What holds for any terms, and for any payments in any order."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from finance_core.kernel.day_counts import DayCount
from finance_core.kernel.money import CNY, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.kernel.rounding import Rounding
from finance_core.loans.rules.repayments import Event, EventKind, Outcome, after
from finance_core.loans.rules.schedule import Schedule, full_schedule, schedule
from finance_core.loans.rules.terms import (
    InterestBy,
    Method,
    Prepayment,
    Recalculation,
    SettleInterest,
    Style,
    Terms,
    Tranche,
)

START = date(2024, 1, 31)


@st.composite
def any_terms(draw: st.DrawFn, *, tranches: bool = True) -> Terms:
    count = draw(st.integers(1, 15))
    every, unit = draw(
        st.sampled_from([(1, PeriodUnit.MONTH), (2, PeriodUnit.MONTH), (1, PeriodUnit.WEEK), (10, PeriodUnit.DAY)])
    )
    disbursed_on = START + timedelta(days=draw(st.integers(0, 400)))
    first_due_on = draw(st.none() | st.integers(1, 80).map(lambda days: disbursed_on + timedelta(days=days)))
    first_days = (first_due_on - disbursed_on).days if first_due_on else 7
    drawn = st.integers(0, first_days - 1).map(lambda days: disbursed_on + timedelta(days=days))
    later = draw(st.lists(st.tuples(drawn, st.integers(1, 10**7)), max_size=2)) if tranches else []
    return Terms(
        principal=Money(draw(st.integers(1, 10**9) | st.integers(1, 200)), CNY),
        annual_rate=draw(st.decimals(0, 60, places=4)),
        count=count,
        every=every,
        unit=unit,
        disbursed_on=disbursed_on,
        first_due_on=first_due_on,
        method=draw(st.sampled_from(Method)),
        interest_by=draw(st.sampled_from(InterestBy)),
        day_count=draw(st.sampled_from(DayCount)),
        style=draw(st.sampled_from(Style)),
        grace_principal=draw(st.integers(0, count - 1)),
        grace_interest=draw(st.integers(0, count - 1)),
        interest_free=draw(st.integers(0, count)),
        round_instalment_to=draw(st.sampled_from([0, 0, 100, 10_00])),
        rounding=draw(st.sampled_from([Rounding.HALF_EVEN, Rounding.HALF_UP])),
        fee_each_instalment=draw(st.sampled_from([0, 150])),
        tranches=tuple(Tranche(on, amount) for on, amount in sorted(later)),
        recalculate=draw(st.sampled_from(Recalculation)),
        compound=draw(st.booleans()),
        prepayment=draw(st.sampled_from(Prepayment)),
        settle_interest=draw(st.sampled_from(SettleInterest)),
    )


@st.composite
def any_events(draw: st.DrawFn, terms: Terms) -> list[Event]:
    days = sorted(draw(st.lists(st.integers(0, 500), max_size=6)))
    share = st.integers(1, 2 * terms.total_principal // terms.count + 1)
    events = [
        Event(terms.disbursed_on + timedelta(days=day), EventKind.REPAY, draw(share))
        if draw(st.integers(0, 4))
        else Event(terms.disbursed_on + timedelta(days=day), EventKind.CLOSE)
        for day in days
    ]
    if draw(st.booleans()):
        last = days[-1] if days else 0
        events.append(Event(terms.disbursed_on + timedelta(days=last + draw(st.integers(0, 200))), EventKind.SETTLE))
    return events


def assert_sound(terms: Terms, plan: Schedule, lent: int) -> None:
    assert plan.principal == lent
    assert sum(line.total for line in plan.instalments) == plan.principal + plan.interest + plan.fee
    for line in plan.instalments:
        assert line.principal >= 0
        assert line.interest >= 0
        assert line.balance_after >= 0
        assert line.days >= 0
    assert plan.instalments[-1].balance_after == 0
    due = [line.due_on for line in plan.instalments]
    assert due == sorted(due)


@settings(max_examples=300)
@given(terms=any_terms())
def test_any_plan_repays_what_was_lent_and_never_owes_less_than_nothing(terms: Terms) -> None:
    plan = schedule(terms)
    assert_sound(terms, plan, terms.total_principal)
    assert len(plan.instalments) <= terms.count
    full = full_schedule(terms)
    assert full.instalments[: len(plan.instalments)] == plan.instalments
    assert full.total == plan.total


@given(terms=any_terms())
def test_no_interest_arises_at_rate_zero(terms: Terms) -> None:
    free = Terms(
        principal=terms.principal, annual_rate=Decimal(0), count=terms.count, disbursed_on=START, method=terms.method
    )
    assert schedule(free).interest == 0


@given(principal=st.integers(10_000, 10**10), rate=st.decimals("0.1", "40", places=3), count=st.integers(2, 40))
def test_only_the_last_level_instalment_differs_and_by_less_than_a_unit_each(
    principal: int, rate: Decimal, count: int
) -> None:
    terms = Terms(principal=Money(principal, CNY), annual_rate=rate, count=count, disbursed_on=date(2026, 3, 12))
    totals = [line.total for line in schedule(terms).instalments]
    assert len(set(totals[:-1])) == 1
    assert abs(totals[-1] - totals[0]) <= 2 * count


@given(principal=st.integers(1, 10**10), count=st.integers(1, 40))
def test_rounding_of_equal_principal_is_left_to_the_last_instalment(principal: int, count: int) -> None:
    terms = Terms(
        principal=Money(principal, CNY),
        annual_rate=Decimal(5),
        count=count,
        disbursed_on=date(2026, 3, 12),
        method=Method.EQUAL_PRINCIPAL,
    )
    shares = [line.principal for line in schedule(terms).instalments]
    assert len(set(shares[:-1])) <= 1
    assert sum(shares) == principal


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_any_payments_leave_a_sound_schedule(data: st.DataObject) -> None:
    terms = data.draw(any_terms())
    events = data.draw(any_events(terms))
    outcome = after(terms, events)
    ended_on = date.max if outcome.settlement is None else events[-1].on
    undrawn = sum(tranche.amount for tranche in terms.tranches if tranche.on > ended_on)
    assert_sound(terms, outcome.schedule, terms.total_principal - undrawn)
    paid = sum(line.paid for line in outcome.schedule.instalments)
    offered = sum(event.amount for event in events) + (outcome.settlement or 0)
    assert paid <= offered
    assert all(0 <= line.paid <= line.total for line in outcome.schedule.instalments)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_settlement_pays_everything(data: st.DataObject) -> None:
    terms = data.draw(any_terms())
    on = terms.disbursed_on + timedelta(days=data.draw(st.integers(0, 500)))
    outcome = after(terms, [Event(on, EventKind.SETTLE)])
    assert outcome.settlement is not None
    assert all(line.paid == line.total for line in outcome.schedule.instalments)
    assert sum(line.paid for line in outcome.schedule.instalments) == outcome.settlement


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_settling_early_never_costs_more_than_the_plan(data: st.DataObject) -> None:
    terms = data.draw(any_terms(tranches=False))
    on = terms.disbursed_on + timedelta(days=data.draw(st.integers(0, 20)))
    plan = schedule(terms)
    outcome = settled(terms, on)
    if on <= plan.instalments[0].due_on:
        assert outcome.settlement is not None
        assert terms.principal.amount <= outcome.settlement <= plan.total


def settled(terms: Terms, on: date) -> Outcome:
    return after(terms, [Event(on, EventKind.SETTLE)])


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_paying_each_instalment_on_its_day_changes_nothing(data: st.DataObject) -> None:
    terms = data.draw(any_terms(tranches=False))
    plan = full_schedule(terms)
    events = [Event(line.due_on, EventKind.REPAY, line.total) for line in plan.instalments if line.total]
    outcome = after(terms, events)
    assert [line[:7] for line in outcome.schedule.instalments] == [line[:7] for line in plan.instalments]
    assert all(line.paid == line.total for line in outcome.schedule.instalments)
