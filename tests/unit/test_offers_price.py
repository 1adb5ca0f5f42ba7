"""The representative example: whose price it is, its worked figures, and how it is said, to the character."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from finance_core.catalogue.service import SHIPPED
from finance_core.kernel.money import CNY, Money
from finance_core.kernel.payloads import read
from finance_core.kernel.periods import HolidayShift
from finance_core.loans.origination.quoting import priced
from finance_core.loans.products.product_terms import LoanProduct
from finance_core.offers.planning.pricing import BEST_FIRST, example_of
from finance_core.offers.rules import markup
from finance_core.offers.rules.price import Example, representative, shown
from handlers.desk.offers.screens.price import price
from handlers.locales import translator

DAY = date(2026, 12, 1)
AUDIENCE = {"A": 5_000, "B": 9_000, "C": 10_000, "D": 17_200}


def sold(code: str) -> LoanProduct:
    terms = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))[code]
    return LoanProduct.parsed(code, 1, terms)


def example(grade: str, code: str = "lightning", product: LoanProduct | None = None) -> Example:
    product = product or sold(code)
    amount = product.example
    assert amount is not None
    quotes = {each: priced(product, product.default, amount, each, DAY) for each in BEST_FIRST}
    rates = [shown(quote.all_in_rate) for quote in quotes.values()]
    return example_of(quotes[grade], min(rates), max(rates))


# -- representative ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "contracts", "grade"),
    [
        (AUDIENCE, {}, "C"),
        ({**AUDIENCE, "D": 24_720}, {}, "D"),  # C or better would be 49.26 %
        ({"A": 51, "D": 49}, {}, "A"),
        ({"A": 50, "D": 50}, {}, "D"),
        (AUDIENCE, {"D": 20}, "D"),  # what was sold of late is dearer
        (AUDIENCE, {"D": 19}, "C"),  # too few contracts to say
        (AUDIENCE, {"A": 500}, "C"),  # never better than the audience's own
        ({}, {"A": 500}, "A"),
        ({}, {}, None),
    ],
)
def test_the_representative_grade_is_the_best_that_51_percent_have(
    audience: dict[str, int], contracts: dict[str, int], grade: str | None
) -> None:
    assert representative(audience, contracts, BEST_FIRST) == grade


# -- the worked table -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grade", "rate", "payments", "total", "cost", "all_in"),
    [
        ("A", "7.30", [(6, "510.67")], "3064.02", "64.02", "7.55"),
        ("B", "10.95", [(5, "516.05"), (1, "516.02")], "3096.27", "96.27", "11.52"),
        ("C", "14.60", [(6, "521.45")], "3128.70", "128.70", "15.62"),
        ("D", "18.25", [(5, "526.88"), (1, "526.86")], "3161.26", "161.26", "19.86"),
    ],
)
def test_lightning_over_six_months_costs_what_was_worked(
    grade: str, rate: str, payments: list[tuple[int, str]], total: str, cost: str, all_in: str
) -> None:
    found = example(grade)
    assert (found.rate, found.all_in) == (Decimal(rate), Decimal(all_in))
    assert [(each.count, each.amount) for each in found.payments] == [
        (count, Money.of(amount, CNY)) for count, amount in payments
    ]
    assert (found.total, found.cost) == (Money.of(total, CNY), Money.of(cost, CNY))
    assert (found.lowest, found.highest) == (Decimal("7.55"), Decimal("19.86"))


def test_a_fee_is_in_the_all_in_rate() -> None:
    harvest = sold("harvest").model_copy(update={"holiday_shift": HolidayShift.NONE})
    found = example("C", product=harvest)
    assert (found.received, found.withheld) == (Money.of(9_950, CNY), Money.of(50, CNY))
    assert (found.total, found.cost, found.last_on) == (
        Money.of("10591.78", CNY),
        Money.of("641.78", CNY),
        date(2027, 5, 30),
    )
    assert found.all_in == Decimal("13.51")
    assert Decimal("12.37") not in found.percents


def test_figures_are_kept_and_read_back_as_they_were() -> None:
    found = example("B")
    assert read(Example, found.as_json()) == found


# -- how it is said ---------------------------------------------------------------------------------------------------

ENGLISH = (
    "Costs 15.62% a year, all in. Example: 3,000.00 CNY over 6 months, interest 14.60% a year (fixed), no fees:"
    " 6 payments of 521.45, 3,128.70 in all, of which 128.70 is the cost. By your record it is 7.55% to 19.86% all"
    " in; you may be declined. Caution! Borrowing money costs money."
)
CHINESE = (
    "综合年化利率 15.62%。示例：借 3,000.00 元，分 6 个月，年利率 14.60%（固定），无其他费用："
    "每期还 521.45 元，共 6 期，"
    "合计 3,128.70 元，其中成本 128.70 元。按您的记录，综合年化利率在 7.55% 至 19.86% 之间，也可能不获批准。"
    "注意：借钱是要付出成本的。"
)


@pytest.mark.parametrize(("language", "said"), [("en", ENGLISH), ("zh", CHINESE)])
def test_the_example_is_said_to_the_character(language: str, said: str) -> None:
    found = price(translator(language), example("C"))
    assert markup.read(found) == said
    assert found.startswith("<b>"), "the all-in rate stands first and boldest"
    assert markup.broken(found) is None


def test_it_leaves_room_in_a_caption() -> None:
    assert (len(ENGLISH), len(CHINESE)) == (278, 158)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", ["lightning", "trader", "harvest", "group"])
@pytest.mark.parametrize("grade", BEST_FIRST)
def test_every_loan_says_its_price_and_its_fees(language: str, code: str, grade: str) -> None:
    found = example(grade, code)
    said = markup.read(price(translator(language), found))
    assert f"{found.all_in}%" in said
    assert f"{found.cost.decimal:,}" in said
    for fee in (found.withheld, found.fee_each):
        assert not fee or f"{fee.decimal:,}" in said
