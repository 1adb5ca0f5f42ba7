"""The yearly rate in three conventions against the examples of those who define it.

Regulation Z (12 CFR 1026), Appendix J (c), gives two decimals. The European Commission's worked examples for the
mortgage directive (2014/17/EU) and those of directive 87/102/EEC give up to six. Flows are built from their terms.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from finance_core.kernel.annual_rate import (
    Flow,
    NoRate,
    RateTooHigh,
    all_in_rate,
    compounded,
    eu_rate,
    nominal,
    period_rate,
    us_rate,
)

Payments = list[tuple[str, int, int, str]]
"""Amount, how many, the first one's unit period, and the fraction of one more."""

APPENDIX_J: dict[str, tuple[str, int, Payments, str]] = {
    "c1-i monthly": ("5000", 12, [("230", 24, 1, "0")], "9.69"),
    "c1-iii semi-monthly, a short first period": ("5000", 24, [("219.17", 24, 0, "6/15")], "10.34"),
    "c1-v weekly, a long first period": ("500", 52, [("17.60", 30, 4, "4/7")], "14.96"),
    "c2-ii an odd first payment": ("400", 13, [("39.50", 1, 1, "5/28"), ("38.31", 11, 2, "5/28")], "28.50"),
    "c3-ii an odd last payment": ("200", 26, [("9.50", 19, 0, "8/14"), ("30", 1, 19, "8/14")], "12.22"),
    "c4-ii odd first and last": (
        "8000",
        6,
        [("449.36", 1, 0, "52/60"), ("465", 18, 1, "52/60"), ("200", 1, 19, "52/60")],
        "7.30",
    ),
    "c5-ii a single payment within a year": ("1000", 2, [("1044", 1, 1, "0")], "8.80"),
    "c5-iv a single payment after two years": ("1000", 1, [("1240", 1, 2, "0")], "11.36"),
    "c6-ii skipped and irregular payments": (
        "7350",
        12,
        [("1000", 3, 6, "12/30"), ("2000", 1, 12, "12/30"), ("750", 3, 18, "12/30"), ("1000", 1, 22, "29/30")],
        "10.22",
    ),
}


@pytest.mark.parametrize("name", APPENDIX_J)
def test_appendix_j_example_is_met(name: str) -> None:
    advance, a_year, payments, expected = APPENDIX_J[name]
    paid = [
        Flow(Decimal(amount), first + nr, Fraction(fraction))
        for amount, count, first, fraction in payments
        for nr in range(count)
    ]
    assert round(us_rate([Flow(Decimal(advance), 0)], paid, a_year), 2) == Decimal(expected)


def monthly(amount: str, count: int, *, after: Fraction = Fraction(1, 12)) -> list[Flow]:
    return [Flow(Decimal(amount), after + Fraction(month, 12)) for month in range(count)]


FEE = Flow(Decimal(4000), 0)
THREE_DAYS = Fraction(3, 365)

EUROPEAN: dict[str, tuple[str, list[Flow], str]] = {
    "240 months, the first after a month and three days": (
        "200000",
        [FEE, *monthly("1433.57", 240, after=Fraction(1, 12) + THREE_DAYS)],
        "6.434185",
    ),
    "20 years, the first after 34 days": (
        "200000",
        [FEE, *(Flow(Decimal("16541.86"), Fraction(34, 365) + year) for year in range(20))],
        "6.282070",
    ),
    "240 months": ("200000", [FEE, *monthly("1599.53", 240)], "7.946625"),
    "15 years and a balloon": ("200000", [FEE, *monthly("1199.10", 180), Flow(Decimal("142097.69"), 15)], "6.409523"),
    "a deposit for the last hundred": (
        "200000",
        [FEE, *monthly("1432.86", 239), Flow(Decimal("1532.86"), 20)],
        "6.436359",
    ),
    "one payment after 1.4958 years": ("1000", [Flow(Decimal(1200), Fraction(546, 365))], "12.96"),
    "two payments": ("1000", [Flow(Decimal(600), 1), Flow(Decimal(600), 2)], "13.06624"),
}


@pytest.mark.parametrize("name", EUROPEAN)
def test_european_example_is_met(name: str) -> None:
    drawn, repaid, expected = EUROPEAN[name]
    rate = eu_rate([Flow(Decimal(drawn), 0)], repaid)
    last_digit = Decimal(10) ** -len(expected.partition(".")[2])
    assert abs(rate - Decimal(expected)) <= last_digit


def test_all_in_rate_of_a_year_is_its_interest() -> None:
    assert all_in_rate([(date(2026, 1, 1), -1000), (date(2027, 1, 1), 1100)]) == 10


def test_all_in_rate_does_not_depend_on_the_side_it_is_seen_from() -> None:
    flows = [
        (date(2026, 1, 1), Decimal("-1000.00")),
        (date(2026, 7, 1), Decimal(520)),
        (date(2027, 1, 1), Decimal(560)),
    ]
    assert all_in_rate(flows) == all_in_rate([(day, -amount) for day, amount in flows])


def test_all_in_rate_over_the_leap_day_counts_366_days_over_365() -> None:
    rate = all_in_rate([(date(2024, 1, 1), -100_000), (date(2025, 1, 1), 110_000)])
    assert Decimal("9.970") < rate < Decimal("9.972")


def test_a_loan_that_gives_money_away_has_a_negative_rate() -> None:
    assert all_in_rate([(date(2026, 1, 1), -1000), (date(2027, 1, 1), 900)]) == -10


def test_a_loan_without_interest_has_no_rate_to_pay() -> None:
    assert all_in_rate([(date(2026, 1, 1), 1000), (date(2026, 9, 1), -1000)]) == 0


def test_a_very_high_rate_is_found_exactly() -> None:
    assert period_rate([Flow(1, 0), Flow(-1_000_001, 1)]) == 1_000_000


def test_a_rate_too_flat_for_floats_is_proven_in_decimals() -> None:
    rate = period_rate([Flow(10**15, 0), Flow(-(10**15) - 1, 1)])
    assert rate == 0
    assert period_rate([Flow(10**13, 0), Flow(-(10**13) - 37, 1)]) == Decimal("3.7E-12").quantize(Decimal("1e-12"))


@pytest.mark.parametrize(
    "flows",
    [
        [],
        [(date(2026, 1, 1), 1000)],
        [(date(2026, 1, 1), 1000), (date(2026, 2, 1), 1000)],
        [(date(2026, 1, 1), -1000), (date(2026, 1, 1), 900)],
        [(date(2026, 1, 1), 0), (date(2026, 2, 1), -5)],
    ],
)
def test_flows_that_no_rate_balances_are_refused(flows: list[tuple[date, int]]) -> None:
    with pytest.raises(NoRate):
        all_in_rate(flows)


def test_flows_that_never_come_to_nothing_at_any_rate_are_refused() -> None:
    with pytest.raises(NoRate):
        period_rate([Flow(100, 0), Flow(-100, 1), Flow(100, 2)])


def test_a_rate_above_the_highest_that_is_measured_is_named_as_such() -> None:
    a_day = [(date(2026, 1, 1), 800_00), (date(2026, 1, 2), -1000_33)]
    for flows in (a_day, a_day[::-1]):
        with pytest.raises(RateTooHigh):
            all_in_rate(flows)
    with pytest.raises(RateTooHigh):
        period_rate([Flow(1, 0), Flow(-(10**15), 0, Fraction(1, 2))])
    with pytest.raises(RateTooHigh):
        compounded(Decimal("0.25"), 365)
    assert nominal(Decimal("0.25"), 365) == 9125


@pytest.mark.parametrize("order", [1, -1])
def test_what_all_moves_on_one_day_has_no_rate_in_whatever_order(order: int) -> None:
    flows = [(date(2026, 1, 1), -1000), (date(2026, 1, 1), 900)][::order]
    with pytest.raises(NoRate) as refused:
        all_in_rate(flows)
    assert not isinstance(refused.value, RateTooHigh)


@pytest.mark.parametrize(("repaid", "days", "percent"), [(1025, 90, "10.13888889"), (1150, 14, "391.07142857")])
def test_a_single_payment_within_a_year_has_a_unit_period_of_its_own(repaid: int, days: int, percent: str) -> None:
    assert us_rate([Flow(1000, 0)], [Flow(repaid, 1)], Fraction(365, days)) == Decimal(percent)


def test_one_percent_a_month_is_twelve_or_twelve_point_seven_a_year() -> None:
    assert nominal(Decimal("0.01"), 12) == 12
    assert compounded(Decimal("0.01"), 12) == Decimal("12.68250301")


@given(
    principal=st.integers(100, 10**12),
    rate=st.decimals("0.00001", "3", places=7),
    count=st.integers(1, 60),
)
def test_the_rate_of_an_annuity_is_the_rate_it_was_made_with(principal: int, rate: Decimal, count: int) -> None:
    growth = 1 + Fraction(rate)
    payment = principal * Fraction(rate) / (1 - growth**-count)
    exact = Decimal(payment.numerator) / payment.denominator
    assume(exact * count > principal)
    found = period_rate([Flow(principal, 0), *(Flow(-exact, nr) for nr in range(1, count + 1))])
    assert abs(found - rate) <= Decimal("1e-11")
