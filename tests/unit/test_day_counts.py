"""Day counts against published examples: ISDA's memorandum on actual/actual, and the tables of the 30/360 methods.

The figures are those that QuantLib's test-suite takes from ISDA's and SIFMA's documents.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.kernel.day_counts import UNITS_A_YEAR, DayCount, days_between, year_fraction, year_units

THIRTY_DAY_MONTHS = {
    DayCount.THIRTY_360: """
        2007-02-20 2007-08-20 180
        2008-02-20 2008-08-20 180
        2009-02-20 2009-08-20 180
        2007-02-28 2007-08-31 183
        2008-02-29 2008-08-31 182
        2009-02-28 2009-08-31 183
        2006-01-30 2006-02-28 28
        2006-02-14 2006-02-28 14
        2006-10-31 2006-11-28 28
        2008-02-28 2008-08-28 180
        2008-02-28 2008-08-31 183
        2007-02-26 2008-02-29 363
        2008-02-28 2008-03-30 32
    """,
    DayCount.THIRTY_E_360: """
        2006-08-20 2007-02-20 180
        2007-08-20 2008-02-20 180
        2008-08-20 2009-02-20 180
        2006-02-28 2006-08-31 182
        2007-02-28 2007-08-31 182
        2008-02-29 2008-08-31 181
        2009-02-28 2009-08-31 182
        2010-02-28 2010-08-31 182
        2011-02-28 2011-08-31 182
        2006-01-31 2006-02-28 28
        2006-02-28 2006-03-03 5
        2006-09-30 2006-10-31 30
        2007-08-31 2008-02-28 178
        2008-02-28 2008-08-30 182
        2007-02-26 2008-02-28 362
        2008-02-29 2009-02-28 359
        2008-02-28 2008-03-31 32
    """,
    DayCount.THIRTY_U_360: """
        2007-02-20 2007-08-20 180
        2008-02-20 2008-08-20 180
        2009-02-20 2009-08-20 180
        2007-02-28 2007-08-31 180
        2008-02-29 2008-08-31 180
        2009-02-28 2009-08-31 180
        2006-01-30 2006-02-28 28
        2006-02-14 2006-02-28 14
        2006-10-31 2006-11-28 28
        2008-02-28 2008-08-28 180
        2008-02-28 2008-08-31 183
        2007-02-26 2008-02-29 363
        2008-02-28 2008-03-30 32
    """,
}

YEAR_FRACTIONS = {
    DayCount.ACT_ACT: """
        2003-11-01 2004-05-01 0.497724380567
        1999-07-01 2000-07-01 1.0013773486
        2003-07-15 2004-01-15 0.504004790778
        2000-01-30 2000-06-30 0.415300546448
    """,
    DayCount.ACT_365F: """
        2003-11-01 2004-05-01 0.498630136986
        1999-07-01 2000-07-01 1.002739726027
        2000-01-30 2000-06-30 0.416438356164
    """,
}

DAYS = st.dates(date(1901, 1, 1), date(2199, 12, 31))


def rows(table: dict[DayCount, str]) -> list[tuple[DayCount, date, date, str]]:
    return [
        (convention, date.fromisoformat(start), date.fromisoformat(end), expected)
        for convention, lines in table.items()
        for start, end, expected in (line.split() for line in lines.strip().splitlines())
    ]


@pytest.mark.parametrize(("convention", "start", "end", "expected"), rows(THIRTY_DAY_MONTHS))
def test_published_day_count_is_met(convention: DayCount, start: date, end: date, expected: str) -> None:
    assert days_between(convention, start, end) == int(expected)


@pytest.mark.parametrize(("convention", "start", "end", "expected"), rows(YEAR_FRACTIONS))
def test_published_year_fraction_is_met(convention: DayCount, start: date, end: date, expected: str) -> None:
    fraction = year_fraction(convention, start, end)
    decimals = len(expected.partition(".")[2])
    assert round(Decimal(fraction.numerator) / fraction.denominator, decimals) == Decimal(expected)


def test_act_act_over_two_years_is_each_years_days_over_its_length() -> None:
    assert year_fraction(DayCount.ACT_ACT, date(2003, 11, 1), date(2004, 5, 1)) == Fraction(61, 365) + Fraction(
        121, 366
    )


def test_act_act_over_three_years_counts_the_middle_one_as_one() -> None:
    fraction = year_fraction(DayCount.ACT_ACT, date(2023, 12, 31), date(2025, 1, 2))
    assert fraction == Fraction(1, 365) + 1 + Fraction(1, 365)


@pytest.mark.parametrize("convention", DayCount)
@given(start=DAYS, length=st.integers(0, 4000))
def test_no_stretch_is_shorter_than_nothing(convention: DayCount, start: date, length: int) -> None:
    assert year_units(convention, start, start + timedelta(days=length)) >= 0


@given(start=DAYS, first=st.integers(0, 2000), second=st.integers(0, 2000))
@pytest.mark.parametrize("convention", [DayCount.ACT_ACT, DayCount.ACT_365F, DayCount.ACT_360, DayCount.ACT_364])
def test_parts_of_an_actual_stretch_add_up(convention: DayCount, start: date, first: int, second: int) -> None:
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    assert year_units(convention, start, middle) + year_units(convention, middle, end) == year_units(
        convention, start, end
    )


@pytest.mark.parametrize("convention", DayCount)
def test_a_plain_year_from_new_year_is_one_year_but_for_the_money_markets(convention: DayCount) -> None:
    days = {DayCount.ACT_360: Fraction(365, 360), DayCount.ACT_364: Fraction(365, 364)}
    assert year_fraction(convention, date(2026, 1, 1), date(2027, 1, 1)) == days.get(convention, 1)
    assert UNITS_A_YEAR[convention] > 0
