"""What a report is: a name, what it asks for, typed columns, what reads its rows; and the table that comes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Money
from finance_core.kernel.rounding import Rounding, rounded
from finance_core.storage.unit import Unit

TOTAL: Final = "total"
PERCENT_PLACES: Final = 2


class Kind(StrEnum):
    """What a column holds."""

    MONEY = "money"  # Money
    PERCENT = "percent"  # Decimal: 12.5 is 12.5 %
    COUNT = "count"  # int
    DATE = "date"  # date
    TEXT = "text"  # str


Cell = Money | Decimal | int | date | str | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `summed`: its money or count is added up below, for each asset on its own."""

    name: str
    kind: Kind
    summed: bool = False

    @property
    def title(self) -> str:
        """The name as words: `days_past_due` is "days past due"."""
        return self.name.replace("_", " ")


def money(name: str) -> Column:
    """Return a column of money that is added up."""
    return Column(name, Kind.MONEY, summed=True)


def count(name: str) -> Column:
    """Return a column of whole numbers that is added up."""
    return Column(name, Kind.COUNT, summed=True)


def number(name: str) -> Column:
    """Return a column of whole numbers whose sum would say nothing (days, identifiers)."""
    return Column(name, Kind.COUNT)


def percent(name: str) -> Column:
    """Return a column of percentages."""
    return Column(name, Kind.PERCENT)


def day(name: str) -> Column:
    """Return a column of dates."""
    return Column(name, Kind.DATE)


def words(name: str) -> Column:
    """Return a column of text."""
    return Column(name, Kind.TEXT)


class Takes(StrEnum):
    """What a report asks for."""

    DATE = "date"  # the state at the end of a day
    PERIOD = "period"  # what happened from one day to another
    EITHER = "either"  # the state on a day, or on each step of a period


class Family(StrEnum):
    """What a report is about: a reader chooses a family, then one of its reports."""

    LEDGER = "ledger"
    LOANS = "loans"  # the loan book as it stands
    FLOWS = "flows"  # what loans bring in over time
    FUNDS = "funds"
    SERVICE = "service"  # what people asked and how they were answered, and what they pay one another
    RECORDS = "records"  # what people did and agreed to, whom offers may go to


class Grain(StrEnum):
    """The steps in which a period is told."""

    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"

    def start_of(self, on: date) -> date:
        """Return the first day of the step that a day is in."""
        match self:
            case Grain.DAY:
                return on
            case Grain.WEEK:
                return on - timedelta(days=on.weekday())
            case Grain.MONTH:
                return on.replace(day=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked a report for: the days, both included, and the steps. `first_on` is None for one date."""

    last_on: date
    first_on: date | None = None
    by: Grain | None = None

    @property
    def since(self) -> date:
        """The first day; the date itself when only one was asked for."""
        return self.first_on or self.last_on

    @property
    def grain(self) -> Grain:
        """The steps, of a report that has some to choose: `asked` fills them in."""
        assert self.by is not None
        return self.by


@dataclass(frozen=True, slots=True)
class Found:
    """What a report read: its rows, and its last lines where they are not simply the sums."""

    rows: list[Row]
    totals: list[Row] | None = None


Reader = Callable[[Unit, Asked], Awaitable[Found]]


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `summary` says in one English sentence what it shows; its titles are in `handlers/locales`."""

    name: str
    summary: str
    takes: Takes
    columns: tuple[Column, ...]
    read: Reader
    grain: Grain | None = None
    """Its usual steps; None where it has none to choose."""
    permission: Permission = Permission.SEE_REPORTS
    family: Family = field(kw_only=True)
    brief: tuple[str, ...] = field(kw_only=True)
    """The columns that are told where there is no room for all: in a chat."""
    terms: tuple[str, ...] = field(default=(), kw_only=True)
    """Words of ours that stand in its cells, `TOTAL` apart, and are told in the reader's language: names and codes are
    none."""


@dataclass(frozen=True, slots=True)
class Table:
    """A report as it was read: rows and last lines have a cell for each column."""

    report: Report
    asked: Asked
    rows: list[Row]
    totals: list[Row] = field(default_factory=list)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The report's columns, in order."""
        return self.report.columns


def asked(
    report: Report, book: tuple[date, date], on: date | None, span: tuple[date | None, date | None], by: str | None
) -> Asked:
    """Return what is asked of a report, with its defaults filled in: the last closed day, or its month up to it.

    Args:
        book: the last day that is closed, and the open one (which may be asked for, and still moves).
        on: the date, for a report of a state.
        span: the first and the last day, for one of a period.
        by: a `Grain`'s name.

    Raises:
        InvalidInput: `report_takes_date`, `report_takes_period`, `report_period_backwards`, `report_date_ahead`,
            `report_steps` (it has none to choose, or there are no such ones).
    """
    closed_on, open_on = book
    first_on, last_on = span
    has_span = first_on is not None or last_on is not None
    if on is not None and (has_span or report.takes is Takes.PERIOD):
        raise InvalidInput(ErrorCode.REPORT_TAKES_PERIOD, report=report.name)
    if has_span and report.takes is Takes.DATE:
        raise InvalidInput(ErrorCode.REPORT_TAKES_DATE, report=report.name)
    last = last_on or on or closed_on
    if report.takes is Takes.PERIOD or has_span:
        first_on = first_on or last.replace(day=1)
    for each in (first_on, last):
        if each is not None and each > open_on:
            raise InvalidInput(ErrorCode.REPORT_DATE_AHEAD, on=each.isoformat(), open_on=open_on.isoformat())
    if first_on is not None and first_on > last:
        raise InvalidInput(ErrorCode.REPORT_PERIOD_BACKWARDS, first_on=first_on.isoformat(), last_on=last.isoformat())
    return Asked(last, first_on, _grain(report, by))


def _grain(report: Report, by: str | None) -> Grain | None:
    if by is None:
        return report.grain
    if report.grain is None or by not in set(Grain):
        raise InvalidInput(ErrorCode.REPORT_STEPS, report=report.name, by=by)
    return Grain(by)


async def read(unit: Unit, report: Report, question: Asked) -> Table:
    """Return a report's table. Reads only."""
    found = await report.read(unit, question)
    totals = sums(report.columns, found.rows) if found.totals is None else found.totals
    return Table(report, question, found.rows, totals)


def sums(columns: Sequence[Column], rows: Iterable[Row]) -> list[Row]:
    """Return a last line for each asset: its `summed` columns added up, `total` in the first column of text."""
    by_asset: dict[str, list[Row]] = {}
    for row in rows:
        by_asset.setdefault(_asset_of(row), []).append(row)
    return [_sum(columns, asset, alike) for asset, alike in sorted(by_asset.items()) if _has_sums(columns)]


def _has_sums(columns: Sequence[Column]) -> bool:
    return any(column.summed for column in columns)


def _asset_of(row: Row) -> str:
    return next((cell.asset.code for cell in row if isinstance(cell, Money)), "")


def _sum(columns: Sequence[Column], asset: str, rows: Sequence[Row]) -> Row:
    label = next((place for place, column in enumerate(columns) if column.kind is Kind.TEXT), None)
    return tuple(
        TOTAL if place == label else asset if column.name == "asset" else _added(column, [row[place] for row in rows])
        for place, column in enumerate(columns)
    )


def _added(column: Column, cells: Sequence[Cell]) -> Cell:
    if not column.summed:
        return None
    amounts = [cell for cell in cells if isinstance(cell, Money)]
    if amounts:
        return Money(sum(cell.amount for cell in amounts), amounts[0].asset)
    return sum(cell for cell in cells if isinstance(cell, int)) if column.kind is Kind.COUNT else None


def share(part: int, whole: int) -> Decimal | None:
    """Return `part` of `whole` in percent, two decimals, half-up; None of nothing. `share(1, 3)` is 33.33."""
    if whole == 0:
        return None
    return rounded(Fraction(100 * part, whole), Rounding.HALF_UP, places=PERCENT_PLACES)
