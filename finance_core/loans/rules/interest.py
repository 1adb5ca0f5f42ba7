"""Interest on a balance over a time, exact until it is rounded once; and its share of a day, for the daily accrual."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from finance_core.kernel.day_counts import UNITS_A_YEAR, DayCount, year_units
from finance_core.kernel.rounding import Rounding
from finance_core.loans.rules.timeline import Period


def quotient(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Return `numerator / denominator` as a whole number, rounded by `rounding`. Both are whole, `denominator` > 0.

    What `kernel.rounding` does for fractions, for the inner loop of schedules, where both parts are at hand.
    """
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice < denominator:
        up = rounding is Rounding.UP and rest > 0
    elif twice > denominator:
        up = rounding is not Rounding.DOWN
    else:
        up = (
            rounding is Rounding.HALF_UP
            or rounding is Rounding.UP
            or (rounding is Rounding.HALF_EVEN and whole & 1 == 1)
        )
    return whole + up


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
    """Return the part of a period's `interest` that `day` earns, in minor units: what the daily accrual posts for it."""
    tomorrow = date.fromordinal(day.toordinal() + 1)
    return accrued_interest(interest, start_on, due_on, tomorrow) - accrued_interest(interest, start_on, due_on, day)


def period_interest(
    balance: int, period: Period, denominator: int, rounding: Rounding, *, by_stretch: bool = False
) -> int:
    """Return the interest of `period` on `balance` minor units at its start and on the tranches drawn within it.

    A tranche earns for the days that are left of the period. With `by_stretch` each stretch between two draws is
    rounded for itself, as the cumulative family does; otherwise the sum is rounded.
    """
    if not period.draws:
        return quotient(balance * period.units, denominator, rounding)
    days = period.days
    if not by_stretch:
        earned = balance * days + sum(draw.amount * (period.due_on - draw.on).days for draw in period.draws)
        return quotient(earned * period.units, denominator * days, rounding)
    interest, start_on = 0, period.start_on
    for draw in period.draws:
        interest += quotient(balance * period.units * (draw.on - start_on).days, denominator * days, rounding)
        balance, start_on = balance + draw.amount, draw.on
    return interest + quotient(balance * period.units * (period.due_on - start_on).days, denominator * days, rounding)
