"""Tables as files: CSV, XLSX and JSON. Figures stay figures, and no text is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import Money
from finance_core.kernel.outside_text import visible
from finance_core.reports.table import Asked, Cell, Column, Kind, Row, Table

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Heading = Callable[[Column], str]

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a text begins that a spreadsheet would compute when it opens a CSV; the full-width ones too, in East Asia."""
LONGEST_TITLE: Final = 31
"""Excel's bound for a sheet's name."""
WIDEST_COLUMN: Final = 48
ROWS_LOOKED_AT: Final = 500
"""How many rows decide how wide a column is."""


def name_of(column: Column) -> str:
    """Return the heading that programs read: `days_past_due`."""
    return column.name


def as_csv(table: Table, heading: Heading = name_of, *, mark: bool = True) -> bytes:
    """Return the table as CSV in UTF-8: amounts with a point and no separators, dates as 2026-03-12.

    Args:
        mark: whether it begins with a byte order mark. Excel takes a file without one for the machine's old code page
            and makes nonsense of Chinese, so files have it; what goes down a pipe does not.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(harmless(heading(column)) for column in table.columns)
    writer.writerows([_plain(cell) for cell in row] for row in _all_rows(table))
    return (BYTE_ORDER_MARK if mark else b"") + text.getvalue().encode()


def as_json(table: Table) -> JsonObject:
    """Return the table as JSON holds it: amounts and percentages as text, counts as numbers, dates as text."""
    names = [column.name for column in table.columns]
    return {
        "report": table.report.name,
        **_days(table.asked),
        "columns": [{"name": column.name, "kind": column.kind.value} for column in table.columns],
        "rows": [dict(zip(names, map(_as_json, row), strict=True)) for row in table.rows],
        "totals": [dict(zip(names, map(_as_json, row), strict=True)) for row in table.totals],
    }


def _days(asked: Asked) -> dict[str, str]:
    if asked.first_on is None:
        return {"on": asked.last_on.isoformat()}
    return {"from": asked.first_on.isoformat(), "to": asked.last_on.isoformat()}


def as_xlsx(table: Table, heading: Heading = name_of, title: str = "") -> bytes:
    """Return the table as a workbook of one sheet: numbers as numbers, a header that stays, columns as wide as needed.

    Args:
        title: the sheet's name; the report's by default.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title or table.report.name))
    sheet.freeze_panes = "A2"
    _set_widths(sheet, table, heading)
    sheet.append(_header(sheet, table, heading))
    bold_from = len(table.rows)
    for place, row in enumerate(_all_rows(table)):
        sheet.append(list(_cells(sheet, table, row, bold=place >= bold_from)))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _all_rows(table: Table) -> Iterator[Row]:
    yield from table.rows
    yield from table.totals


def _plain(cell: Cell) -> str | int:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case Money():
            return str(cell.decimal)
        case date():
            return cell.isoformat()
        case Decimal():
            return f"{cell:f}"
        case int():
            return cell


def harmless(text: str) -> str:
    """Return a text as a spreadsheet shows it: an apostrophe keeps it from being computed.

    What stands before its first sign and is not seen (blanks, zero-width characters) makes no difference.
    """
    starts = text.startswith(FORMULA_STARTS) or visible(text).lstrip().startswith(FORMULA_STARTS)
    return f"'{text}" if starts else text


def _as_json(cell: Cell) -> str | int | None:
    return cell if cell is None or isinstance(cell, str | int) else str(_plain(cell))


# -- the workbook -----------------------------------------------------------------------------------------------------


def _sheet_title(title: str) -> str:
    return "".join(letter if letter not in r"[]:*?/\'" else " " for letter in title)[:LONGEST_TITLE]


def _set_widths(sheet: Worksheet, table: Table, heading: Heading) -> None:
    from openpyxl.utils import get_column_letter

    looked_at = [*table.rows[:ROWS_LOOKED_AT], *table.totals]
    for place, column in enumerate(table.columns):
        longest = max([_width(heading(column)), *(_width(_shown(row[place])) for row in looked_at)])
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(longest + 2, WIDEST_COLUMN)


def _width(text: str) -> int:
    """Return how many Latin letters wide a text is; a Chinese one takes two."""
    return sum(1 + (ord(letter) > 0x2E80) for letter in text)  # noqa: PLR2004 - where CJK begins


def _shown(cell: Cell) -> str:
    return str(cell) if isinstance(cell, Money) else str(_plain(cell))


def _header(sheet: Worksheet, table: Table, heading: Heading) -> list[Any]:
    from openpyxl.styles import Font, PatternFill

    cells = [_text_cell(sheet, heading(column)) for column in table.columns]
    for cell in cells:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF2")
    return cells


def _cells(sheet: Worksheet, table: Table, row: Row, *, bold: bool) -> Iterator[Any]:
    from openpyxl.styles import Font

    for column, cell in zip(table.columns, row, strict=True):
        made = _cell(sheet, column, cell)
        if bold:
            made.font = Font(bold=True)
        yield made


def _cell(sheet: Worksheet, column: Column, cell: Cell) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(cell, str):
        return _text_cell(sheet, cell)
    value, shape = _number(cell)
    made = WriteOnlyCell(sheet, value=value)
    if shape and column.kind is not Kind.TEXT:
        made.number_format = shape
    return made


def _number(cell: Money | Decimal | date | int | None) -> tuple[Any, str]:
    """Return a cell's value and how it is shown. Percentages are fractions there, as spreadsheets have them."""
    match cell:
        case Money():
            places = cell.asset.scale
            return cell.decimal, "#,##0" + ("." + "0" * places if places else "")
        case Decimal():
            return cell / 100, "0.00%"
        case date():
            return cell, "yyyy-mm-dd"
        case int():
            return cell, "0"
        case None:
            return None, ""


def _text_cell(sheet: Worksheet, text: str) -> Any:
    """Return a cell that is text whatever it begins with; what no workbook can hold is left out."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    return cell
