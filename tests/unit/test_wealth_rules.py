"""Change Plus's arithmetic and dates: the worked figures of PRODUCTS §4, and the edges around them."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from finance_core.catalogue.service import SHIPPED
from finance_core.change_plus.product import MoneyFund, check
from finance_core.change_plus.rules import (
    Share,
    TakeOut,
    Unconfirmed,
    compound_yield,
    dates_of,
    income,
    plan_take_out,
    simple_yield,
)
from finance_core.kernel.calendars import dealing
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import CNY, Money

PUBLISHED = [Decimal(rate) for rate in (".2304", ".2298", ".2310", ".2310", ".2310", ".2287", ".2305")]
TERMS = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["change_plus"]
CUT_OFF = time(15)


def test_both_seven_day_yields_of_the_worked_example() -> None:
    assert (simple_yield(PUBLISHED), compound_yield(PUBLISHED)) == (Decimal("0.841"), Decimal("0.844"))


def test_a_day_of_income_pays_whole_cents_and_carries_the_fraction() -> None:
    assert income(1_234_567, Decimal(".2304"), Decimal(0)) == Share(28, Decimal("0.00444423"))


def test_what_was_carried_makes_a_cent_with_the_next_day() -> None:
    assert income(1_234_567, Decimal(".2304"), Decimal("0.00800000")) == Share(29, Decimal("0.00244423"))


def test_one_yuan_works_and_is_paid_when_it_makes_a_cent() -> None:
    carry, paid = Decimal(0), []
    for _ in range(1000):
        share = income(100, Decimal(".2304"), carry)
        carry = share.carry
        paid.append(share.paid)
    assert sum(paid) == 2
    assert paid.index(1) == 434  # 0.00002304 a day: the 435th makes the cent
    assert carry == Decimal("0.00304000")


def test_a_negative_income_is_cut_toward_zero() -> None:
    assert income(1_234_567, Decimal("-.2304"), Decimal(0)) == Share(-28, Decimal("-0.00444423"))
    assert income(1_234_567, Decimal("-.2304"), Decimal("0.0099")) == Share(-27, Decimal("-0.00454423"))


@pytest.mark.parametrize(
    ("ordered_at", "earns_from"),
    [
        ("2026-03-11T14:59:59.999", "2026-03-12"),
        ("2026-03-11T15:00:00", "2026-03-13"),
        ("2026-03-12T15:00:00", "2026-03-16"),  # Thursday 15:00 …
        ("2026-03-13T14:59:59.999999", "2026-03-16"),  # … to Friday 15:00 earns from Monday
        ("2026-03-13T15:00:00", "2026-03-17"),  # Friday 15:00 …
        ("2026-03-14T09:00:00", "2026-03-17"),
        ("2026-03-16T14:59:59.999999", "2026-03-17"),  # … to Monday 15:00 earns from Tuesday
        ("2026-02-12T14:00:00", "2026-02-13"),
        ("2026-02-12T15:00:00", "2026-02-24"),  # the nine days of Spring Festival do not deal
        ("2026-02-13T14:00:00", "2026-02-24"),
        ("2026-02-13T15:00:00", "2026-02-25"),
        ("2026-02-14T10:00:00", "2026-02-25"),  # a make-up workday is no dealing day
        ("2026-12-30T16:00:00", "2027-01-04"),
        ("2026-12-31T14:00:00", "2027-01-04"),
        ("2026-12-31T15:00:00", "2027-01-05"),
    ],
)
def test_an_order_earns_from_the_dealing_day_after_its_own(ordered_at: str, earns_from: str) -> None:
    dates = dates_of(datetime.fromisoformat(ordered_at), CUT_OFF, dealing())
    assert dates.confirm_on == date.fromisoformat(earns_from)
    assert dates.seen_on == dates.confirm_on + timedelta(days=1)


def test_unconfirmed_money_leaves_first_the_newest_order_before_older_ones() -> None:
    newest_first = [Unconfirmed(9, 300), Unconfirmed(4, 500)]
    assert plan_take_out(200, newest_first) == TakeOut((Unconfirmed(9, 200),), 0)
    assert plan_take_out(400, newest_first) == TakeOut((Unconfirmed(9, 300), Unconfirmed(4, 100)), 0)
    assert plan_take_out(1000, newest_first) == TakeOut((Unconfirmed(9, 300), Unconfirmed(4, 500)), 200)
    assert plan_take_out(50, []) == TakeOut((), 50)


def test_the_shipped_portfolio_yields_what_it_says_and_drifts_by_a_few_basis_points() -> None:
    fund = MoneyFund.parsed("change_plus", 1, TERMS)
    days = [date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(730)]
    rates = [fund.computed_income(day) for day in days]
    yearly: list[Decimal] = [rate * 365 / 100 for rate in rates if rate is not None]
    assert len(yearly) == len(days)
    assert max(yearly) - min(yearly) < Decimal("0.06")
    assert abs(sum(yearly, Decimal(0)) / len(yearly) - Decimal("0.85")) < Decimal("0.01")
    assert len(set(rates)) > 20
    assert rates == [fund.computed_income(day) for day in days]


def test_a_fund_without_a_portfolio_has_no_income_of_its_own() -> None:
    terms = {name: value for name, value in TERMS.items() if not name.startswith("portfolio")}
    assert MoneyFund.parsed("change_plus", 1, terms).computed_income(date(2026, 3, 12)) is None


def test_the_shipped_terms_are_sellable() -> None:
    check("change_plus", TERMS)
    fund = MoneyFund.parsed("change_plus", 1, TERMS)
    assert (fund.fast_quota, fund.cut_off) == (Money.of(10_000, CNY), time(15))


@pytest.mark.parametrize(
    "wrong",
    [
        {"cut_off": "25:00"},
        {"minimum": "0.001"},
        {"asset": "JPY"},
        {"portfolio_yield": "much"},
        {"portfolio": [{"name": "all", "share": "0.9", "spread": "0", "swing": "0", "cycle_days": 7}]},
        {"portfolio": [{"name": "all", "share": "1", "spread": "0", "swing": "0", "cycle_days": 0}]},
    ],
)
def test_terms_that_cannot_be_sold_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match="product_terms"):
        check("change_plus", {**TERMS, **wrong})


def test_a_missing_term_is_named() -> None:
    with pytest.raises(InvalidInput, match="fast_quota"):
        check("change_plus", {name: value for name, value in TERMS.items() if name != "fast_quota"})
