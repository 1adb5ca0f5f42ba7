"""Two calendars: *dealing* (when fund orders are priced: the exchange's) and *banking* (make-up days are workdays)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.json import TomlTable

_DATA: Final = Path(__file__).with_name("data") / "calendars.toml"
_SATURDAY: Final = 5
_LONGEST_CLOSURE_DAYS: Final = 30
"""No closure is longer; a search beyond it means that the data is broken."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The open days of the years that the data covers."""

    closed: frozenset[date]
    """Holidays, weekends not listed."""
    extra: frozenset[date]
    """Weekend days that are open all the same."""
    statuses: dict[int, str]
    """`published` or `provisional`, by year."""

    def is_open(self, day: date) -> bool:
        """Say whether `day` is an open day. Raises NotFound: `calendar_year`, for a year without data."""
        if day.year not in self.statuses:
            raise NotFound(ErrorCode.CALENDAR_YEAR, year=day.year)
        return day in self.extra or (day.weekday() < _SATURDAY and day not in self.closed)

    def on_or_after(self, day: date) -> date:
        """Return the first open day that is `day` or later."""
        for ahead in range(_LONGEST_CLOSURE_DAYS):
            if self.is_open(candidate := day + timedelta(days=ahead)):
                return candidate
        raise NotFound(ErrorCode.CALENDAR_YEAR, year=day.year)

    def after(self, day: date) -> date:
        """Return the first open day later than `day`."""
        return self.on_or_after(day + timedelta(days=1))

    def before(self, day: date) -> date:
        """Return the last open day earlier than `day`."""
        for back in range(1, _LONGEST_CLOSURE_DAYS):
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
        """Return the last day of the last year whose closures are published."""
        return date(max(year for year, status in self.statuses.items() if status == "published"), 12, 31)


@cache
def dealing() -> Calendar:
    """Return the exchange's calendar: make-up Saturdays are not dealing days."""
    return _calendar(with_make_up_days=False)


@cache
def banking() -> Calendar:
    """Return the banks' calendar: make-up days are workdays."""
    return _calendar(with_make_up_days=True)


def _calendar(*, with_make_up_days: bool) -> Calendar:
    years = {int(year): table for year, table in _read().items() if year.isdigit()}
    return Calendar(
        closed=frozenset(day for table in years.values() for day in _days(table["closed"])),
        extra=frozenset(
            date.fromisoformat(day) for table in years.values() for day in table["workdays"] if with_make_up_days
        ),
        statuses={year: table["status"] for year, table in years.items()},
    )


@cache
def _read() -> TomlTable:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


def _days(ranges: list[list[str]]) -> list[date]:
    days = []
    for first_text, last_text in ranges:
        first, last = date.fromisoformat(first_text), date.fromisoformat(last_text)
        days += [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return days
