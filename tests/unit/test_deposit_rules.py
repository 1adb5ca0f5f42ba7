"""The arithmetic of term deposits, worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from finance_core.deposits.rules import Early, early, interest, pays_on
from finance_core.kernel.calendars import banking
from finance_core.kernel.errors import NotFound


@pytest.mark.parametrize(
    ("principal", "rate", "days", "earned"),
    [
        (100_000, "1.15", 90, 284),  # 1,000.00: 2.8356…
        (1_000_000, "0.90", 30, 740),  # 7.3972…
        (1_000_000, "1.55", 365, 15_500),  # a whole year
        (5_000, "0.90", 30, 4),  # 50.00: 0.0369…
        (36_500, "5", 10, 50),  # 0.50 exactly
        (3_650, "0.5", 10, 1),  # half a cent goes up
        (1_000_000, "1.35", 0, 0),
    ],
)
def test_interest_is_by_actual_days_over_365_and_rounded_once(
    principal: int, rate: str, days: int, earned: int
) -> None:
    assert interest(principal, Decimal(rate), days) == earned


def test_all_of_it_early_is_paid_at_the_demand_rate() -> None:
    taken = early(1_000_000, 1_000_000, Decimal("1.35"), Decimal("0.20"), 45)
    assert taken == Early(part=1_000_000, interest=247, given_up=1_417, left=0, left_accrued=0)
    assert taken.paid == 1_000_247


def test_a_part_early_leaves_the_rest_with_what_it_earned() -> None:
    taken = early(1_000_000, 400_000, Decimal("1.35"), Decimal("0.20"), 45)
    assert taken == Early(part=400_000, interest=99, given_up=566, left=600_000, left_accrued=999)


def test_a_cent_that_only_rounding_would_make_is_not_paid_on_a_part() -> None:
    """11.00 earn 0.0061 at 0.20 % in 101 days, which would round to a cent; by the contract they earn 0.0098."""
    assert interest(1_100, Decimal("0.20"), 101) == 1
    assert early(1_000_000, 1_100, Decimal("0.32"), Decimal("0.20"), 101).interest == 0


@pytest.mark.parametrize(
    ("matures_on", "paid_on"),
    [
        (date(2026, 4, 10), date(2026, 4, 10)),
        (date(2026, 4, 11), date(2026, 4, 13)),
        (date(2026, 2, 15), date(2026, 2, 24)),
        (date(2026, 2, 14), date(2026, 2, 14)),  # a make-up Saturday
        (date(2026, 9, 20), date(2026, 9, 20)),  # a make-up Sunday
    ],
)
def test_a_deposit_is_paid_on_a_banking_day(matures_on: date, paid_on: date) -> None:
    assert pays_on(matures_on, banking()) == paid_on


def test_a_year_that_no_calendar_knows_is_refused() -> None:
    with pytest.raises(NotFound, match="calendar_year"):
        pays_on(date(2031, 1, 1), banking())
