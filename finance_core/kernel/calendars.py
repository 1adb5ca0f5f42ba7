"""Two calendars: *dealing* (when fund orders are priced: the exchange's) and *banking* (make-up days are workdays).

The shipped years are in `data/calendars.toml`; those that an operator applied are in the database, and each unit of
work puts them in force (`finance_core/storage/calendars.py`). How a file is read is `calendar_file`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from finance_core.kernel.calendar_file import WEEKEND, CalendarYear, Status, read_years
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound

SHIPPED: Final = Path(__file__).with_name("data") / "calendars.toml"
LONGEST_CLOSURE_DAYS: Final = 30
"""No closure is longer; a search beyond it means that the data is broken."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The open days of the years that the data covers."""

    closed: frozenset[date]
    """Holidays, weekends not listed."""
    extra: frozenset[date]
    """Weekend days that are open all the same."""
    statuses: dict[int, Status]
    """Published or provisional, by year."""
    weekends: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """The weekdays (0 is Monday) that are closed in a year; Saturday and Sunday where none are named."""

    def is_open(self, day: date) -> bool:
        """Say whether `day` is an open day. Raises NotFound: `calendar_year`, for a year without data."""
        if day.year not in self.statuses:
            raise NotFound(ErrorCode.CALENDAR_YEAR, year=day.year)
        return day in self.extra or (day not in self.closed and not self.is_weekend(day))

    def is_weekend(self, day: date) -> bool:
        """Say whether `day` falls on a weekend, in a year without data too."""
        return day.weekday() in self.weekends.get(day.year, WEEKEND)

    def on_or_after(self, day: date) -> date:
        """Return the first open day that is `day` or later."""
        for ahead in range(LONGEST_CLOSURE_DAYS):
            if self.is_open(candidate := day + timedelta(days=ahead)):
                return candidate
        raise NotFound(ErrorCode.CALENDAR_YEAR, year=day.year)

    def after(self, day: date) -> date:
        """Return the first open day later than `day`."""
        return self.on_or_after(day + timedelta(days=1))

    def before(self, day: date) -> date:
        """Return the last open day earlier than `day`."""
        for back in range(1, LONGEST_CLOSURE_DAYS):
            if self.is_open(candidate := day - timedelta(days=back)):
                return candidate
        raise NotFound(ErrorCode.CALENDAR_YEAR, year=day.year)

    def plus(self, day: date, count: int) -> date:
        """Return the `count`th open day after `day`; `day` itself for 0."""
        for _ in range(count):
            day = self.after(day)
        return day

    def priced_on(self, given_at: datetime, cut_off: time) -> date:
        """Return the open day that an order given at `given_at`, on the institution's wall, belongs to.

        Before the cut-off of an open day it is that day, else the next one: 14:59:59.999 is in time, 15:00 is not.
        """
        day = given_at.date()
        is_in_time = self.is_open(day) and given_at.time() < cut_off
        return day if is_in_time else self.after(day)

    def published_until(self) -> date:
        """Return the last day before the first one whose closures are not published."""
        year = min(year for year, status in self.statuses.items() if status is Status.PUBLISHED)
        while self.statuses.get(year + 1) is Status.PUBLISHED:
            year += 1
        return date(year, 12, 31)

    def covered_until(self) -> date:
        """Return the last day that is known at all, published or provisional."""
        return date(max(self.statuses), 12, 31)


class Calendars(NamedTuple):
    """Both calendars, as they are in force."""

    dealing: Calendar
    banking: Calendar


def dealing() -> Calendar:
    """Return the exchange's calendar: make-up Saturdays are not dealing days."""
    return in_force().dealing


def banking() -> Calendar:
    """Return the banks' calendar: make-up days are workdays."""
    return in_force().banking


def in_force() -> Calendars:
    """Return the calendars of the unit of work that is open, or was last; the shipped ones before any."""
    return _in_force.get() or calendars_of(shipped_years())


def put_in_force(calendars: Calendars) -> None:
    """Let `calendars` hold for what runs in this context from now on."""
    _in_force.set(calendars)


_in_force: ContextVar[Calendars | None] = ContextVar("calendars", default=None)


@cache
def shipped_years() -> tuple[CalendarYear, ...]:
    """Return the years that come with the service."""
    return tuple(read_years(SHIPPED.read_text(encoding="utf-8")))


def years_with(applied: Mapping[int, CalendarYear]) -> tuple[CalendarYear, ...]:
    """Return the shipped years with those that were `applied` in their place.

    A shipped year that is published holds over an applied one that is not: the service was updated since.
    """
    years = {year.year: year for year in shipped_years()} | {
        number: year
        for number, year in applied.items()
        if year.status is Status.PUBLISHED or number not in _shipped_as_published()
    }
    return tuple(years[number] for number in sorted(years))


@cache
def _shipped_as_published() -> frozenset[int]:
    return frozenset(year.year for year in shipped_years() if year.status is Status.PUBLISHED)


@cache
def calendars_of(years: tuple[CalendarYear, ...]) -> Calendars:
    """Return the two calendars that `years` make."""
    closed = frozenset(day for year in years for day in year.closed)
    workdays = frozenset(day for year in years for day in year.workdays)
    statuses = {year.year: year.status for year in years}
    weekends = {year.year: year.weekend for year in years}
    return Calendars(
        dealing=Calendar(closed, frozenset(), statuses, weekends),
        banking=Calendar(closed, workdays, statuses, weekends),
    )
