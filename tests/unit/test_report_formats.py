"""A report's table as files, each read back as its reader reads it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from finance_core.kernel.money import CNY, JPY, Money
from finance_core.reports import formats
from finance_core.reports.table import (
    Asked,
    Family,
    Found,
    Report,
    Row,
    Table,
    Takes,
    count,
    day,
    money,
    number,
    percent,
    share,
    sums,
    words,
)
from finance_core.storage.unit import Unit

COLUMNS = (
    words("who"),
    words("asset"),
    number("days_past_due"),
    count("loans"),
    money("owed"),
    percent("rate"),
    day("on"),
)
TODAY = date(2026, 3, 12)


def a_row(who: str = "Ana", owed: Money | None = None) -> Row:
    owed = owed or Money(100_050, CNY)
    return (who, owed.asset.code, 31, 2, owed, Decimal("19.86"), TODAY)


def a_table(*rows: Row) -> Table:
    async def never(unit: Unit, asked: Asked) -> Found:
        raise AssertionError

    report = Report("who-owes", "Who owes.", Takes.DATE, COLUMNS, never, family=Family.LOANS, brief=())
    return Table(report, Asked(TODAY), list(rows), sums(COLUMNS, rows))


def csv_of(table: Table, **how: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(formats.as_csv(table, **how).decode("utf-8-sig"))))


def sheet_of(table: Table) -> Any:
    return load_workbook(io.BytesIO(formats.as_xlsx(table))).active


def test_money_and_counts_are_added_up_for_each_asset_and_nothing_else() -> None:
    found = sums(COLUMNS, [a_row(), a_row(owed=Money(300, JPY)), a_row(owed=Money(50, CNY))])
    assert found == [
        ("total", "CNY", None, 4, Money(100_100, CNY), None, None),
        ("total", "JPY", None, 2, Money(300, JPY), None, None),
    ]


def test_a_csv_has_names_plain_amounts_and_iso_dates() -> None:
    assert csv_of(a_table(a_row())) == [
        ["who", "asset", "days_past_due", "loans", "owed", "rate", "on"],
        ["Ana", "CNY", "31", "2", "1000.50", "19.86", "2026-03-12"],
        ["total", "CNY", "", "2", "1000.50", "", ""],
    ]


def test_a_file_begins_with_a_byte_order_mark_and_a_pipe_does_not() -> None:
    table = a_table(a_row("博"))
    assert formats.as_csv(table).startswith(b"\xef\xbb\xbfwho")
    assert formats.as_csv(table, mark=False).startswith(b"who")


COMPUTED = ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "\u200b=1", " =1"]


@pytest.mark.parametrize("who", COMPUTED)
def test_a_name_is_never_a_formula(who: str) -> None:
    table = a_table(a_row(who))
    assert csv_of(table)[1][0] == f"'{who}"
    cell = sheet_of(table)["A2"]
    assert (cell.data_type, cell.value) == ("s", who)


def test_a_negative_amount_is_a_figure_in_a_csv() -> None:
    assert csv_of(a_table(a_row(owed=Money(-5, CNY))))[1][4] == "-0.05"


def test_a_workbook_has_figures_with_their_formats_and_a_header_that_stays() -> None:
    sheet = sheet_of(a_table(a_row(), a_row(owed=Money(300, JPY))))
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == [column.name for column in COLUMNS]
    owed, rate, on = sheet["E2"], sheet["F2"], sheet["G2"]
    assert (owed.value, owed.number_format) == (1000.5, "#,##0.00")
    assert sheet["E3"].number_format == "#,##0"
    assert (round(rate.value, 6), rate.number_format) == (0.1986, "0.00%")
    assert (on.value, on.number_format) == (datetime(2026, 3, 12), "yyyy-mm-dd")  # noqa: DTZ001 - openpyxl's
    assert sheet["E4"].font.b
    assert not owed.font.b


def test_a_column_is_as_wide_as_what_it_shows_and_chinese_is_twice_as_wide() -> None:
    widths = sheet_of(a_table(a_row("储蓄合作社的一位客户"))).column_dimensions
    assert widths["A"].width == 22
    assert widths["E"].width == len("1,000.50") + 2


def test_what_no_workbook_can_hold_is_left_out() -> None:
    assert sheet_of(a_table(a_row("A\x00na\x0b")))["A2"].value == "Ana"


def test_json_has_amounts_as_text_and_counts_as_numbers() -> None:
    found = json.loads(json.dumps(formats.as_json(a_table(a_row()))))
    assert found["on"] == "2026-03-12"
    assert found["columns"][4] == {"name": "owed", "kind": "money"}
    assert found["rows"] == [
        {
            "who": "Ana",
            "asset": "CNY",
            "days_past_due": 31,
            "loans": 2,
            "owed": "1000.50",
            "rate": "19.86",
            "on": "2026-03-12",
        }
    ]
    assert found["totals"][0]["loans"] == 2


def test_a_share_is_rounded_once_and_half_up() -> None:
    assert [share(1, 3), share(1, 8), share(3, 0), share(1, 800)] == [
        Decimal("33.33"),
        Decimal("12.50"),
        None,
        Decimal("0.13"),
    ]
