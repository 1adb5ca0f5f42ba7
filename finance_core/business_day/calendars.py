"""An operator applies the days of a year: from the next unit of work on, every process deals and pays by them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Final

from sqlalchemy import text

from finance_core.kernel.calendar_file import BadCalendars, CalendarYear, Status, read_years
from finance_core.kernel.calendars import LONGEST_CLOSURE_DAYS, Calendars, calendars_of, years_with
from finance_core.storage.calendars import applied_years, store_years
from finance_core.storage.unit import Unit

_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtext('calendar_year'))")


async def apply_calendars(unit: Unit, path: Path) -> list[str]:
    """Store the years of a file that differ from what is in force; return them as "2028 (provisional)".

    What has been dealt and paid stays: a file may not change a day before the book's, and what is published does not
    become provisional again.

    Raises:
        BadCalendars: the file cannot be read, contradicts itself or the past, or closes for too long.
    """
    given = _read(path)
    await unit.session.execute(_ONE_AT_A_TIME)
    applied = await applied_years(unit.session)
    before = {year.year: year for year in years_with(applied)}
    changed = [year for year in given if before.get(year.year) != year]
    after = years_with(applied | {year.year: year for year in changed})
    problems = [
        *_taken_back(before, changed),
        *_changes_of_the_past(calendars_of(tuple(before.values())), calendars_of(after), changed, unit.open_on),
        *_gaps(after),
        *_endless_closures(calendars_of(after)),
    ]
    if problems:
        raise BadCalendars(problems)
    await store_years(unit.session, changed, unit.now)
    return [f"{year.year} ({year.status})" for year in changed]


def _read(path: Path) -> list[CalendarYear]:
    try:
        return read_years(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise BadCalendars([f"{path} cannot be read ({fault}): name a file of UTF-8 text."]) from fault


def _taken_back(before: dict[int, CalendarYear], changed: list[CalendarYear]) -> Iterator[str]:
    for year in changed:
        known = before.get(year.year)
        if known and known.status is Status.PUBLISHED and year.status is Status.PROVISIONAL:
            yield f"{year.year} is published already: give its published days, or leave the year out."


def _changes_of_the_past(
    before: Calendars, after: Calendars, changed: list[CalendarYear], open_on: date
) -> Iterator[str]:
    for year in changed:
        if year.year not in before.banking.statuses:
            continue
        passed = (day for day in _days_of(year.year) if day < open_on)
        moved = next((day for day in passed if _is_open(before, day) != _is_open(after, day)), None)
        if moved is not None:
            yield f"{year.year}: {moved} has passed (the book is open on {open_on}): leave it as it was."


def _gaps(years: tuple[CalendarYear, ...]) -> Iterator[str]:
    for earlier, later in pairwise(year.year for year in years):
        if later - earlier > 1:
            yield f"{later} comes after {earlier}, and nothing is known between: give {earlier + 1} too."


def _endless_closures(calendars: Calendars) -> Iterator[str]:
    for name, calendar in calendars._asdict().items():
        days = [day for year in sorted(calendar.statuses) for day in _days_of(year)]
        for is_open, stretch in groupby(days, calendar.is_open):
            closed = list(stretch)
            if not is_open and len(closed) >= LONGEST_CLOSURE_DAYS:
                words = f"closed for {len(closed)} days, {closed[0]} to {closed[-1]}"
                yield f"The {name} calendar is {words}: less than {LONGEST_CLOSURE_DAYS} are taken for a closure."


def _is_open(calendars: Calendars, day: date) -> tuple[bool, bool]:
    return calendars.dealing.is_open(day), calendars.banking.is_open(day)


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=ahead) for ahead in range((date(year + 1, 1, 1) - first).days)]
