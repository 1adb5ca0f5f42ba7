"""Classes, buckets and provisions by days past due; what SQL says of them is held against this in `core`."""

from __future__ import annotations

from datetime import date

import pytest

from finance_core.loans.rules.classes import (
    LoanClass,
    bucket_of,
    class_of,
    days_past_due,
    provision_owner,
    required_provision,
)

ON = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, LoanClass.PASS),
        (1, LoanClass.SPECIAL_MENTION),
        (90, LoanClass.SPECIAL_MENTION),
        (91, LoanClass.SUBSTANDARD),
        (270, LoanClass.SUBSTANDARD),
        (271, LoanClass.DOUBTFUL),
        (360, LoanClass.DOUBTFUL),
        (361, LoanClass.LOSS),
    ],
)
def test_the_class_follows_the_days_past_due(days: int, expected: LoanClass) -> None:
    assert class_of(days, None, ON) is expected


def test_a_restructured_loan_is_special_mention_for_a_year() -> None:
    assert class_of(0, date(2025, 6, 2), ON) is LoanClass.SPECIAL_MENTION
    assert class_of(0, date(2025, 6, 1), ON) is LoanClass.PASS
    assert class_of(0, date(2026, 6, 2), ON) is LoanClass.PASS
    assert class_of(100, date(2026, 5, 1), ON) is LoanClass.SUBSTANDARD


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, None), (1, (1, 30)), (30, (1, 30)), (31, (31, 60)), (180, (91, 180)), (181, (181, 270)), (999, (361, None))],
)
def test_each_day_past_due_is_in_one_bucket(days: int, expected: tuple[int, int | None] | None) -> None:
    assert bucket_of(days) == expected


def test_days_count_from_the_oldest_unpaid_due_day() -> None:
    assert days_past_due(None, ON) == 0
    assert days_past_due(ON, ON) == 0
    assert days_past_due(date(2026, 5, 31), ON) == 1


def test_a_provision_is_rounded_half_up_to_the_cent() -> None:
    assert required_provision(123_450, LoanClass.SPECIAL_MENTION) == 2469
    assert required_provision(150, LoanClass.PASS) == 2
    assert required_provision(149, LoanClass.PASS) == 1
    assert required_provision(77, LoanClass.LOSS) == 77


def test_each_product_and_class_has_an_account_of_its_own() -> None:
    owners = [provision_owner(number, each) for number in (1, 2, 10, 11) for each in LoanClass]
    assert len(set(owners)) == len(owners)
    assert provision_owner(4, LoanClass.SUBSTANDARD) == 43
