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


def accrued_interest(
    balance: int, annual_rate: Decimal, day_count: DayCount, start: date, end: date, rounding: Rounding
) -> int:
    """Return the interest that `balance` has earned from `start` to the beginning of `end`, in minor units.

    3,000.00 at 18.25 % by ACT/365F has earned 1.50 after a day and 46.50 after 31: an instalment's interest, when the
    balance stood all its period and days are actual ones over a fixed year.
    """
    exact = interest_between(balance, annual_rate, day_count, start, end)
    return quotient(exact.numerator, exact.denominator, rounding)


def interest_of_day(
    balance: int, annual_rate: Decimal, day_count: DayCount, start: date, day: date, rounding: Rounding
) -> int:
    """Return the part of the interest since `start` that `day` earns: what the daily accrual posts for it.

    It is what has been earned when `day` ends less what had been when it began, both rounded, so that the days of a
    period always add up to its interest and settling on any day costs exactly what was accrued.
    """
    ended = accrued_interest(balance, annual_rate, day_count, start, date.fromordinal(day.toordinal() + 1), rounding)
    return ended - accrued_interest(balance, annual_rate, day_count, start, day, rounding)


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
