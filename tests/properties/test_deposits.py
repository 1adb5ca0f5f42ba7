"""Term deposits under any sums, rates and days: the days add up to the payout, and parts never bring more."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from finance_core.deposits.rules import early, interest
from finance_core.storage.unit import Units

SUMS = st.integers(1, 10**11)
RATES = st.decimals(0, 20, places=4).map(Decimal)
DAYS = st.integers(0, 800)


@given(SUMS, RATES, st.lists(DAYS, min_size=1, max_size=40))
def test_whatever_the_days_on_which_it_is_told_the_accruals_sum_to_the_payout(
    principal: int, rate: Decimal, days: list[int]
) -> None:
    told = sorted({0, *days})
    accruals = [
        interest(principal, rate, later) - interest(principal, rate, before) for before, later in pairwise(told)
    ]
    assert sum(accruals) == interest(principal, rate, told[-1])
    assert all(accrual >= 0 for accrual in accruals)


@given(st.data(), st.integers(2, 10**11), RATES, st.integers(1, 800))
def test_a_part_taken_early_never_brings_more_than_the_contract_as_agreed(
    data: st.DataObject, principal: int, rate: Decimal, days: int
) -> None:
    part, after = data.draw(st.integers(1, principal)), data.draw(st.integers(0, days))
    demand = data.draw(st.decimals(0, rate, places=4))
    taken = early(principal, part, rate, demand, after)
    assert taken.interest + interest(taken.left, rate, days) <= interest(principal, rate, days)
    assert min(taken.interest, taken.given_up, taken.left_accrued) >= 0
    assert taken.interest + taken.given_up + taken.left_accrued == interest(principal, rate, after)


async def test_the_database_and_python_compute_the_same_interest(units: Units) -> None:
    cases = [
        (principal, rate, days)
        for principal in (1, 99, 3_650, 1_100, 1_000_000, 123_456_789, 10**11)
        for rate in ("0", "0.20", "0.5", "1.3333", "19.9999")
        for days in (0, 1, 10, 73, 365, 800)
    ]
    async with units.begin() as unit:
        for principal, rate, days in cases:
            values = {"principal": principal, "rate": Decimal(rate), "days": days}
            found = await unit.session.scalar(
                text("SELECT deposit_interest(:principal, CAST(:rate AS numeric), :days)"), values
            )
            assert found == interest(principal, Decimal(rate), days), values
