"""The time of a loan: its periods with their due days, and their lengths in the units that interest is counted in.

Lengths are whole numbers over one common denominator (`LoanPeriods.denominator`), the yearly rate included, so the
interest of a period is `balance × units / denominator`, rounded once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count, repeat
from typing import NamedTuple

from finance_core.kernel.day_counts import UNITS_A_YEAR, DayCount, year_units
from finance_core.kernel.periods import (
    HolidayShift,
    IsHoliday,
    PeriodUnit,
    add_periods,
    due_days,
    periods_between,
    shifted,
)
from finance_core.loans.rules.terms import LAST_YEAR, InterestBy, InvalidTerms, Method, Style, Terms, Tranche

_PERIODS_A_YEAR = {PeriodUnit.MONTH: 12, PeriodUnit.WEEK: 52}
_DAYS_A_UNIT = {PeriodUnit.MONTH: 30, PeriodUnit.WEEK: 7, PeriodUnit.DAY: 1}
_ONE_DAY = date.resolution
_THIRTY_DAY_MONTHS = frozenset({DayCount.THIRTY_360, DayCount.THIRTY_U_360, DayCount.THIRTY_E_360})


class Period(NamedTuple):
    """From `start_on` to `due_on`, `units` long; `draws` are the tranches paid out within, on the start or later."""

    nr: int
    start_on: date
    due_on: date
    units: int
    draws: tuple[Tranche, ...] = ()

    @property
    def days(self) -> int:
        """Calendar days, whatever the day count makes of them."""
        return self.due_on.toordinal() - self.start_on.toordinal()


class LoanPeriods(NamedTuple):
    """All periods of a loan. Interest on `balance` over `units` is `balance × units / denominator`."""

    periods: list[Period]
    denominator: int
    nominal_units: int  # length of a regular period: 30 days a month, 7 a week


def loan_periods(terms: Terms, is_holiday: IsHoliday | None = None) -> LoanPeriods:
    """Return the periods of `terms`; due days that `is_holiday` names are moved by the terms' holiday shift.

    A bullet loan has one period, from disbursement to its end.

    Raises:
        InvalidTerms: a tranche falls on or after the last due day, or a year is out of range.
    """
    days = _due_days(terms, is_holiday)
    starts = [terms.disbursed_on, *days[:-1]]
    lengths, a_year, nominal = _lengths(terms, starts, days)
    rate, hundred = terms.annual_rate.as_integer_ratio()
    units = [length * rate for length in lengths]
    if terms.interest_free:
        units[: terms.interest_free] = [0] * terms.interest_free
    if terms.method is Method.BULLET:
        starts, days, units = starts[:1], days[-1:], [sum(units)]
    periods = list(map(Period._make, zip(count(1), starts, days, units, repeat(()), strict=False)))
    if terms.tranches:
        periods = _with_draws(periods, terms.tranches)
    return LoanPeriods(periods, a_year * hundred * 100, nominal * rate)


def loan_periods_between(terms: Terms, first_nr: int, starts: list[date], days: list[date]) -> LoanPeriods:
    """Return periods as they stand in a running contract, from number `first_nr` on; nothing is drawn any more.

    Their lengths are counted as in `loan_periods`, between the days that are given: those were shifted already.
    """
    if terms.method is Method.BULLET:
        planned = _due_days(replace(terms, holiday_shift=HolidayShift.NONE), None)
        inner = [day for day in planned if starts[0] < day < days[-1]][: terms.count - 1]
        starts, days = [starts[0], *inner], [*inner, days[-1]]
    broken = terms if first_nr == 1 else replace(terms, first_due_on=None)
    lengths, a_year, nominal = _lengths(broken, starts, days)
    rate, hundred = terms.annual_rate.as_integer_ratio()
    free = max(terms.interest_free - first_nr + 1, 0)
    units = [0 if index < free else length * rate for index, length in enumerate(lengths)]
    if terms.method is Method.BULLET:
        starts, days, units = starts[:1], days[-1:], [sum(units)]
    periods = [Period(nr, *each) for nr, each in enumerate(zip(starts, days, units, strict=True), first_nr)]
    return LoanPeriods(periods, a_year * hundred * 100, nominal * rate)


def _due_days(terms: Terms, is_holiday: IsHoliday | None) -> list[date]:
    try:
        days = due_days(terms.disbursed_on, terms.count, terms.every, terms.unit, terms.first_due_on)
    except (OverflowError, ValueError) as overflow:
        raise InvalidTerms("count", "beyond_calendar") from overflow
    if days[-1].year > LAST_YEAR:
        raise InvalidTerms("count", "beyond_calendar")
    if is_holiday is None or terms.holiday_shift is HolidayShift.NONE:
        return days
    return [shifted(day, terms.holiday_shift, is_holiday) for day in days]


def _lengths(terms: Terms, starts: list[date], days: list[date]) -> tuple[list[int], int, int]:
    """Return the periods' lengths, how many of their units make a year, and a regular period's length."""
    if terms.interest_by is InterestBy.PERIOD and not _counts_days(terms):
        return _lengths_by_period(terms, starts, days)
    if terms.day_count in _THIRTY_DAY_MONTHS:
        return _lengths_of_thirty_day_months(terms, starts, days)
    a_year = UNITS_A_YEAR[terms.day_count]
    nominal = terms.every * _DAYS_A_UNIT[terms.unit]
    if terms.day_count is not DayCount.ACT_ACT:
        return [end.toordinal() - start.toordinal() for start, end in zip(starts, days, strict=True)], a_year, nominal
    if terms.style is Style.CUMULATIVE:
        return [end.toordinal() - start.toordinal() for start, end in zip(starts, days, strict=True)], 365, nominal
    return [_act_act_units(start, end) for start, end in zip(starts, days, strict=True)], a_year, nominal * 366


def _counts_days(terms: Terms) -> bool:
    """Return whether periods are days: then the progressive family counts them by the convention in any case."""
    return terms.unit is PeriodUnit.DAY and terms.style is Style.PROGRESSIVE


def _act_act_units(start: date, end: date) -> int:
    """Return ACT/ACT units with each day counted as of its end: the first excluded, the last included.

    So a period that crosses the year is split after 31 December: of 2023-12-12 to 2024-01-12, 19 days are 2023's.
    """
    return year_units(DayCount.ACT_ACT, start + _ONE_DAY, end + _ONE_DAY)


def _lengths_by_period(terms: Terms, starts: list[date], days: list[date]) -> tuple[list[int], int, int]:
    a_year = _PERIODS_A_YEAR.get(terms.unit, _days_a_year(terms))
    if terms.first_due_on is None:
        return [terms.every] * len(days), a_year, terms.every
    first = periods_between(starts[0], days[0], 1, terms.unit)
    scale = first.denominator
    whole = terms.every * scale
    return [first.numerator, *[whole] * (len(days) - 1)], a_year * scale, whole


def _days_a_year(terms: Terms) -> int:
    return 365 if terms.day_count is DayCount.ACT_ACT else UNITS_A_YEAR[terms.day_count]


def _lengths_of_thirty_day_months(terms: Terms, starts: list[date], days: list[date]) -> tuple[list[int], int, int]:
    """A whole period of n months has 30 n days wherever its ends fall; a broken one what the convention counts."""
    whole = terms.every * _DAYS_A_UNIT[terms.unit]
    lengths = [whole] * len(days)
    if terms.first_due_on is not None and days[0] != add_periods(starts[0], terms.every, terms.unit):
        lengths[0] = year_units(terms.day_count, starts[0], days[0])
    return lengths, 360, whole


def _with_draws(periods: list[Period], tranches: tuple[Tranche, ...]) -> list[Period]:
    if tranches[-1].on >= periods[-1].due_on:
        raise InvalidTerms("tranches", "too_late", before=periods[-1].due_on)
    return [
        period._replace(draws=tuple(tranche for tranche in tranches if period.start_on <= tranche.on < period.due_on))
        for period in periods
    ]
