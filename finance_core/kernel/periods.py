"""Periods of a contract: month arithmetic, regular due days, and how many periods lie between two days.

A due day of 29 to 31 falls on the last day of a shorter month and returns in a longer one: 01-31, 02-28, 03-31.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

IsHoliday = Callable[[date], bool]
"""Answers whether money cannot fall due on a day, by the calendar that the caller holds."""

_SHORTEST_MONTH_DAYS: Final = 28

MAX_SHIFT_DAYS: Final = 31
"""The longest run of holidays that a due day is moved over; a calendar with a longer one is wrong."""


class PeriodUnit(StrEnum):
    """What a period is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class HolidayShift(StrEnum):
    """Where a due day that is a holiday moves to."""

    NONE = "none"  # it stays
    NEXT = "next"  # the next day that is none
    NEXT_IN_MONTH = (
        "next_in_month"  # the next, unless that is in another month: then the one before ("modified following")
    )
    PREVIOUS = "previous"  # the day before that is none


def add_months(day: date, months: int, due_day: int | None = None) -> date:
    """Return the day `months` later, on day of the month `due_day` (None: that of `day`) or on the last there is."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    wanted = due_day or day.day
    if wanted > _SHORTEST_MONTH_DAYS:
        wanted = min(wanted, monthrange(years, month + 1)[1])
    return date(years, month + 1, wanted)


def add_periods(day: date, count: int, unit: PeriodUnit, due_day: int | None = None) -> date:
    """Return the day `count` days, weeks or months after `day`; `due_day` matters for months only."""
    if unit is PeriodUnit.MONTH:
        return add_months(day, count, due_day)
    return day + timedelta(days=count * (7 if unit is PeriodUnit.WEEK else 1))


def due_days(start: date, count: int, every: int, unit: PeriodUnit, first: date | None = None) -> list[date]:
    """Return `count` due days, `every` units apart, the first one `first` or else one period after `start`.

    The day of month that later ones return to is that of `first`; when `first` is just where the regular first due day
    falls (01-31 to 02-28), it is that of `start`, as if `first` had not been given.
    """
    if first is None or first == add_periods(start, every, unit):
        return _regular_days(start, range(every, every * count + 1, every), unit)
    return _regular_days(first, range(0, every * count, every), unit)


def _regular_days(start: date, distances: range, unit: PeriodUnit) -> list[date]:
    if unit is PeriodUnit.MONTH and start.day <= _SHORTEST_MONTH_DAYS:
        first, day = start.year * 12 + start.month - 1, start.day
        return [date((first + months) // 12, (first + months) % 12 + 1, day) for months in distances]
    return [add_periods(start, distance, unit) for distance in distances]


def periods_between(start: date, end: date, every: int, unit: PeriodUnit) -> Fraction:
    """Return how many periods of `every` units fit from `start` to `end`, the last broken one by its actual days.

    From 01-10 to 03-25 monthly: 2 whole months to 03-10, and 15 of the 31 days to 04-10, so 2 + 15/31.
    """
    whole = whole_units(start, end, unit)
    begin, finish = add_periods(start, whole, unit), add_periods(start, whole + 1, unit)
    return (whole + Fraction((end - begin).days, (finish - begin).days)) / every


def whole_units(start: date, end: date, unit: PeriodUnit) -> int:
    """Return how many whole days, weeks or months of time fit from `start` to `end`."""
    if unit is not PeriodUnit.MONTH:
        return (end - start).days // (7 if unit is PeriodUnit.WEEK else 1)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (add_months(start, months) > end)


def shifted(day: date, shift: HolidayShift, is_holiday: IsHoliday) -> date:
    """Return the day that money due on `day` is really due, over holidays by `shift`.

    Raises:
        ValueError: more than `MAX_SHIFT_DAYS` holidays in a row.
    """
    if shift is HolidayShift.NONE or not is_holiday(day):
        return day
    if shift is HolidayShift.PREVIOUS:
        return _open_day(day, -1, is_holiday)
    following = _open_day(day, 1, is_holiday)
    if shift is HolidayShift.NEXT_IN_MONTH and following.month != day.month:
        return _open_day(day, -1, is_holiday)
    return following


def _open_day(day: date, step_days: int, is_holiday: IsHoliday) -> date:
    for distance in range(1, MAX_SHIFT_DAYS + 1):
        candidate = day + timedelta(days=step_days * distance)
        if not is_holiday(candidate):
            return candidate
    raise ValueError("the calendar has no open day within reach")
