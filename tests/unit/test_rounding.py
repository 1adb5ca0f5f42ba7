"""The one place that rounds: each mode on halves, both signs, and fractions that no decimal holds."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.kernel.rounding import Rounding, rounded, to_minor_units

fractions = st.fractions(min_value=-(10**15), max_value=10**15, max_denominator=10**9)


@pytest.mark.parametrize(
    ("mode", "figures"),
    [
        (Rounding.HALF_UP, {"2.5": 3, "-2.5": -3, "3.5": 4, "2.49": 2, "-2.51": -3}),
        (Rounding.HALF_EVEN, {"2.5": 2, "-2.5": -2, "3.5": 4, "2.51": 3, "-3.5": -4}),
        (Rounding.DOWN, {"2.99": 2, "-2.99": -2, "2": 2}),
        (Rounding.UP, {"2.01": 3, "-2.01": -3, "2": 2}),
    ],
)
def test_each_mode_rounds_as_its_name_says(mode: Rounding, figures: dict[str, int]) -> None:
    for value, expected in figures.items():
        assert to_minor_units(Decimal(value), mode) == expected
        assert to_minor_units(Fraction(value), mode) == expected


def test_places_are_kept_in_the_result() -> None:
    assert str(rounded(Decimal("1.005"), Rounding.HALF_UP, places=2)) == "1.01"
    assert str(rounded(Fraction(1, 3), Rounding.HALF_UP, places=4)) == "0.3333"
    assert str(rounded(7, Rounding.HALF_UP, places=2)) == "7.00"


def test_a_fraction_just_below_a_half_is_not_lifted_by_a_cut_off_quotient() -> None:
    just_below = Fraction(1, 2) - Fraction(1, 10**80)
    assert to_minor_units(just_below, Rounding.HALF_UP) == 0
    assert to_minor_units(Fraction(1, 2), Rounding.HALF_UP) == 1


@given(fractions, st.sampled_from(list(Rounding)))
def test_the_result_is_less_than_one_away_and_whole_numbers_stay(value: Fraction, mode: Rounding) -> None:
    whole = to_minor_units(value, mode)
    assert abs(whole - value) < 1
    assert to_minor_units(Fraction(whole), mode) == whole


@given(fractions)
def test_halves_are_never_more_than_a_half_away(value: Fraction) -> None:
    for mode in (Rounding.HALF_UP, Rounding.HALF_EVEN):
        assert abs(to_minor_units(value, mode) - value) <= Fraction(1, 2)


@given(fractions)
def test_down_goes_toward_zero_and_up_away_from_it(value: Fraction) -> None:
    assert abs(to_minor_units(value, Rounding.DOWN)) <= abs(value) <= abs(to_minor_units(value, Rounding.UP))


@given(fractions, st.sampled_from(list(Rounding)))
def test_a_sign_changes_nothing_but_the_sign(value: Fraction, mode: Rounding) -> None:
    assert to_minor_units(-value, mode) == -to_minor_units(value, mode)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6), st.sampled_from(list(Rounding)))
def test_a_decimal_and_its_fraction_round_alike(value: Decimal, mode: Rounding) -> None:
    assert rounded(value, mode, places=2) == rounded(Fraction(value), mode, places=2)
