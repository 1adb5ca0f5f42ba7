"""Loan products as the catalogue describes them: parsed, and checked to be sellable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import product as combinations
from typing import Final

from finance_core.catalogue import ProductVersion
from finance_core.kernel.annual_rate import NoRate
from finance_core.kernel.day_counts import DayCount
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.kernel.periods import HolidayShift, PeriodUnit
from finance_core.kernel.rounding import Rounding
from finance_core.loans.book.allocation import order_of
from finance_core.loans.products.product_terms import (
    DAYS_A_YEAR,
    Draws,
    Eligibility,
    Fees,
    Guarantees,
    LoanProduct,
    RateCap,
    Referral,
    Season,
    Tenor,
    is_bank_holiday,
)
from finance_core.loans.rules.price import all_in
from finance_core.loans.rules.schedule import schedule
from finance_core.loans.rules.terms import InterestBy, Method, Prepayment

LONGEST_MONTH_DAYS: Final = 31
FEWEST_DRAWS: Final = 2
GRADES: Final = ("D", "C", "B", "A")
"""Risk grades, the riskiest first."""


def loan_product(sold: ProductVersion) -> LoanProduct:
    """Return the product behind a version of the catalogue."""
    return parsed(sold.code, sold.version, sold.terms)


def check(code: str, terms: TomlTable, on: date) -> None:
    """Refuse terms that cannot be sold from `on` on.

    Raises:
        InvalidInput: `product_terms` with product, field and reason; `product_above_cap` with product, grade, tenor,
            rate and cap: some combination's all-in rate breaks the cap in force on that day.
    """
    product = parsed(code, 0, terms)
    cap = product.cap_on(on)
    for grade, tenor, principal in combinations(
        product.rates, product.tenors, dict.fromkeys((product.minimum, product.maximum))
    ):
        rate = _all_in_rate(product, principal, tenor, grade, on)
        if rate is None or rate > cap:
            raise InvalidInput(
                "product_above_cap",
                product=code,
                grade=grade,
                tenor=f"{tenor.count} × {tenor.every} {tenor.unit}",
                rate="—" if rate is None else f"{rate:.2f}",
                cap=f"{cap:.2f}",
            )


def _all_in_rate(product: LoanProduct, principal: Money, tenor: Tenor, grade: str, on: date) -> Decimal | None:
    """Return the all-in rate of one combination, None where fees eat the loan."""
    terms = product.terms(principal, tenor, product.rates[grade], on)
    try:
        return all_in(terms, schedule(terms, is_bank_holiday))
    except NoRate:
        return None


def parsed(code: str, version: int, terms: TomlTable) -> LoanProduct:
    """Return the product that the catalogue's table describes. Raises InvalidInput: `product_terms`."""
    try:
        for order in ("allocation", "allocation_beyond_90"):
            order_of(terms.get(order))  # which part a payment is laid on first; read where it is laid (`queries.owed`)
        product = _parsed(code, version, terms)
        _require_coherent(product)
    except KeyError as missing:
        raise InvalidInput("product_terms", product=code, field=str(missing.args[0]), reason="missing") from None
    except (ValueError, TypeError, InvalidOperation) as fault:
        raise InvalidInput("product_terms", product=code, field="", reason=str(fault)) from fault
    return product


def _parsed(code: str, version: int, terms: TomlTable) -> LoanProduct:
    asset = ASSETS[terms["asset"]]
    tenors = _tenors(terms["tenors"])
    caps = sorted(terms["rate_caps"], key=lambda cap: str(cap["from"]))
    return LoanProduct(
        code=code,
        version=version,
        number=int(terms["number"]),
        asset=asset,
        minimum=Money.of(terms["minimum"], asset),
        maximum=Money.of(terms["maximum"], asset),
        step=Money.of(terms["step"], asset),
        tenors=tenors,
        default=_default(terms["default"], tenors),
        method=Method(terms["method"]),
        interest_by=InterestBy(terms["interest_by"]),
        day_count=DayCount(terms["day_count"]),
        rounding=Rounding(terms["rounding"]),
        rates=_rates(terms["rates"]),
        fees=_fees(terms.get("fees", {}), asset),
        grace_principal=int(terms.get("grace_principal", 0)),
        grace_interest=int(terms.get("grace_interest", 0)),
        interest_free=int(terms.get("interest_free", 0)),
        grace_days=int(terms["grace_days"]),
        penalty_factor=Decimal(terms["penalty_factor"]),
        prepayment=Prepayment(terms["prepayment"]),
        cooling_off_days=int(terms["cooling_off_days"]),
        due_day=terms.get("due_day"),
        first_due_after_days=int(terms.get("first_due_after_days", 0)),
        holiday_shift=HolidayShift(terms.get("holiday_shift", HolidayShift.NONE)),
        eligibility=_eligibility(terms["eligibility"]),
        referral=_referral(terms.get("referral", {}), asset),
        draws=_draws(terms["draws"], asset) if "draws" in terms else None,
        guarantees=_guarantees(terms["guarantees"]) if "guarantees" in terms else None,
        offer_days=int(terms["offer_days"]),
        rate_caps=tuple(RateCap(date.fromisoformat(str(cap["from"])), Decimal(cap["percent"])) for cap in caps),
        reminder_days=tuple(int(day) for day in terms["reminder_days"]),
    )


def _tenors(choices: list[TomlTable]) -> tuple[Tenor, ...]:
    return tuple(
        Tenor(int(count), PeriodUnit(choice["unit"]), int(choice.get("every", 1)))
        for choice in choices
        for count in choice["counts"]
    )


def _default(choice: TomlTable, tenors: tuple[Tenor, ...]) -> Tenor:
    wanted = int(choice["count"]), PeriodUnit(choice["unit"])
    found = [tenor for tenor in tenors if (tenor.count, tenor.unit) == wanted]
    if not found:
        raise ValueError("the default is not among the tenors")
    return found[0]


def _rates(table: Mapping[str, str]) -> dict[str, Decimal]:
    """Return percent a year by grade, from rates a day or a year."""
    times = {"day": DAYS_A_YEAR, "year": 1}[table["per"]]
    missing = set(GRADES) - table.keys()
    if missing:
        raise KeyError(f"rates.{min(missing)}")
    return {grade: Decimal(table[grade]) * times for grade in GRADES}


def _fees(table: Mapping[str, str], asset: Asset) -> Fees:
    return Fees(
        at_disbursement=Money.of(table.get("at_disbursement", "0"), asset),
        at_disbursement_percent=Decimal(table.get("at_disbursement_percent", "0")),
        each_instalment=Money.of(table.get("each_instalment", "0"), asset),
        late=Money.of(table.get("late", "0"), asset),
    )


def _eligibility(table: TomlTable) -> Eligibility:
    return Eligibility(
        tier=int(table["tier"]),
        loans_repaid=int(table.get("loans_repaid", 0)),
        one_at_a_time=bool(table["one_at_a_time"]),
        refinance_from_percent=table.get("refinance_from_percent"),
        seasons=tuple(Season(_month_day(each["from"]), _month_day(each["until"])) for each in table.get("seasons", ())),
    )


def _month_day(said: str) -> tuple[int, int]:
    """Return "03-01" as (3, 1); a year that is none of ours says whether there is such a day."""
    day = date.fromisoformat(f"2025-{said}")
    return day.month, day.day


def _referral(table: TomlTable, asset: Asset) -> Referral:
    return Referral(
        first_above=Money.of(table["first_above"], asset) if "first_above" in table else None,
        arrears_days=int(table.get("arrears_days", 3)),
        within_days=int(table.get("within_days", 180)),
    )


def _draws(table: TomlTable, asset: Asset) -> Draws:
    return Draws(int(table["most"]), int(table["within_days"]), Money.of(table["least"], asset))


def _guarantees(table: TomlTable) -> Guarantees:
    return Guarantees(int(table["least"]), int(table["most"]), int(table["asked_after_days"]))


def _require_coherent(product: LoanProduct) -> None:
    """Refuse what reads well and cannot be done. Raises ValueError with the reason."""
    wrong = {
        "step, minimum and maximum do not fit together": not _is_range(product),
        "rate_caps begin after the contract": not product.rate_caps,
        "due_day is for months, from 1 to 31": not _has_sound_due_day(product),
        # Days and weeks that move over a long holiday would fall due together.
        "holiday_shift is for months and for bullet loans": product.holiday_shift is not HolidayShift.NONE
        and product.method is not Method.BULLET
        and not _is_monthly(product),
        # A fee on what is drawn late would cost more than the cap allows, however small.
        "draws and fees exclude each other": product.draws is not None and _has_fees(product.fees),
        "draws.most is at least 2": product.draws is not None and product.draws.most < FEWEST_DRAWS,
        "guarantees want 1 <= least <= most": product.guarantees is not None
        and not 1 <= product.guarantees.least <= product.guarantees.most,
    }
    found = [reason for reason, holds in wrong.items() if holds]
    if found:
        raise ValueError(found[0])


def _is_monthly(product: LoanProduct) -> bool:
    return all(tenor.unit is PeriodUnit.MONTH for tenor in product.tenors)


def _has_sound_due_day(product: LoanProduct) -> bool:
    return product.due_day is None or (1 <= product.due_day <= LONGEST_MONTH_DAYS and _is_monthly(product))


def _has_fees(fees: Fees) -> bool:
    return bool(fees.at_disbursement or fees.at_disbursement_percent or fees.each_instalment)


def _is_range(product: LoanProduct) -> bool:
    step = product.step.amount
    return step > 0 and 0 < product.minimum.amount <= product.maximum.amount and product.minimum.amount % step == 0
