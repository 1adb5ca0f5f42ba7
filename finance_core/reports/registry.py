"""The register of reports, and reading one by its name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.reports import books, funds, loan_book, loan_flows, records
from finance_core.reports.table import Report, Table, asked, read
from finance_core.storage.unit import Unit

REPORTS: Final[dict[str, Report]] = {
    report.name: report
    for report in (
        books.TRIAL_BALANCE,
        books.BALANCE_SHEET,
        books.INCOME_STATEMENT,
        loan_book.LOAN_BOOK,
        loan_book.AGEING,
        loan_book.PAR,
        loan_book.PROVISIONING,
        loan_book.RESTRUCTURED,
        loan_flows.EXPECTED,
        loan_flows.DUE_COLLECTED,
        loan_flows.VINTAGES,
        funds.REGISTER,
        funds.FLOWS,
        funds.MONEY,
        books.SAFEGUARDING,
        records.MANUAL_ENTRIES,
        records.AUDIT,
    )
}


def report_named(name: str) -> Report:
    """Return a report. Raises NotFound: `report`."""
    try:
        return REPORTS[name]
    except KeyError:
        raise NotFound(ErrorCode.REPORT, name=name) from None


def closed_and_open(unit: Unit) -> tuple[date, date]:
    """Return the last day whose figures stand for good, and the open one."""
    return (unit.closing_on or unit.open_on) - timedelta(days=1), unit.open_on


async def report(
    unit: Unit,
    name: str,
    *,
    on: date | None = None,
    first_on: date | None = None,
    last_on: date | None = None,
    by: str | None = None,
) -> Table:
    """Return a report as of a date, or of a period: by default the last closed day, or its month so far.

    Raises:
        NotFound: `report`. InvalidInput as `table.asked`.
    """
    wanted = report_named(name)
    return await read(unit, wanted, asked(wanted, closed_and_open(unit), on, (first_on, last_on), by))
