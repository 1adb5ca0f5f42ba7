"""Loan products as data: what the catalogue may say, what follows from it, and the cap on the all-in rate."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest

from finance_core.catalogue.service import SHIPPED
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import CNY, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.products.product import check
from finance_core.loans.products.product_terms import LoanProduct, is_bank_holiday
from finance_core.loans.rules.schedule import schedule

TODAY: Final = date(2026, 3, 12)
LOWER_CAP: Final = date(2027, 12, 31)
TABLES: Final = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
LOANS: Final = [code for code, table in TABLES.items() if table["line"] == "loans"]


def product(code: str, **changes: Any) -> LoanProduct:
    return LoanProduct.parsed(code, 1, changed(code, **changes))


def changed(code: str, **changes: Any) -> dict[str, Any]:
    table = {**deepcopy(TABLES[code]), **changes}
    return {name: value for name, value in table.items() if value is not None}


def yuan(amount: int) -> Money:
    return Money.of(amount, CNY)


@pytest.mark.parametrize("code", LOANS)
def test_each_shipped_loan_may_be_sold_today(code: str) -> None:
    check(code, TABLES[code], TODAY)


@pytest.mark.parametrize("code", LOANS)
def test_the_dearest_grade_of_each_shipped_loan_breaks_the_cap_that_comes(code: str) -> None:
    with pytest.raises(InvalidInput, match="product_above_cap"):
        check(code, TABLES[code], LOWER_CAP)


def test_a_rate_above_the_cap_is_refused_with_what_it_would_cost() -> None:
    rates = {"per": "year", "A": "8", "B": "12", "C": "15", "D": "21.9"}
    with pytest.raises(InvalidInput) as refused:
        check("trader", changed("trader", rates=rates), TODAY)
    assert refused.value.details["grade"] == "D"
    assert Decimal(refused.value.details["rate"]) > Decimal(24)


def test_a_fee_that_makes_a_short_loan_too_dear_is_refused_although_the_long_one_would_do() -> None:
    with pytest.raises(InvalidInput) as refused:
        check("harvest", changed("harvest", fees={"at_disbursement_percent": "2"}), TODAY)
    assert refused.value.details["tenor"].startswith("60 ")


def test_a_fee_that_eats_the_loan_is_above_any_cap() -> None:
    with pytest.raises(InvalidInput, match="product_above_cap"):
        check("harvest", changed("harvest", fees={"at_disbursement": "1000"}), TODAY)


@pytest.mark.parametrize(
    ("code", "changes", "reason"),
    [
        ("trader", {"holiday_shift": "next"}, "holiday_shift"),
        ("trader", {"due_day": 15}, "due_day"),
        ("group", {"due_day": 32}, "due_day"),
        ("trader", {"fees": {"each_instalment": "1"}}, "draws and fees"),
        ("trader", {"draws": {"most": 1, "within_days": 45, "least": "200"}}, "draws.most"),
        ("group", {"guarantees": {"least": 3, "most": 2, "asked_after_days": 3}}, "guarantees"),
        ("lightning", {"minimum": "550"}, "step"),
        ("lightning", {"default": {"unit": "month", "count": 5}}, "default"),
        ("lightning", {"rates": {"per": "day", "A": "0.02", "B": "0.03", "C": "0.04"}}, "missing"),
        ("lightning", {"offer_days": None}, "missing"),
        ("lightning", {"asset": "XXX"}, "missing"),
        ("lightning", {"fees": "free"}, "str"),
        ("lightning", {"referral": []}, "list"),
        ("lightning", {"tenors": 6}, "a list is wanted"),
        ("lightning", {"eligibility": {"one_at_a_time": True}}, "field=tier, reason=missing"),
        ("lightning", {"allocation": ["principal"]}, "allocation"),
        ("harvest", {"eligibility": {"tier": 1, "one_at_a_time": True, "seasons": [{"from": "02-30"}]}}, "day"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_at_load(code: str, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInput, match="product_terms") as refused:
        product(code, **changes)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("code", "count", "unit", "found"),
    [
        ("lightning", None, None, (6, "month")),
        ("lightning", 12, None, (12, "month")),
        ("trader", None, None, (13, "week")),
        ("trader", 60, None, (60, "day")),
        ("trader", 26, PeriodUnit.WEEK, (26, "week")),
        ("harvest", 90, PeriodUnit.DAY, (90, "day")),
    ],
)
def test_a_tenor_is_found_by_what_was_said_of_it(
    code: str, count: int | None, unit: PeriodUnit | None, found: tuple[int, str]
) -> None:
    tenor = product(code).tenor(count, unit)
    assert (tenor.count, tenor.unit) == found


@pytest.mark.parametrize(
    ("code", "count", "unit", "refusal"),
    [("lightning", 5, None, "loan_count"), ("trader", 13, PeriodUnit.MONTH, "loan_unit")],
)
def test_a_tenor_that_is_not_sold_is_refused(code: str, count: int, unit: PeriodUnit | None, refusal: str) -> None:
    with pytest.raises(InvalidInput, match=refusal):
        product(code).tenor(count, unit)


@pytest.mark.parametrize(
    ("signed_on", "due_on"),
    [
        (date(2026, 3, 12), date(2026, 4, 15)),  # 15 March is too near
        (date(2026, 3, 26), date(2026, 4, 15)),  # exactly twenty days
        (date(2026, 3, 27), date(2026, 5, 15)),
        (date(2026, 12, 20), date(2027, 1, 15)),
    ],
)
def test_the_first_due_day_is_the_products_and_far_enough_away(signed_on: date, due_on: date) -> None:
    assert product("group").first_due_on(signed_on) == due_on


def test_a_due_day_that_is_a_holiday_moves_to_the_next_working_day() -> None:
    group = product("group")
    terms = group.terms(yuan(3000), group.default, Decimal(12), TODAY)
    days = [line.due_on for line in schedule(terms, is_bank_holiday).instalments]
    assert days[:3] == [date(2026, 4, 15), date(2026, 5, 15), date(2026, 6, 15)]
    assert date(2026, 8, 15).isoweekday() == 6
    assert days[4] == date(2026, 8, 17)


def test_a_year_that_no_calendar_covers_has_its_weekends() -> None:
    assert is_bank_holiday(date(2041, 6, 1))
    assert not is_bank_holiday(date(2041, 6, 3))


@pytest.mark.parametrize(
    ("day", "opens_on"),
    [
        (date(2026, 3, 1), None),
        (date(2026, 5, 31), None),
        (date(2026, 6, 1), date(2026, 9, 1)),
        (date(2026, 12, 1), date(2027, 3, 1)),
        (date(2026, 2, 28), date(2026, 3, 1)),
    ],
)
def test_a_seasonal_product_says_when_it_is_offered_again(day: date, opens_on: date | None) -> None:
    assert product("harvest").eligibility.opens_on(day) == opens_on


def test_a_fee_withheld_is_a_share_of_the_principal_and_a_fixed_sum() -> None:
    fees = product("harvest", fees={"at_disbursement": "2", "at_disbursement_percent": "0.5"}).fees
    assert fees.withheld_from(yuan(1000)) == yuan(7)


def test_a_penalty_goes_up_to_the_cap_and_never_above_it() -> None:
    lightning = product("lightning")
    assert lightning.penalty_rate(Decimal("7.3"), TODAY) == Decimal("3.65")
    assert lightning.penalty_rate(Decimal("18.25"), TODAY) == Decimal("5.75")
    assert lightning.penalty_rate(Decimal("18.25"), LOWER_CAP) == 0
