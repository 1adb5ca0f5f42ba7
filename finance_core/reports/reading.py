"""Reading a report by what was asked of it, and all reports by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.reports.table import Report, Table, asked, read
from finance_core.storage.unit import Unit


def by_name(reports: Iterable[Report]) -> Mapping[str, Report]:
    """Return reports by their names, in their order. Raises ValueError when two have one name."""
    named: dict[str, Report] = {}
    for each in reports:
        if each.name in named:
            raise ValueError(f"two reports are called {each.name}")
        named[each.name] = each
    return named


def report_called(reports: Mapping[str, Report], name: str) -> Report:
    """Return the report of that name. Raises NotFound: `report`."""
    try:
        return reports[name]
    except KeyError:
        raise NotFound(ErrorCode.REPORT, name=name) from None


def closed_and_open(unit: Unit) -> tuple[date, date]:
    """Return the last day whose figures stand for good, and the open one."""
    return (unit.closing_on or unit.open_on) - timedelta(days=1), unit.open_on


async def table_of(
    unit: Unit,
    report: Report,
    *,
    on: date | None = None,
    first_on: date | None = None,
    last_on: date | None = None,
    by: str | None = None,
) -> Table:
    """Return a report as of a date, or of a period: by default the last closed day, or its month so far.

    Raises:
        InvalidInput: as `table.asked`.
    """
    return await read(unit, report, asked(report, closed_and_open(unit), on, (first_on, last_on), by))
