"""Money: whole minor units of one asset, nothing lost, nothing mixed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.kernel.money import ASSETS, BTC, CNY, JPY, MAX_AMOUNT, USD, Money

amounts = st.integers(-(10**15), 10**15)
assets = st.sampled_from(list(ASSETS.values()))
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)


@pytest.mark.parametrize("amount", [1.0, True, Decimal(1), "1", None])
def test_an_amount_that_is_no_int_is_refused(amount: Any) -> None:
    with pytest.raises(TypeError, match="int of minor units"):
        Money(amount, CNY)


def test_an_amount_beyond_the_ledgers_column_is_refused() -> None:
    assert Money(MAX_AMOUNT, CNY).amount == MAX_AMOUNT
    assert Money(-MAX_AMOUNT, CNY).amount == -MAX_AMOUNT
    for beyond in (MAX_AMOUNT + 1, -MAX_AMOUNT - 1):
        with pytest.raises(OverflowError):
            Money(beyond, CNY)
    with pytest.raises(OverflowError):
        Money(MAX_AMOUNT, CNY) + Money(1, CNY)


def test_two_assets_never_meet() -> None:
    yuan, dollar = Money(100, CNY), Money(100, USD)
    for meeting in (lambda: yuan + dollar, lambda: yuan - dollar, lambda: yuan < dollar, lambda: yuan >= dollar):
        with pytest.raises(TypeError, match="CNY meets"):
            meeting()
    assert yuan != dollar


@pytest.mark.parametrize("count", [1.5, True, Decimal(2)])
def test_money_is_multiplied_by_whole_numbers_only(count: Any) -> None:
    with pytest.raises(TypeError):
        Money(100, CNY) * count


@pytest.mark.parametrize(
    ("said", "asset", "minor"),
    [("1000.50", CNY, 100050), ("0.01", CNY, 1), ("-3", CNY, -300), (12, JPY, 12), ("0.00000001", BTC, 1)],
)
def test_what_people_say_becomes_minor_units_exactly(said: str | int, asset: Any, minor: int) -> None:
    assert Money.of(said, asset) == Money(minor, asset)


@pytest.mark.parametrize(("said", "asset"), [("0.001", CNY), ("1.5", JPY), ("NaN", CNY), ("Infinity", CNY)])
def test_what_does_not_fit_the_assets_decimals_is_refused(said: str, asset: Any) -> None:
    with pytest.raises(ValueError, match=r"decimals|finite"):
        Money.of(said, asset)


def test_a_float_is_refused_in_major_units_too() -> None:
    with pytest.raises(TypeError, match="never a float"):
        Money.of(0.1, CNY)  # type: ignore[arg-type]


def test_money_is_written_with_its_decimals_and_thousands() -> None:
    assert str(Money(123456789, CNY)) == "1,234,567.89"
    assert str(Money(1234567, JPY)) == "1,234,567"
    assert str(Money(1, BTC)) == "0.00000001"
    assert str(Money(-5, CNY)) == "-0.05"


def test_only_nothing_is_false() -> None:
    assert not Money.zero(CNY)
    assert Money(-1, CNY)


@given(amounts, assets)
def test_major_units_and_back_is_the_same_money(amount: int, asset: Any) -> None:
    money = Money(amount, asset)
    assert Money.of(money.decimal, asset) == money


@given(amounts, amounts, amounts)
def test_sums_do_not_depend_on_their_order(first: int, second: int, third: int) -> None:
    a, b, c = Money(first, CNY), Money(second, CNY), Money(third, CNY)
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a - b == -(b - a)
    assert (a < b) == (first < second)


@given(amounts, weights)
def test_a_split_loses_nothing_and_keeps_each_share_within_one_unit(amount: int, shares: list[int]) -> None:
    parts = Money(amount, CNY).split(shares)
    assert sum(part.amount for part in parts) == amount
    for part, weight in zip(parts, shares, strict=True):
        exact = Decimal(amount) * weight / sum(shares)
        assert abs(part.amount - exact) < 1
        assert weight or part.amount == 0


@given(amounts, weights)
def test_a_split_gives_the_larger_weight_no_smaller_share(amount: int, shares: list[int]) -> None:
    parts = Money(abs(amount), CNY).split(shares)
    ordered = sorted(zip(shares, (part.amount for part in parts), strict=True), key=lambda pair: (pair[0], pair[1]))
    assert [share for _, share in ordered] == sorted(share for _, share in ordered)


def test_the_first_of_equal_shares_gets_the_odd_unit() -> None:
    assert [part.amount for part in Money(100, CNY).split([1, 1, 1])] == [34, 33, 33]


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1]])
def test_a_split_without_sense_is_refused(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(100, CNY).split(shares)
