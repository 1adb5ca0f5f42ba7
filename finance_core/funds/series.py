"""Tables of prices: the format that an operator's file has, and those that are shipped and publish themselves.

A table is CSV with the header `fund,date,nav`. The shipped ones are made up, for the demo.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from finance_core.catalogue.terms import made_by, number, text_in
from finance_core.funds.rules import LARGEST_NAV
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput

HEADER: Final = ("fund", "date", "nav")
MOST_LINES: Final = 10_000
_DATA: Final = Path(__file__).with_name("data")


class Line(BaseModel):
    """One price of a table."""

    model_config = ConfigDict(frozen=True)

    fund: Annotated[str, made_by(text_in)]
    on: Annotated[date, made_by(date.fromisoformat), Field(alias="date")]
    nav: Annotated[Decimal, number(0, LARGEST_NAV)]


def read_table(lines: Iterable[str]) -> list[Line]:
    """Return the prices of a table in its order. Raises InvalidInput: `nav_file` with the line's number and why."""
    try:
        rows = list(csv.reader(lines))
    except csv.Error as fault:
        raise InvalidInput(ErrorCode.NAV_FILE, line=0, reason=str(fault)) from fault
    if not rows or tuple(cell.strip() for cell in rows[0]) != HEADER:
        raise InvalidInput(ErrorCode.NAV_FILE, line=1, reason=f"the header is {','.join(HEADER)}")
    if len(rows) > MOST_LINES:
        raise InvalidInput(ErrorCode.NAV_FILE, line=MOST_LINES, reason="a table has no more lines")
    return [_line(number, row) for number, row in enumerate(rows[1:], 2) if row]


def read_file(path: Path) -> list[Line]:
    """Return the prices of a file. Raises InvalidInput: `nav_file`: it cannot be read, or a line is no price."""
    try:
        return read_table(path.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidInput(ErrorCode.NAV_FILE, line=0, reason=str(fault)) from fault


def series_called(name: str) -> Path:
    """Return a shipped table's file. Raises ValueError: there is none of that name."""
    path = _DATA / name
    if Path(name).name != name or not path.is_file():
        raise ValueError(f"there is no table of prices called {name}")
    return path


def nav_in(name: str, fund: str, day: date) -> Decimal | None:
    """Return a fund's NAV of a day in a shipped table, None when it has none."""
    return _series(name).get((fund, day))


@cache
def _series(name: str) -> Mapping[tuple[str, date], Decimal]:
    lines = read_table(series_called(name).read_text(encoding="utf-8").splitlines())
    return {(line.fund, line.on): line.nav for line in lines}


def _line(number: int, row: list[str]) -> Line:
    try:
        return Line.model_validate(dict(zip(HEADER, (cell.strip() for cell in row), strict=True)))
    except ValueError:  # pydantic's refusal is one
        raise InvalidInput(ErrorCode.NAV_FILE, line=number, reason=f"not {','.join(HEADER)}") from None
