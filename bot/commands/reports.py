"""`susu report`: a table on the terminal, or a file of it."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text
from sqlalchemy import text

from bot.database import opened
from bot.settings import Settings
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Money
from finance_core.lines import REPORTS
from finance_core.reports import formats
from finance_core.reports.reading import table_of
from finance_core.reports.table import Cell, Column, Grain, Kind, Report, Table, Takes

PIPE_COLUMNS: Final = 4096
"""How wide a table may be where no terminal bounds it: nothing is folded in a file."""
_TAKES: Final = {Takes.DATE: "--on", Takes.PERIOD: "--from --to", Takes.EITHER: "--on, or --from --to"}
_SENTENCES: Final = {
    ErrorCode.REPORT_TAKES_DATE: "{report} is as of one date: give --on, without --from and --to",
    ErrorCode.REPORT_TAKES_PERIOD: "{report} is about a period: give --from and --to instead of --on",
    ErrorCode.REPORT_DATE_AHEAD: "{on} has not come yet: the book is open on {open_on}",
    ErrorCode.REPORT_PERIOD_BACKWARDS: "the period ends ({last_on}) before it begins ({first_on}): exchange them",
    ErrorCode.REPORT_STEPS: "{report} has no steps to choose: leave --by out",
}
_PATIENTLY: Final = text("SET LOCAL statement_timeout = 0")


class WrongCall(Exception):
    """The call cannot be done as it is; the text says what is wrong and how to mend it."""


class Format(StrEnum):
    """How a report comes."""

    TABLE = "table"
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for on the command line."""

    name: str
    on: date | None
    first_on: date | None
    last_on: date | None
    by: str | None
    format: Format
    output: Path | None


def chosen_format(word: str | None, output: Path | None, *, as_json: bool) -> Format:
    """Return the format: as it was named, or as the file's name ends, or a table.

    Raises:
        WrongCall: there is no such format; or a workbook would go to a terminal.
    """
    ending = output.suffix.removeprefix(".") if output else ""
    wanted = "json" if as_json else word or (ending if ending in set(Format) else "table")
    if wanted not in set(Format):
        raise WrongCall(f"there is no format {wanted!r}; choose one of {', '.join(Format)}")
    if wanted == Format.XLSX and output is None:
        raise WrongCall("a workbook needs a file: add -o FILE.xlsx")
    return Format(wanted)


def listing(reports: Mapping[str, Report] = REPORTS) -> str:
    """Return every report with what it asks for."""
    width = max(map(len, reports))
    lines = [f"  {each.name:<{width}}  {each.summary} ({_asks(each)})" for each in reports.values()]
    return "\n".join(["Reports, as of any date: susu report NAME", "", *lines])


def listing_json(reports: Mapping[str, Report] = REPORTS) -> dict[str, list[dict[str, str]]]:
    """Return the same for programs."""
    return {"reports": [{"name": each.name, "summary": each.summary, "takes": each.takes} for each in reports.values()]}


def _asks(report: Report) -> str:
    return _TAKES[report.takes] + (" --by" if report.grain else "")


def require_report(name: str) -> None:
    """Raises WrongCall when there is no such report, with the nearest that is."""
    if name not in REPORTS:
        near = difflib.get_close_matches(name, REPORTS, n=1)
        hint = f"did you mean {near[0]}?" if near else "`susu report` lists them"
        raise WrongCall(f"there is no report {name!r}; {hint}")


async def fetched(settings: Settings, order: Order) -> Table:
    """Return the report's table.

    Raises:
        WrongCall: it does not take what was asked of it.
    """
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        await unit.session.execute(_PATIENTLY)
        try:
            return await table_of(
                unit, REPORTS[order.name], on=order.on, first_on=order.first_on, last_on=order.last_on, by=order.by
            )
        except InvalidInput as refusal:
            raise WrongCall(sentence(refusal)) from refusal


def sentence(refusal: InvalidInput) -> str:
    """Return what is wrong with what a report was asked for, and how to mend it."""
    if refusal.code == ErrorCode.REPORT_STEPS and REPORTS[refusal.details["report"]].grain is not None:
        return f"there are no steps {refusal.details['by']!r}; choose one of {', '.join(Grain)}"
    return _SENTENCES[refusal.code].format(**refusal.details)


def put_out(table: Table, order: Order) -> None:
    """Write the table to the file, or to the standard output."""
    content = rendered(table, order.format, to_file=order.output is not None)
    if order.output is not None:
        order.output.write_bytes(content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def rendered(table: Table, wanted: Format, *, to_file: bool) -> bytes:
    """Return the table in a format. To a terminal it is as wide as that, and coloured."""
    match wanted:
        case Format.CSV:
            return formats.as_csv(table, mark=to_file)
        case Format.XLSX:
            return formats.as_xlsx(table)
        case Format.JSON:
            return (json.dumps(formats.as_json(table), ensure_ascii=False) + "\n").encode()
        case Format.TABLE:
            return _as_grid(table, bare=to_file or not sys.stdout.isatty()).encode()


def _as_grid(table: Table, *, bare: bool) -> str:
    console = Console(
        width=PIPE_COLUMNS if bare else None, force_terminal=not bare, color_system=None if bare else "auto"
    )
    grid = Grid(title=heading(table), title_justify="left", box=box.SIMPLE_HEAD, title_style="bold")
    for column in table.columns:
        grid.add_column(column.title, justify="left" if column.kind in (Kind.TEXT, Kind.DATE) else "right")
    _add_rows(grid, table.columns, table.rows)
    if table.totals:
        grid.add_section()
        _add_rows(grid, table.columns, table.totals, style="bold")
    with console.capture() as caught:
        console.print(grid)
    return "\n".join(line.rstrip() for line in caught.get().splitlines()) + "\n"


def _add_rows(grid: Grid, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], style: str = "") -> None:
    for row in rows:
        cells = [Text(_shown(column, cell)) for column, cell in zip(columns, row, strict=True)]
        grid.add_row(*cells, style=style)


def heading(table: Table) -> str:
    """Return a table's title: the report's name, and the day or the days it is about."""
    asked = table.asked
    days = f"on {asked.last_on}" if asked.first_on is None else f"from {asked.first_on} to {asked.last_on}"
    return f"{table.report.name} {days}"


def _shown(column: Column, cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Money() | str():
            return str(cell)
        case Decimal():
            return f"{cell:.2f} %"
        case date():
            return cell.isoformat()
        case int():
            return f"{cell:,}" if column.summed else str(cell)
