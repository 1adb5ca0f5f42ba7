"""What stands in a report's cells is told in words: products, accounts, acts and subjects."""

from __future__ import annotations

import json
from datetime import date

import pytest

from finance_core.lines import REPORTS
from finance_core.reports.table import TOTAL, Asked, Cell, Grain, Row, Table
from handlers.desk.screens.report_words import words_in
from handlers.desk.screens.reports import table
from handlers.locales import translator
from tests.builders import yuan


def said(language: str, name: str, **cells: Cell) -> dict[str, Cell]:
    """Return the words of a row of a report, of which some cells are given."""
    report = REPORTS[name]
    row = tuple(cells.get(column.name) for column in report.columns)
    words = words_in(translator(language), report, report.columns, row)
    return {column.name: cell for column, cell in zip(report.columns, words, strict=True)}


@pytest.mark.parametrize(
    ("language", "account", "book"), [("en", "Customer wallet", "institution"), ("zh", "客户钱包", "本机构")]
)
def test_an_account_is_told_by_its_name_and_keeps_its_code(language: str, account: str, book: str) -> None:
    row = said(language, "trial-balance", book="INST", code="2010", account="Customer wallet")
    assert (row["book"], row["code"], row["account"]) == (book, "2010", account)


def test_a_product_an_act_and_its_subject_are_told_in_chinese() -> None:
    assert "闪电贷" in str(said("zh", "loan-book", product="lightning")["product"])
    audited = said("zh", "audit", act="operator.grant", subject="customer:12")
    assert (audited["act"], audited["subject"]) == ("授予角色", "客户 12")
    assert said("zh", "audit", act="look", subject="report:par")["subject"] == "风险贷款（PAR）"


def test_an_entry_by_hand_is_told_by_its_kind_and_who_made_it() -> None:
    row = said("zh", "manual-entries", kind="loan.write_off", maker="operator:7", reference="S222-2222")
    assert (row["kind"], row["maker"], row["reference"]) == ("核销", "操作员 7", "S222-2222")


def test_what_has_no_words_is_shown_as_it_is() -> None:
    assert said("en", "audit", act="something.new", subject="thing:1")["act"] == "something.new"


@pytest.mark.parametrize(("language", "said_so"), [("en", "1–30 days late"), ("zh", "逾期1–30天")])
def test_how_late_loans_are_is_told_in_days(language: str, said_so: str) -> None:
    assert said(language, "ageing", days_past_due="1–30")["days_past_due"] == said_so


def test_what_moved_units_and_what_saving_is_called_is_told_in_words() -> None:
    row = said("zh", "fund-flows", fund="change_plus", movement="change_plus.confirmed")
    assert (row["fund"], row["movement"]) == ("零钱通", "转入确认")


@pytest.mark.parametrize(
    ("language", "said_so"),
    [("en", "found: 1, 2; more there: No; sum: ¥3.00"), ("zh", "找到: 1, 2; 还有更多: 否; 金额: ¥3.00")],
)
def test_what_the_audit_keeps_beside_an_act_is_told_without_json(language: str, said_so: str) -> None:
    kept = json.dumps({"found": [1, 2], "more": False, "sum": yuan(3).as_json()})
    assert said(language, "audit", details=kept)["details"] == said_so


def test_each_sum_of_a_report_says_that_it_is_one_and_whose() -> None:
    report = REPORTS["trial-balance"]
    named = [column.name for column in report.columns]
    totals: list[Row] = [
        tuple({"book": book, "account": TOTAL, "debit_balance": yuan(5)}.get(name) for name in named)
        for book in ("INST", "FUND:1")
    ]
    asked = Asked(date(2026, 3, 12), by=Grain.MONTH)
    told = table(translator("en"), Table(report, asked, [], totals)).text.splitlines()
    assert told[-2:] == [
        "<b>Institution · total · debit balance ¥5.00</b>",
        "<b>Fund 1 · total · debit balance ¥5.00</b>",
    ]


def test_a_day_among_the_words_is_written_as_the_language_writes_it() -> None:
    report = REPORTS["expected-cash-flow"]
    told: dict[str, Cell] = {"step": "2027-02-01", "total": yuan(5)}
    row = tuple(told.get(column.name) for column in report.columns)
    asked = Asked(date(2026, 3, 12), by=Grain.MONTH)
    assert "2027年2月1日 周一 · " in table(translator("zh"), Table(report, asked, [row], [])).text
