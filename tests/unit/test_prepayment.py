"""Paying ahead: what the rest becomes by each choice, for every method, unit and convention; worked figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from finance_core.kernel.money import CNY, Money
from finance_core.kernel.periods import HolidayShift, PeriodUnit
from finance_core.kernel.rounding import Rounding
from finance_core.loans.repayment.prepayment import Left, replanned
from finance_core.loans.rules.interest import accrued_interest
from finance_core.loans.rules.schedule import schedule
from finance_core.loans.rules.terms import InterestBy, Method, Prepayment, Style, Terms

START = date(2026, 12, 1)
CHOICES = [Prepayment.REDUCE_INSTALMENT, Prepayment.REDUCE_TERM, Prepayment.NEXT, Prepayment.LAST]


def terms_of(**changes: Any) -> Terms:
    """*Lightning*'s worked example: 3,000.00 over 6 at 0.05 % a day."""
    figures: dict[str, Any] = {
        "principal": Money.of("3000", CNY),
        "annual_rate": Decimal("18.25"),
        "count": 6,
        "disbursed_on": START,
        "rounding": Rounding.HALF_UP,
        **changes,
    }
    return Terms(**figures)


def left_on(terms: Terms, on: date, is_holiday: Any = None) -> list[Left]:
    """Return what is left of a loan on which everything was paid as it fell due, interest to `on` earned and paid."""
    lines = schedule(terms, is_holiday).instalments
    days = [terms.disbursed_on, *(line.due_on for line in lines)]
    return [
        Left(line.nr, start, due, line.principal, line.interest - accrued_interest(line.interest, start, due, on))
        for line, (start, due) in zip(lines, pairwise(days), strict=True)
        if due > on
    ]


@pytest.mark.parametrize("ahead", CHOICES)
@pytest.mark.parametrize("unit", list(PeriodUnit))
@pytest.mark.parametrize("interest_by", list(InterestBy))
@pytest.mark.parametrize("method", list(Method))
def test_every_choice_repays_what_is_left_and_saves_interest(
    method: Method, interest_by: InterestBy, unit: PeriodUnit, ahead: Prepayment
) -> None:
    terms = terms_of(method=method, interest_by=interest_by, unit=unit, every=1 if unit is PeriodUnit.MONTH else 2)
    for day in (0, 1):
        on = START + timedelta(days=day)
        left = left_on(terms, on)
        splits = replanned(terms, left, 100_000, ahead)
        assert sum(principal for principal, _ in splits) == 200_000
        assert all(principal >= 0 and interest >= 0 for principal, interest in splits)
        assert len(splits) <= len(left)
        assert sum(interest for _, interest in splits) < sum(each.interest for each in left)


@pytest.mark.parametrize("interest_by", list(InterestBy))
@pytest.mark.parametrize("method", list(Method))
def test_nothing_paid_ahead_changes_nothing(method: Method, interest_by: InterestBy) -> None:
    terms = terms_of(method=method, interest_by=interest_by)
    lines = schedule(terms).instalments
    splits = replanned(terms, left_on(terms, START), 0, Prepayment.REDUCE_TERM)
    kept = [(line.principal, line.interest) for line in lines]
    if method is Method.FLAT:  # a share that rounding moved comes back to each period
        assert [principal for principal, _ in splits] == [principal for principal, _ in kept]
        assert sum(interest for _, interest in splits) == pytest.approx(sum(interest for _, interest in kept), abs=3)
    else:
        assert splits == kept


def test_fewer_instalments_keep_their_sum_and_the_last_one_is_the_rest() -> None:
    terms = terms_of()
    left = left_on(terms, START)
    splits = replanned(terms, left, 98_500, Prepayment.REDUCE_TERM)
    assert len(splits) == 5
    assert splits[0] == (0, 3123)  # the running one is covered; 2,015.00 go on earning until its day, of 46.50
    assert [sum(split) for split in splits[1:4]] == [52_688] * 3
    assert 0 < sum(splits[-1]) <= 52_688


def test_smaller_instalments_keep_their_number() -> None:
    terms = terms_of()
    splits = replanned(terms, left_on(terms, START), 98_500, Prepayment.REDUCE_INSTALMENT)
    assert len(splits) == 6
    totals = [sum(split) for split in splits]
    assert max(totals[1:]) - min(totals[1:]) <= 3
    assert totals[1] == 42_136


def test_paying_the_running_instalment_early_leaves_the_others_as_they_were() -> None:
    terms = terms_of()
    left = left_on(terms, START)
    for choice in CHOICES:
        splits = replanned(terms, left, left[0].principal, choice)
        assert splits == [(0, 3905), *((each.principal, each.interest) for each in left[1:])]


def test_a_further_draw_is_repaid_by_those_that_follow() -> None:
    terms = terms_of()
    left = left_on(terms, START)
    splits = replanned(terms, left, -100_000, Prepayment.REDUCE_INSTALMENT)
    assert sum(principal for principal, _ in splits) == 400_000
    assert splits[0] == (left[0].principal, 6200)
    totals = [sum(split) for split in splits[1:]]
    assert max(totals) - min(totals) <= 3


def test_next_makes_the_next_ones_smaller_by_what_was_paid() -> None:
    terms = terms_of(method=Method.EQUAL_PRINCIPAL)
    splits = replanned(terms, left_on(terms, START), 70_000, Prepayment.NEXT)
    assert [principal for principal, _ in splits] == [0, 30_000, 50_000, 50_000, 50_000, 50_000]


def test_due_days_that_were_shifted_over_holidays_keep_their_length() -> None:
    def is_holiday(day: date) -> bool:
        return day.weekday() >= 5

    terms = terms_of(holiday_shift=HolidayShift.NEXT, method=Method.EQUAL_PRINCIPAL)
    left = left_on(terms, START, is_holiday)
    splits = replanned(terms, left, 0, Prepayment.REDUCE_TERM)
    planned = schedule(terms, is_holiday).instalments
    assert splits == [(line.principal, line.interest) for line in planned]


def test_an_agreed_first_due_day_and_a_cumulative_level_are_kept() -> None:
    terms = terms_of(first_due_on=date(2027, 1, 20), interest_by=InterestBy.PERIOD, style=Style.CUMULATIVE, count=12)
    splits = replanned(terms, left_on(terms, START), 0, Prepayment.REDUCE_TERM)
    assert splits == [(line.principal, line.interest) for line in schedule(terms).instalments]


def test_a_bullet_loan_paid_ahead_costs_interest_on_the_rest_only() -> None:
    terms = terms_of(method=Method.BULLET, unit=PeriodUnit.DAY, count=100)
    [split] = replanned(terms, left_on(terms, START), 100_000, Prepayment.REDUCE_INSTALMENT)
    assert split == (200_000, 10_000)  # 0.05 % a day of 2,000.00 for a hundred days


def test_grace_and_interest_free_periods_that_are_over_do_not_come_back() -> None:
    terms = terms_of(grace_principal=2, interest_free=1)
    in_second, in_third = date(2027, 1, 15), date(2027, 2, 15)
    splits = replanned(terms, left_on(terms, in_second), 50_000, Prepayment.REDUCE_INSTALMENT)
    assert splits[0][0] == 0 < splits[0][1]
    assert splits[1][0] > 0
    splits = replanned(terms, left_on(terms, in_third), 50_000, Prepayment.REDUCE_INSTALMENT)
    assert splits[0][0] > 0
