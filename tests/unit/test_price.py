"""What a late day of a running loan costs, in words: of what is overdue, else of each instalment to come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.pictures import TODAY, sample_view
from finance_core.kernel.money import CNY, Money
from finance_core.loans.queries import Due
from handlers.loans.screens.price import contract_rate, daily_rate, late_loan, lender
from handlers.locales import translator

ENGLISH, CHINESE = translator("en"), translator("zh")


def test_each_instalment_to_come_costs_the_same_where_its_principal_is_the_same() -> None:
    said = late_loan(ENGLISH, sample_view(12))
    assert said == (
        "A late instalment costs about ¥0.49 a day; after more than 3 days, ¥0.74 a day from its due day on."
    ), "1,000.00 at 18 % and 9 % more: 49.3 and 74.0 a day"


def test_of_a_late_loan_what_is_overdue_counts_together() -> None:
    late = replace(sample_view(12), days_past_due=36, dues=(Due(36, Money(101_000, CNY)), Due(5, Money(101_000, CNY))))
    assert "about ¥0.99 a day; after more than 3 days, ¥1.48" in str(late_loan(ENGLISH, late))
    due_today = replace(late, dues=(Due(36, Money(101_000, CNY)), Due(0, Money(101_000, CNY))))
    assert "about ¥0.49 a day" in str(late_loan(ENGLISH, due_today)), "what is due today is not late"


def test_a_late_fee_is_named_and_without_days_of_grace_there_is_one_figure() -> None:
    view = sample_view(12)
    view.loan.grace_days, view.loan.late_fee = 0, 500
    assert late_loan(CHINESE, view) == "逾期一期，每天约 ¥0.74。\n另收一次逾期费 ¥5.00。"


def test_what_is_all_paid_has_no_late_day() -> None:
    paid = sample_view(2)
    for row in paid.instalments:
        row.settled_on = TODAY
    assert late_loan(ENGLISH, replace(paid, days_past_due=0)) is None


@pytest.mark.parametrize(("name", "said"), [("Harbour & Sons", "Harbour &amp; Sons"), ("", "The ins")])
def test_the_lender_is_named_by_its_legal_name(name: str, said: str) -> None:
    assert str(lender(ENGLISH, name)).startswith(f"Lender: {said}")


def test_the_contracts_rate_is_said_a_year_and_a_day() -> None:
    loan = sample_view(2).loan
    assert daily_rate(loan.annual_rate) == "0.0493%"
    assert contract_rate(CHINESE, loan.annual_rate) == "年化利率（单利）18.00%，日利率 0.0493%"
