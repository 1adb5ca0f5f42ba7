"""A loan product's terms, parsed from the catalogue and checked to be sellable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from finance_core.catalogue import ProductVersion
from finance_core.kernel.day_counts import DayCount
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.kernel.rounding import Rounding
from finance_core.loans.rules.terms import InterestBy, Method, Prepayment, Terms

DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class RateCap:
    """From a day on no all-in rate may be above `percent`, for contracts signed then."""

    from_on: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class LoanProduct:
    """What *Lightning* and its like are made of. Rates in percent; money in the product's asset."""

    code: str
    version: int
    number: int
    asset: Asset
    minimum: Money
    maximum: Money
    step: Money
    counts: tuple[int, ...]
    default_count: int
    unit: PeriodUnit
    every: int
    method: Method
    interest_by: InterestBy
    day_count: DayCount
    rounding: Rounding
    daily_rates: Mapping[str, Decimal]
    fee_at_disbursement: Money
    grace_days: int
    penalty_factor: Decimal
    prepayment: Prepayment
    cooling_off_days: int
    one_at_a_time: bool
    rate_caps: tuple[RateCap, ...]
    reminder_days: tuple[int, ...]

    def annual_rate(self, grade: str) -> Decimal:
        """Return a grade's rate in percent a year: 365 times its daily rate."""
        return self.daily_rates[grade] * DAYS_A_YEAR

    def cap_on(self, day: date) -> Decimal:
        """Return the cap on the all-in rate, in percent, for a contract of `day`."""
        return next(cap.percent for cap in reversed(self.rate_caps) if cap.from_on <= day)

    def terms(self, principal: Money, count: int, annual_rate: Decimal, disbursed_on: date) -> Terms:
        """Return the terms of one loan of this product. Raises InvalidTerms where they are impossible."""
        return Terms(
            principal=principal,
            annual_rate=annual_rate,
            count=count,
            disbursed_on=disbursed_on,
            method=self.method,
            every=self.every,
            unit=self.unit,
            interest_by=self.interest_by,
            day_count=self.day_count,
            rounding=self.rounding,
            fee_at_disbursement=self.fee_at_disbursement.amount,
            prepayment=self.prepayment,
        )


def loan_product(sold: ProductVersion) -> LoanProduct:
    """Return the product behind a version of the catalogue."""
    return parsed(sold.code, sold.version, sold.terms)


def check(code: str, terms: dict[str, Any]) -> None:
    """Refuse terms that cannot be sold. Raises InvalidInput: `product_terms` with product, field and reason."""
    parsed(code, 0, terms)


def parsed(code: str, version: int, terms: Mapping[str, Any]) -> LoanProduct:
    """Return the product that the catalogue's table describes. Raises InvalidInput: `product_terms`."""
    try:
        return _parsed(code, version, terms)
    except KeyError as missing:
        raise InvalidInput("product_terms", product=code, field=str(missing.args[0]), reason="missing") from None
    except (ValueError, TypeError, InvalidOperation) as fault:
        raise InvalidInput("product_terms", product=code, field="", reason=str(fault)) from fault


def _parsed(code: str, version: int, terms: Mapping[str, Any]) -> LoanProduct:
    asset = ASSETS[terms["asset"]]
    counts = tuple(int(count) for count in terms["instalment_counts"])
    if terms["default_count"] not in counts:
        raise ValueError("default_count is not among instalment_counts")
    caps = sorted(terms["rate_caps"], key=lambda cap: str(cap["from"]))
    return LoanProduct(
        code=code,
        version=version,
        number=int(terms["number"]),
        asset=asset,
        minimum=Money.of(terms["minimum"], asset),
        maximum=Money.of(terms["maximum"], asset),
        step=Money.of(terms["step"], asset),
        counts=counts,
        default_count=int(terms["default_count"]),
        unit=PeriodUnit(terms["unit"]),
        every=int(terms["every"]),
        method=Method(terms["method"]),
        interest_by=InterestBy(terms["interest_by"]),
        day_count=DayCount(terms["day_count"]),
        rounding=Rounding(terms["rounding"]),
        daily_rates={grade: Decimal(rate) for grade, rate in terms["daily_rate_by_grade"].items()},
        fee_at_disbursement=Money.of(terms["fee_at_disbursement"], asset),
        grace_days=int(terms["grace_days"]),
        penalty_factor=Decimal(terms["penalty_factor"]),
        prepayment=Prepayment(terms["prepayment"]),
        cooling_off_days=int(terms["cooling_off_days"]),
        one_at_a_time=bool(terms["one_at_a_time"]),
        rate_caps=tuple(RateCap(date.fromisoformat(str(cap["from"])), Decimal(cap["percent"])) for cap in caps),
        reminder_days=tuple(int(day) for day in terms["reminder_days"]),
    )
