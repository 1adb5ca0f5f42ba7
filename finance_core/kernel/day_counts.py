"""Day counts: how long a stretch of time is, in days and in years, by each convention that a contract can name.

Every convention divides the year into a whole number of equal units (`UNITS_A_YEAR`), so that interest is computed in
whole numbers and rounded once. A stretch runs from its first day (included) to its last day (excluded).

The rules are those of ISDA's 2006 Definitions, section 4.16, and of the SIFMA handbook for the American 30/360.
"""

from __future__ import annotations

from calendar import isleap
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final


class DayCount(StrEnum):
    """A convention: how days are counted, over how long a year."""

    ACT_365F = "ACT/365F"  # actual days over 365, leap year or not
    ACT_360 = "ACT/360"  # actual days over 360: the money market's
    ACT_364 = "ACT/364"  # actual days over 364: exactly 52 weeks
    ACT_ACT = "ACT/ACT"  # ISDA: days of a leap year over 366, the other days over 365
    THIRTY_360 = "30/360"  # bond basis: the 31st is the 30th; at the end only if the start is on the 30th or 31st
    THIRTY_U_360 = "30U/360"  # the American variant: the end of February is a 30th as well
    THIRTY_E_360 = "30E/360"  # Eurobond: every 31st is the 30th


UNITS_A_YEAR: Final[dict[DayCount, int]] = {
    DayCount.ACT_365F: 365,
    DayCount.ACT_360: 360,
    DayCount.ACT_364: 364,
    DayCount.ACT_ACT: 365 * 366,
    DayCount.THIRTY_360: 360,
    DayCount.THIRTY_U_360: 360,
    DayCount.THIRTY_E_360: 360,
}
"""Units that a year is divided into. A day is one of them; with ACT/ACT, where a day is 1/365 or 1/366 of a year, it is
366 or 365 of them."""

_FEBRUARY: Final = 2
_MONTH_DAYS: Final = 30
_ACTUAL: Final = frozenset({DayCount.ACT_365F, DayCount.ACT_360, DayCount.ACT_364})


def days_between(convention: DayCount, start: date, end: date) -> int:
    """Return the days from `start` to `end` as `convention` counts them: 30/360 from 02-28 to 08-31 is 183.

    `end` before `start` gives the negative count of calendar days where days are actual, and what the formula says
    where months have 30.
    """
    if convention in _ACTUAL or convention is DayCount.ACT_ACT:
        return end.toordinal() - start.toordinal()
    return _thirty_days_between(convention, start, end)


def year_units(convention: DayCount, start: date, end: date) -> int:
    """Return the length from `start` to `end`, not before it, in units of 1 / `UNITS_A_YEAR[convention]` of a year."""
    if convention in _ACTUAL:
        return end.toordinal() - start.toordinal()
    if convention is DayCount.ACT_ACT:
        return _act_act_units(start, end)
    return _thirty_days_between(convention, start, end)


def year_fraction(convention: DayCount, start: date, end: date) -> Fraction:
    """Return the years from `start` to `end`, exactly. ACT/ACT of 2003-11-01 to 2004-05-01: 61/365 + 121/366."""
    return Fraction(year_units(convention, start, end), UNITS_A_YEAR[convention])


def _act_act_units(start: date, end: date) -> int:
    if start.year == end.year:
        return (end.toordinal() - start.toordinal()) * _units_a_day(start.year)
    first = (date(start.year + 1, 1, 1).toordinal() - start.toordinal()) * _units_a_day(start.year)
    last = (end.toordinal() - date(end.year, 1, 1).toordinal()) * _units_a_day(end.year)
    return first + (end.year - start.year - 1) * UNITS_A_YEAR[DayCount.ACT_ACT] + last


def _units_a_day(year: int) -> int:
    return 365 if isleap(year) else 366


def _thirty_days_between(convention: DayCount, start: date, end: date) -> int:
    first, last = _THIRTY_DAYS[convention](start, end)
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def _bond_days(start: date, end: date) -> tuple[int, int]:
    first = min(start.day, _MONTH_DAYS)
    return first, min(end.day, _MONTH_DAYS) if first == _MONTH_DAYS else end.day


def _american_days(start: date, end: date) -> tuple[int, int]:
    if not _ends_february(start):
        return _bond_days(start, end)
    return _MONTH_DAYS, _MONTH_DAYS if _ends_february(end) else min(end.day, _MONTH_DAYS)


def _eurobond_days(start: date, end: date) -> tuple[int, int]:
    return min(start.day, _MONTH_DAYS), min(end.day, _MONTH_DAYS)


def _ends_february(day: date) -> bool:
    return day.month == _FEBRUARY and day.day == (29 if isleap(day.year) else 28)


_THIRTY_DAYS: Final = {
    DayCount.THIRTY_360: _bond_days,
    DayCount.THIRTY_U_360: _american_days,
    DayCount.THIRTY_E_360: _eurobond_days,
}
