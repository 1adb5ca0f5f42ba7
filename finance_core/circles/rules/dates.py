"""On which days a circle's rounds are due, and what is done in the days around one (CIRCLES §5). Natural days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from finance_core.circles.rules.auctions import Period
from finance_core.kernel.periods import PeriodUnit, add_months, due_days

MONTHS: Final = 24
"""How long a circle may last, where the catalogue says nothing else."""
MOST_MONTHS: Final = 60
"""What the catalogue may say at most."""
REMINDED_DAYS: Final = (2, 1)
"""Before a due day."""

_EVERY: Final = {
    Period.DAY: (1, PeriodUnit.DAY),
    Period.WEEK: (1, PeriodUnit.WEEK),
    Period.TWO_WEEKS: (2, PeriodUnit.WEEK),
    Period.MONTH: (1, PeriodUnit.MONTH),
}


def round_days(first_on: date, rounds: int, period: Period) -> list[date]:
    """Return the due days of all rounds. The 31st is the last day of a shorter month: 01-31, 02-28, 03-31."""
    every, unit = _EVERY[period]
    return due_days(first_on, rounds, every, unit, first=first_on)


def lasts_at_most(first_on: date, rounds: int, period: Period, months: int = MONTHS) -> bool:
    """Say whether all rounds are due within so many months: 24 monthly rounds within 24, 25 not."""
    return round_days(first_on, rounds, period)[-1] < add_months(first_on, min(months, MOST_MONTHS))


def moved_by_one(coming: Sequence[date], original_first_on: date, rounds: int, period: Period) -> list[date]:
    """Return the coming due days moved by one period, as two thirds may decide; the day of month is the first one's.

    Monthly from 01-31, the third round (03-31) and the fourth (04-30) to come: 04-30 and 05-31.
    """
    every_day = round_days(original_first_on, 2 * rounds + 1, period)
    return [every_day[every_day.index(day) + 1] for day in coming]


def reminder_days(due_on: date, period: Period) -> tuple[date, ...]:
    """Return on which mornings a round is reminded of: two days and one day before, or the due morning alone where
    the period is under a week.
    """
    if period is Period.DAY:
        return (due_on,)
    return tuple(due_on - timedelta(days=days) for days in REMINDED_DAYS)


def due_within(days: Sequence[date], start: date, window_days: int = 30) -> int:
    """Return how many of the due days lie in the `window_days` days that begin with `start`."""
    return sum(start <= day < start + timedelta(days=window_days) for day in days)
