"""Pure rules of plans: when they are due, how much is put aside, what a goal takes. Amounts in minor units.

A plan is due on days of its own rhythm and runs on the first dealing day from then on. Due days that have passed
without a run (a long holiday, a service that was down) are made up by one run, not by several: nobody who planned 100
a week expects 300 to leave on one morning.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from itertools import count, takewhile
from typing import Final

from finance_core.kernel.periods import add_months

DAYS_A_WEEK: Final = 7
MOST_DUE_DAYS: Final = 2_000
"""Due days of one goal that are counted: beyond a lifetime of weeks."""


class Every(StrEnum):
    """How often a plan runs."""

    WEEK = "week"
    MONTH = "month"


def due_days(every: Every, starts_on: date, due_day: int | None) -> Iterator[date]:
    """Yield a plan's due days from `starts_on`. One on the 31st is due on a shorter month's last day, and returns."""
    for period in count():
        if every == Every.WEEK:
            yield starts_on + timedelta(days=DAYS_A_WEEK * period)
        else:
            yield add_months(starts_on, period, due_day)


def next_due(every: Every, starts_on: date, due_day: int | None, after: date) -> date:
    """Return the first due day later than `after`. Monthly on the 31st, after 31 January: 28 February."""
    begin = _near(every, starts_on, due_day, after)
    return next(day for day in due_days(every, begin, due_day) if day > after)


def first_due(every: Every, today: date, *, weekday: int | None = None, due_day: int | None = None) -> date:
    """Return when a plan made today is due first: on the next such weekday or day of the month; tomorrow if none is
    named. `weekday` counts from Monday, 0.
    """
    tomorrow = today + timedelta(days=1)
    if every == Every.WEEK and weekday is not None:
        return tomorrow + timedelta(days=(weekday - tomorrow.weekday()) % DAYS_A_WEEK)
    if every == Every.MONTH and due_day is not None:
        return next_due(every, add_months(today, 0, due_day), due_day, today)
    return tomorrow


def due_until(every: Every, first_on: date, due_day: int | None, until: date) -> int:
    """Return how many due days there are from `first_on` up to and with `until`."""
    days = takewhile(lambda day: day <= until, due_days(every, first_on, due_day))
    return sum(1 for _, _ in zip(range(MOST_DUE_DAYS), days, strict=False))


def each_time(left: int, times: int, step: int) -> int:
    """Return the sum, a whole number of `step`, that fills `left` in `times`. 3,000.00 in 7 weeks: 429.00 a week."""
    return -(-left // (max(times, 1) * step)) * step


def sum_now(amount: int, left: int | None, least: int) -> int:
    """Return what is put aside this time: `amount`, but no more than a goal lacks, and no rest below `least` stays."""
    if left is None or left - amount >= least:
        return amount
    return left


def round_up(amount: int, step: int) -> int:
    """Return what a send of `amount` lacks to the next whole number of `step`: 12.30 to whole yuan 0.70, 12.00 none."""
    return -amount % step


def _near(every: Every, starts_on: date, due_day: int | None, after: date) -> date:
    """Return a due day not far before `after`, so that no long past is walked through."""
    if after <= starts_on:
        return starts_on
    if every == Every.WEEK:
        weeks = (after - starts_on).days // DAYS_A_WEEK
        return starts_on + timedelta(days=DAYS_A_WEEK * weeks)
    months = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    return add_months(starts_on, max(months - 1, 0), due_day)
