"""What stands in a report's cells is told in words: products, accounts, acts and subjects."""

from __future__ import annotations

import pytest

from finance_core.lines import REPORTS
from finance_core.reports.table import Cell
from handlers.desk.screens.report_words import words_in
from handlers.locales import translator


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
