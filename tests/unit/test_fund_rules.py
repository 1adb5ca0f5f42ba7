"""Worked figures of funds at an unknown price, and what is true of any figures."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_core.catalogue.service import SHIPPED, _read
from finance_core.funds import rules
from finance_core.funds.product import NavFundTerms, named
from finance_core.funds.rules import AmountTier, Books, Lot, TimeTier
from finance_core.kernel.calendars import dealing
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import ASSETS

TIERS = (TimeTier(7, Decimal("1.5")), TimeTier(30, Decimal("0.1")), TimeTier(None, Decimal(0)))
navs = st.integers(1, 200_000).map(lambda number: Decimal(number).scaleb(-4))
CUT_OFF = time(15)


def shipped() -> list[NavFundTerms]:
    return [NavFundTerms.parsed(code, 1, terms) for code, terms in _read(SHIPPED).items() if terms["line"] == "funds"]


def test_five_hundred_at_1_2345_are_405_02_units_worth_500() -> None:
    assert rules.units_for(50_000, Decimal("1.2345")) == 40_502
    assert rules.value_of(40_502, Decimal("1.2345")) == 50_000
    assert rules.priced(50_000, Decimal("1.2345")) == rules.Priced(40_502, 50_000, 0)


def test_the_subscription_fee_is_outside_by_tiers_of_the_amount() -> None:
    tiers = (AmountTier(10_000_000, Decimal("1.2")), AmountTier(None, Decimal("0.3")))
    assert rules.subscription_percent(9_999_999, tiers) == Decimal("1.2")
    assert rules.subscription_percent(10_000_000, tiers) == Decimal("0.3")
    assert rules.net_of_fee(1_000_000, Decimal("1.2")) == 988_142


@pytest.mark.parametrize(("days", "percent"), [(0, "1.5"), (6, "1.5"), (7, "0.1"), (29, "0.1"), (30, "0"), (999, "0")])
def test_the_redemption_fee_goes_by_the_holding_time(days: int, percent: str) -> None:
    assert rules.redemption_percent(days, TIERS) == Decimal(percent)


def test_the_first_in_is_the_first_out_and_each_pays_by_its_own_time() -> None:
    old, new = Lot(1, date(2026, 1, 5), 10_000), Lot(2, date(2026, 3, 10), 10_000)
    assert rules.first_out(15_000, [old, new]) == {1: 10_000, 2: 5_000}
    came = rules.proceeds([old, Lot(2, new.since, 5_000)], date(2026, 3, 12), Decimal("2.0000"), TIERS)
    assert (came.gross, came.fee, came.net) == (30_000, 150, 29_850)


def test_the_management_fee_is_by_the_day_of_365() -> None:
    assert rules.management_fee(36_500_000, Decimal("1.00"), 3) == 3_000


@pytest.mark.parametrize(
    ("moment", "dates"),
    [
        ("2026-03-12 14:59:59.999", ("2026-03-12", "2026-03-13", "2026-03-16")),
        ("2026-03-12 15:00", ("2026-03-13", "2026-03-16", "2026-03-17")),
        ("2026-02-14 10:00", ("2026-02-24", "2026-02-25", "2026-02-26")),
        ("2026-02-13 15:00", ("2026-02-24", "2026-02-25", "2026-02-26")),
    ],
)
def test_an_orders_dates_come_from_its_instant(moment: str, dates: tuple[str, str, str]) -> None:
    found = rules.dates_of(datetime.fromisoformat(moment), CUT_OFF, 1, dealing())
    assert (found.priced_on, found.confirm_on, found.pays_on) == tuple(date.fromisoformat(day) for day in dates)


def test_an_order_may_be_taken_back_until_its_own_cut_off() -> None:
    priced_on = date(2026, 3, 16)
    assert rules.may_cancel(datetime.fromisoformat("2026-03-14 23:00:00"), priced_on, CUT_OFF)
    assert rules.may_cancel(datetime.fromisoformat("2026-03-16 14:59:59"), priced_on, CUT_OFF)
    assert not rules.may_cancel(datetime.fromisoformat("2026-03-16 15:00:00"), priced_on, CUT_OFF)


def test_growth_counts_what_was_distributed() -> None:
    assert rules.growth(Decimal("1.0000"), Decimal("1.0200"), Decimal("0.0500")) == Decimal("7.00")


@given(net=st.integers(1, 10**12), nav=navs)
def test_what_rounding_leaves_of_a_subscription_is_below_half_a_units_cent_and_half_a_cent(
    net: int, nav: Decimal
) -> None:
    got = rules.priced(net, nav)
    assert got.value + got.rounding == net
    assert abs(got.rounding) <= (1 + nav) / 2


@given(
    amounts=st.lists(st.integers(1, 10**9), min_size=1, max_size=6),
    days=st.lists(st.integers(0, 60), min_size=6, max_size=6),
    nav=navs,
)
def test_a_redemption_never_brings_more_than_its_worth_nor_less_than_nothing(
    amounts: list[int], days: list[int], nav: Decimal
) -> None:
    lots = [Lot(place, date(2026, 3, 1), units) for place, units in enumerate(amounts)]
    came = rules.proceeds(lots, date.fromordinal(date(2026, 3, 1).toordinal() + days[0]), nav, TIERS)
    assert 0 <= came.net <= came.gross == rules.value_of(sum(amounts), nav)
    taken = rules.first_out(sum(amounts), lots)
    assert sum(taken.values()) == sum(amounts)


@given(
    books=st.builds(
        Books, st.integers(0, 10**12), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(-1000, 1000)
    ),
    worth=st.integers(0, 10**12),
    fee=st.integers(0, 10**6),
)
def test_a_valuation_brings_the_capital_to_what_the_units_are_worth(books: Books, worth: int, fee: int) -> None:
    done = rules.valuation(books, worth, fee)
    assert books.capital + done.income(books) - done.expense(books) == worth


# -- terms --------------------------------------------------------------------------------------------------------


def test_the_shipped_funds_are_sellable_and_found_by_what_people_write() -> None:
    funds = shipped()
    assert [(fund.code, fund.risk) for fund in funds] == [
        ("steady_bonds", "R2"),
        ("even_mix", "R3"),
        ("broad_shares", "R4"),
    ]
    for said, code in {
        "Steady Bonds": "steady_bonds",
        "稳健债基": "steady_bonds",
        "shares fund": "broad_shares",
        "U-MIX": "even_mix",
    }.items():
        fund = named(funds, said)
        assert fund is not None
        assert fund.code == code
    assert named(funds, "gold") is None


def test_the_demos_prices_cover_each_dealing_day_of_both_years() -> None:
    days = [date.fromordinal(number) for number in range(date(2026, 1, 5).toordinal(), date(2028, 1, 1).toordinal())]
    for fund in shipped():
        assert [day for day in days if (fund.series_nav(day) is None) == dealing().is_open(day)] == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"number": 1}, "numbers of funds begin at 11"),
        ({"unit_asset": "CNY"}, "begins with U-"),
        ({"risk": "R6"}, "a risk is one of"),
        ({"dividends": "gold"}, "cash or units"),
        ({"redemption_fees": [{"below_days": 7, "percent": "1.49"}, {"percent": "0"}]}, "at least 1.5 %"),
        ({"redemption_fees": [{"percent": "2"}]}, "first 7 days"),
        ({"redemption_fees": [{"below_days": 3, "percent": "2"}, {"percent": "0"}]}, "first 7 days"),
        ({"navs": "../models.py"}, "no table of prices"),
        ({"minimum": "a little"}, ""),
        ({"name": {"en": "Only English"}}, "missing"),
    ],
)
def test_terms_that_cannot_be_sold_are_refused(changes: dict[str, Any], wrong: str) -> None:
    terms = {**_read(SHIPPED)["steady_bonds"], **changes}
    with pytest.raises(InvalidInput, match=f"product_terms.*{wrong}"):
        NavFundTerms.parsed("steady_bonds", 1, terms)


def test_the_units_of_any_fund_are_an_asset() -> None:
    assert (ASSETS["U-ANYTHING"].code, ASSETS["U-ANYTHING"].scale) == ("U-ANYTHING", 2)
    for code in ("U-", "XYZ"):
        with pytest.raises(KeyError):
            ASSETS[code]
