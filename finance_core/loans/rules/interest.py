"""Interest on a balance over a time, exact until it is rounded once; and its share of a day, for the daily accrual."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from finance_core.kernel.day_counts import UNITS_A_YEAR, DayCount, year_units
from finance_core.kernel.rounding import Rounding
from finance_core.loans.rules.loan_periods import Period
from finance_core.loans.rules.terms import Style, Terms, Tranche


def quotient(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Return `numerator / denominator` as a whole number, rounded by `rounding`. Both are whole, `denominator` > 0.

    What `kernel.rounding` does for fractions, for the inner loop of schedules, where both parts are at hand.
    """
    return QUOTIENTS[rounding](numerator, denominator)


def _half_even(numerator: int, denominator: int) -> int:
    whole, rest = divmod(numerator, denominator)
    twice = rest + rest
    return whole + (twice > denominator or (twice == denominator and whole & 1))


def _half_up(numerator: int, denominator: int) -> int:
    if numerator < 0:
        return -_half_up(-numerator, denominator)
    return (numerator + numerator + denominator) // (denominator + denominator)


def _down(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator) if numerator < 0 else numerator // denominator


def _up(numerator: int, denominator: int) -> int:
    return numerator // denominator if numerator < 0 else -(-numerator // denominator)


QUOTIENTS: Final[dict[Rounding, Callable[[int, int], int]]] = {
    Rounding.HALF_EVEN: _half_even,
    Rounding.HALF_UP: _half_up,
    Rounding.DOWN: _down,
    Rounding.UP: _up,
}
"""Whole-number division by each rounding, for a loop that looks its own up once."""


def interest_between(balance: int, annual_rate: Decimal, day_count: DayCount, start: date, end: date) -> Fraction:
    """Return the exact interest on `balance` minor units from `start` to `end` at `annual_rate` percent a year.

    10,000.00 at 18.25 % by ACT/365F for 31 days is 155.00: `interest_between(1_000_000, …)` is 15,500.
    """
    units = year_units(day_count, start, end)
    return Fraction(annual_rate) * balance * units / (100 * UNITS_A_YEAR[day_count])


def accrued_interest(interest: int, start_on: date, due_on: date, upto: date) -> int:
    """Return what of a period's `interest` the days before `upto` have earned, in minor units.

    Each day from `start_on` to the day before `due_on` earns an equal share; their sum is rounded down, so that the
    days of a period always add up to its interest, and no day has earned too much: 46.50 over 31 days is 1.50 a day.
    """
    days = (due_on - start_on).days
    return interest * min(max((upto - start_on).days, 0), days) // days


def interest_of_day(interest: int, start_on: date, due_on: date, day: date) -> int:
    """Return the part of a period's `interest` that `day` earns, in minor units: what the close of it posts."""
    tomorrow = date.fromordinal(day.toordinal() + 1)
    return accrued_interest(interest, start_on, due_on, tomorrow) - accrued_interest(interest, start_on, due_on, day)


def interest_with_draws(balance: int, period: Period, denominator: int, terms: Terms) -> int:
    """Return the interest of `period` on `balance` minor units at its start and on the tranches drawn within it.

    A tranche earns for the days that are left of the period. The cumulative family rounds each stretch between two
    draws for itself, the progressive one the sum.
    """
    days = period.days
    if terms.style is Style.PROGRESSIVE:
        earned = balance * days + sum(draw.amount * (period.due_on - draw.on).days for draw in period.draws)
        return quotient(earned * period.units, denominator * days, terms.rounding)
    interest, start_on = 0, period.start_on
    for draw in [*period.draws, Tranche(period.due_on, 0)]:
        earned = balance * (draw.on - start_on).days
        interest += quotient(earned * period.units, denominator * days, terms.rounding)
        balance, start_on = balance + draw.amount, draw.on
    return interest
