"""The file of a calendar: years with their weekends, holidays and make-up days, read strictly.

A table for each year, in TOML; `data/calendars.toml` is one:

    [2027]
    status = "published"                # or "provisional": weekends and statutory holidays alone
    source = "where these days are published"
    weekend = ["saturday", "sunday"]    # may be left out when it is these
    closed = [["2027-02-05", "2027-02-11"]]     # first and last day of each holiday, both included
    workdays = ["2027-02-14"]           # make-up days: weekends on which banks work (exchanges do not)

All problems of a file are found together. Each is a sentence that says what is wrong and how to mend it.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.json import JsonValue, TomlTable

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKEND: Final = frozenset({5, 6})
"""Saturday and Sunday."""

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2999
_PAIR: Final = 2
_LONGEST_SOURCE: Final = 500
_MOST_DAYS: Final = 366
_FIELDS: Final = ("status", "source", "weekend", "closed", "workdays")
_NEEDED: Final = ("status", "source", "closed", "workdays")


class Status(StrEnum):
    """How sure the days of a year are."""

    PUBLISHED = "published"  # the official notice is out
    PROVISIONAL = "provisional"  # weekends and statutory holidays alone


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year's days."""

    year: int
    status: Status
    source: str
    weekend: frozenset[int]
    """The weekdays that are closed, 0 being Monday."""
    closed: frozenset[date]
    """Holidays, on a weekend or not."""
    workdays: frozenset[date]
    """Weekend days on which banks work."""

    def as_json(self) -> dict[str, JsonValue]:
        """Return the year as a table of a file, which `year_of` reads back; each closed day is a range of its own."""
        return {
            "status": self.status.value,
            "source": self.source,
            "weekend": [WEEKDAYS[number] for number in sorted(self.weekend)],
            "closed": [[day.isoformat(), day.isoformat()] for day in sorted(self.closed)],
            "workdays": [day.isoformat() for day in sorted(self.workdays)],
        }


class BadCalendars(InvalidInput):
    """A calendar that cannot be used: `problems` says what is wrong, each with how to mend it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(ErrorCode.CALENDAR_FILE, reason=" ".join(problems))
        self.problems = problems


def read_years(text: str) -> list[CalendarYear]:
    """Return the years of a file, in their order.

    Raises:
        BadCalendars: it is no such file, or its days contradict each other.
    """
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        raise BadCalendars(
            [f"The file is not TOML: {fault}. Mend that place; each year is a table, [2028]."]
        ) from fault
    tables.pop("version", None)
    if not tables:
        raise BadCalendars(["The file has no year: give at least one table, such as [2028]."])
    years: list[CalendarYear] = []
    problems: list[str] = []
    for name, table in tables.items():
        try:
            years.append(year_of(name, table))
        except BadCalendars as bad:
            problems += bad.problems
    if problems:
        raise BadCalendars(problems)
    return sorted(years, key=lambda year: year.year)


def year_of(name: str, table: object) -> CalendarYear:
    """Return the year that a `table` named `name` describes. Raises BadCalendars."""
    if not (name.isascii() and name.isdigit() and _FIRST_YEAR <= int(name) <= _LAST_YEAR):
        raise BadCalendars([f"[{name}] is no year: name each table by its year, such as [2028]."])
    if not isinstance(table, dict):
        raise BadCalendars([f"{name} is no table: write [{name}], and its fields below."])
    problems = list(_wrong_fields(name, table))
    if problems:
        raise BadCalendars(problems)
    reader = _Days(int(name), [])
    ranges = [reader.range(given) for given in table["closed"]]
    closed = [day for pair in ranges if pair for day in _days_of(*pair)]
    workdays = [day for given in table["workdays"] if (day := reader.day(given, "workdays"))]
    weekend = frozenset(map(WEEKDAYS.index, table["weekend"])) if "weekend" in table else WEEKEND
    problems = [*reader.problems, *_contradictions(name, closed, workdays, weekend)]
    if problems:
        raise BadCalendars(problems)
    return CalendarYear(
        int(name), Status(table["status"]), table["source"], weekend, frozenset(closed), frozenset(workdays)
    )


def _wrong_fields(name: str, table: TomlTable) -> Iterator[str]:
    """Yield what is wrong with the fields themselves; where nothing is, their days can be read."""
    for field in table:
        if field not in _FIELDS:
            yield f"{name}: {field} is not known here: a year has {', '.join(_FIELDS)}."
    for field in _NEEDED:
        if field not in table:
            yield f"{name}: {field} is missing: give it{', [] where there are none' if field in _FIELDS[3:] else ''}."
    if "status" in table and table["status"] not in list(Status):
        yield f'{name}: status is {table["status"]!r}: it must be "published" or "provisional".'
    yield from _wrong_source(name, table.get("source", "-"))
    for field in ("closed", "workdays"):
        if not isinstance(table.get(field, []), list):
            yield f"{name}: {field} must be a list, in brackets."
        elif len(table.get(field, [])) > _MOST_DAYS:
            yield f"{name}: {field} has more entries than a year has days: leave some out."
    yield from _wrong_weekend(name, table.get("weekend", []))


def _wrong_source(name: str, source: object) -> Iterator[str]:
    if not (isinstance(source, str) and source.strip()):
        yield f"{name}: source is empty: say where these days are published."
    elif not source.isprintable() or len(source) > _LONGEST_SOURCE:
        yield f"{name}: source is no line of text of at most {_LONGEST_SOURCE} characters: shorten it."


def _wrong_weekend(name: str, weekend: object) -> Iterator[str]:
    if not isinstance(weekend, list):
        yield f"{name}: weekend must be a list, in brackets."
        return
    for day in weekend:
        if day not in WEEKDAYS:
            yield f'{name}: weekend has {day!r}: name weekdays in English, such as "saturday".'
    if set(WEEKDAYS) <= {str(day) for day in weekend}:
        yield f"{name}: weekend has all seven days: leave the working days out."


@dataclass(slots=True)
class _Days:
    """Reads the days of one year, and collects what is wrong with them."""

    year: int
    problems: list[str]

    def day(self, given: object, field: str) -> date | None:
        found = _as_day(given)
        if found is None:
            self.problems.append(
                f'{self.year}: {field} has {given!r}: write a day that exists, as "{self.year}-05-01".'
            )
        elif found.year != self.year:
            self.problems.append(f"{self.year}: {field} has {found}: move it to the table [{found.year}].")
            return None
        return found

    def range(self, given: object) -> tuple[date, date] | None:
        if not isinstance(given, list) or len(given) != _PAIR:
            words = f'{self.year}: closed has {given!r}: give the first and the last day, ["{self.year}-05-01", '
            self.problems.append(f'{words}"{self.year}-05-05"], the same day twice for one.')
            return None
        first, last = (self.day(part, "closed") for part in given)
        if first is None or last is None:
            return None
        if last < first:
            self.problems.append(f"{self.year}: closed has {first} to {last}, which runs backwards: turn it round.")
            return None
        return first, last


def _contradictions(name: str, closed: list[date], workdays: list[date], weekend: frozenset[int]) -> Iterator[str]:
    for day in sorted(day for day, times in Counter(closed).items() if times > 1):
        yield f"{name}: {day} is in two ranges of closed: let each day be in one."
    for day in sorted(set(workdays)):
        if day in closed:
            yield f"{name}: {day} is closed and a make-up day: leave it out of one of the two."
        elif day.weekday() not in weekend:
            words = f"{day} is a {WEEKDAYS[day.weekday()].title()}, an open day already"
            yield f"{name}: workdays has a day that is no weekend: {words}. Leave it out."


def _as_day(given: object) -> date | None:
    """Return a TOML date, or text such as "2027-05-01", as a day; None where it is neither."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None


def _days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
