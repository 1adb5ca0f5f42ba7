"""When plans are due and what a goal takes, worked by hand."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from finance_core.journeys.plans.rules import (
    Every,
    due_days,
    due_until,
    each_time,
    first_due,
    next_due,
    round_up,
    sum_now,
)

THURSDAY = date(2026, 3, 12)


def test_a_plan_on_the_31st_is_due_on_a_shorter_months_last_day_and_comes_back() -> None:
    days = islice(due_days(Every.MONTH, date(2026, 1, 31), 31), 5)
    assert [day.isoformat()[5:] for day in days] == ["01-31", "02-28", "03-31", "04-30", "05-31"]


def test_it_comes_back_also_when_it_begins_in_a_short_month() -> None:
    assert next_due(Every.MONTH, date(2026, 4, 30), 31, date(2026, 4, 30)) == date(2026, 5, 31)
    assert next_due(Every.MONTH, date(2026, 2, 28), 30, date(2026, 3, 2)) == date(2026, 3, 30)


@pytest.mark.parametrize(
    ("after", "due_on"),
    [
        (date(2026, 3, 12), date(2026, 3, 13)),
        (date(2026, 3, 13), date(2026, 3, 20)),
        (date(2026, 3, 19), date(2026, 3, 20)),
        (date(2036, 3, 14), date(2036, 3, 21)),
    ],
)
def test_a_weekly_plan_is_due_on_its_weekday(after: date, due_on: date) -> None:
    assert next_due(Every.WEEK, date(2026, 3, 13), None, after) == due_on


@pytest.mark.parametrize(
    ("every", "named", "due_on"),
    [
        (Every.WEEK, {}, date(2026, 3, 13)),
        (Every.MONTH, {}, date(2026, 3, 13)),
        (Every.WEEK, {"weekday": 0}, date(2026, 3, 16)),
        (Every.WEEK, {"weekday": 3}, date(2026, 3, 19)),
        (Every.MONTH, {"due_day": 1}, date(2026, 4, 1)),
        (Every.MONTH, {"due_day": 12}, date(2026, 4, 12)),
        (Every.MONTH, {"due_day": 31}, date(2026, 3, 31)),
    ],
)
def test_a_new_plan_is_due_on_the_next_such_day_after_today(every: Every, named: dict[str, int], due_on: date) -> None:
    assert first_due(every, THURSDAY, **named) == due_on


def test_on_the_31st_of_a_month_without_one_it_begins_on_the_last_day() -> None:
    assert first_due(Every.MONTH, date(2026, 4, 10), due_day=31) == date(2026, 4, 30)


def test_due_days_up_to_a_goals_day_are_counted() -> None:
    assert due_until(Every.WEEK, date(2026, 3, 13), None, date(2026, 5, 1)) == 8
    assert due_until(Every.WEEK, date(2026, 3, 13), None, date(2026, 3, 12)) == 0
    assert due_until(Every.MONTH, date(2026, 3, 31), 31, date(2026, 12, 30)) == 9


def test_what_a_goal_takes_is_rounded_up_to_whole_money() -> None:
    assert each_time(300_000, 7, 100) == 42_900
    assert each_time(300_000, 8, 100) == 37_500
    assert each_time(50, 0, 100) == 100


@pytest.mark.parametrize(
    ("left", "now"),
    [(None, 42_900), (300_000, 42_900), (42_900, 42_900), (42_950, 42_950), (43_000, 42_900), (42_600, 42_600)],
)
def test_the_last_time_takes_what_is_left_and_leaves_no_crumb(left: int | None, now: int) -> None:
    assert sum_now(42_900, left, 100) == now


@pytest.mark.parametrize(
    ("amount", "step", "lacks"), [(1_230, 100, 70), (1_200, 100, 0), (1_201, 1_000, 799), (1, 100, 99)]
)
def test_a_send_is_rounded_up_to_the_next_whole_sum(amount: int, step: int, lacks: int) -> None:
    assert round_up(amount, step) == lacks
