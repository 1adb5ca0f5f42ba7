"""What a loan product is: its terms as the catalogue has them, and the terms of one loan that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, Self, cast

from pydantic import Field, ValidationInfo, model_validator

from finance_core.catalogue.terms import (
    Amount,
    Days,
    MainAsset,
    ProductNumber,
    ProductTerms,
    arranged_by,
    listed_in,
    made_by,
    made_with,
    many,
    number,
    number_in,
    table,
    whole,
    whole_in,
)
from finance_core.kernel.calendars import banking
from finance_core.kernel.day_counts import DayCount
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import ASSETS, Money
from finance_core.kernel.periods import HolidayShift, PeriodUnit, add_months
from finance_core.kernel.rounding import Rounding
from finance_core.loans.book.allocation import order_of
from finance_core.loans.products.parts import Draws, Eligibility, Fees, Guarantees, RateCap, Referral, Tenor
from finance_core.loans.rules.terms import MAX_EVERY, InterestBy, Method, Prepayment, Terms

if TYPE_CHECKING:
    from finance_core.loans.models import Loan

DAYS_A_YEAR: Final = 365
MOST_INSTALMENTS: Final = 1_200
DEAREST: Final = 1_000
"""In percent, a day or a year: what the cap refuses is far below."""
LONGEST_MONTH_DAYS: Final = 31
FEWEST_DRAWS: Final = 2
GRADES: Final = ("D", "C", "B", "A")
"""Risk grades, the riskiest first."""

Periods = Annotated[int, whole(0, MOST_INSTALMENTS)]


def _tenors(choices: list[TomlTable]) -> tuple[Tenor, ...]:
    return tuple(
        Tenor(
            whole_in(count, 1, MOST_INSTALMENTS),
            PeriodUnit(choice["unit"]),
            whole_in(choice.get("every", 1), 1, MAX_EVERY),
        )
        for choice in listed_in(choices)
        for count in listed_in(choice["counts"])
    )


def _default(choice: TomlTable, info: ValidationInfo) -> Tenor:
    wanted = whole_in(choice["count"], 1, MOST_INSTALMENTS), PeriodUnit(choice["unit"])
    found = [tenor for tenor in info.data["tenors"] if (tenor.count, tenor.unit) == wanted]
    if not found:
        raise ValueError("the default is not among the tenors")
    return cast("Tenor", found[0])


def _rates(table: Mapping[str, str]) -> dict[str, Decimal]:
    """Return percent a year by grade, from rates a day or a year."""
    times = {"day": DAYS_A_YEAR, "year": 1}[table["per"]]
    missing = set(GRADES) - table.keys()
    if missing:
        raise KeyError(f"rates.{min(missing)}")
    return {grade: number_in(table[grade], 0, DEAREST) * times for grade in GRADES}


def _all_fees(fees: Mapping[str, str]) -> dict[str, str]:
    """Return a product's fees with those that it does not name: 0."""
    return {**dict.fromkeys(("at_disbursement", "at_disbursement_percent", "each_instalment", "late"), "0"), **fees}


def _named(referral: TomlTable) -> dict[str, Any]:
    """Return what a product says of referrals; nothing has to be said."""
    named = {name for name in ("first_above", "arrears_days", "within_days") if name in referral}
    return {name: value for name, value in referral.items() if name in named}


def _by_day(caps: list[TomlTable]) -> list[TomlTable]:
    return sorted(listed_in(caps), key=lambda cap: str(cap["from"]))


class LoanProduct(ProductTerms):
    """What *Lightning* and its like are made of. Rates in percent; money in the product's asset."""

    asset: MainAsset
    tenors: Annotated[tuple[Tenor, ...], made_by(_tenors)]
    number: ProductNumber
    minimum: Amount
    maximum: Amount
    step: Amount
    example: Amount | None = None
    """The sum of the example that an offer shows, while there are too few contracts to take their median."""
    default: Annotated[Tenor, made_with(_default)]
    method: Annotated[Method, made_by(Method)]
    interest_by: Annotated[InterestBy, made_by(InterestBy)]
    day_count: Annotated[DayCount, made_by(DayCount)]
    rounding: Annotated[Rounding, made_by(Rounding)]
    rates: Annotated[Mapping[str, Decimal], made_by(_rates)]
    """Percent a year by risk grade."""
    fees: Annotated[Fees, arranged_by(_all_fees), Field(default_factory=dict, validate_default=True)]
    grace_principal: Periods = 0
    grace_interest: Periods = 0
    interest_free: Periods = 0
    grace_days: Days
    penalty_factor: Annotated[Decimal, number(1, 100)]
    """What overdue principal costs, as a multiple of the loan's rate."""
    prepayment: Annotated[Prepayment, made_by(Prepayment)]
    cooling_off_days: Days
    due_day: Annotated[int | None, whole(1, LONGEST_MONTH_DAYS)] = None
    """The day of the month on which instalments fall due; None: that of the disbursement."""
    first_due_after_days: Annotated[int, whole(0, 366)] = 0
    """With a due day: the first instalment is at least so many days away."""
    holiday_shift: Annotated[HolidayShift, made_by(HolidayShift)] = HolidayShift.NONE
    eligibility: Eligibility
    referral: Annotated[Referral, arranged_by(_named)] = Referral()
    draws: Annotated[Draws | None, table] = None
    guarantees: Annotated[Guarantees | None, table] = None
    offer_days: Annotated[int, whole(1, 366)]
    """How long an offer holds that an officer has made."""
    rate_caps: Annotated[tuple[RateCap, ...], arranged_by(_by_day)]
    reminder_days: Annotated[tuple[Annotated[int, whole(-366, 366)], ...], many]
    """Days from a due day, those before it below zero."""

    @model_validator(mode="before")
    @classmethod
    def _known_allocation(cls, terms: TomlTable) -> TomlTable:
        # which part a payment is laid on first; kept in the table, and read where it is laid (`queries.owed`)
        for order in ("allocation", "allocation_beyond_90"):
            order_of(terms.get(order))
        return terms

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        _require_coherent(self)
        return self

    def cap_on(self, day: date) -> Decimal:
        """Return the cap on the all-in rate, in percent, for a contract of `day`."""
        return next(cap.percent for cap in reversed(self.rate_caps) if cap.from_on <= day)

    def tenor(self, count: int | None, unit: PeriodUnit | None) -> Tenor:
        """Return the tenor that was asked for; what was not said is the product's default.

        Raises:
            InvalidInput: `loan_count` with `counts`, or `loan_unit`: it is not sold like that.
        """
        if unit is None and count in (None, self.default.count):
            return self.default
        units = tuple(dict.fromkeys(tenor.unit for tenor in self.tenors))
        if unit is not None and unit not in units:
            raise InvalidInput(ErrorCode.LOAN_UNIT)
        found = [tenor for tenor in self.tenors if unit in (None, tenor.unit) and count in (None, tenor.count)]
        if not found:
            sold = [tenor.count for tenor in self.tenors if unit in (None, tenor.unit)]
            raise InvalidInput(ErrorCode.LOAN_COUNT, counts=", ".join(map(str, dict.fromkeys(sold))))
        return next((tenor for tenor in found if tenor.unit is self.default.unit), found[0])

    def terms(self, principal: Money, tenor: Tenor, annual_rate: Decimal, disbursed_on: date) -> Terms:
        """Return the terms of one loan of this product. Raises InvalidTerms where they are impossible."""
        return Terms(
            principal=principal,
            annual_rate=annual_rate,
            count=tenor.count,
            disbursed_on=disbursed_on,
            first_due_on=self.first_due_on(disbursed_on) if tenor.unit is PeriodUnit.MONTH else None,
            method=self.method,
            every=tenor.every,
            unit=tenor.unit,
            interest_by=self.interest_by,
            day_count=self.day_count,
            rounding=self.rounding,
            grace_principal=self.grace_principal,
            grace_interest=self.grace_interest,
            interest_free=self.interest_free,
            fee_at_disbursement=self.fees.withheld_from(principal).amount,
            fee_each_instalment=self.fees.each_instalment.amount,
            holiday_shift=self.holiday_shift,
            prepayment=self.prepayment,
        )

    def terms_of(self, loan: Loan) -> Terms:
        """Return the terms of a contract of this version, for what has been lent of it so far."""
        tenor = Tenor(loan.count, PeriodUnit(loan.unit), loan.every)
        return self.terms(Money(loan.principal, ASSETS[loan.asset]), tenor, loan.annual_rate, loan.disbursed_on)

    def first_due_on(self, disbursed_on: date) -> date | None:
        """Return the first due day where the product has a due day: the first that is far enough away."""
        if self.due_day is None:
            return None
        earliest = disbursed_on + timedelta(days=self.first_due_after_days)
        candidate = add_months(earliest.replace(day=1), 0, self.due_day)
        return candidate if candidate >= earliest else add_months(earliest.replace(day=1), 1, self.due_day)

    def penalty_rate(self, annual_rate: Decimal, day: date) -> Decimal:
        """Return what overdue principal costs beyond `annual_rate`: both together never above the cap in force."""
        return max(Decimal(0), min(annual_rate * self.penalty_factor, self.cap_on(day)) - annual_rate)


def is_bank_holiday(day: date) -> bool:
    """Say whether banks are closed: by the banking calendar, or by weekends alone in a year that it does not cover."""
    calendar = banking()
    return not calendar.is_open(day) if day.year in calendar.statuses else calendar.is_weekend(day)


def _require_coherent(product: LoanProduct) -> None:
    """Refuse what reads well and cannot be done. Raises ValueError with the reason."""
    wrong = {
        "step, minimum and maximum do not fit together": not _is_range(product),
        "example is none of the sums that are lent": not _lends(product, product.example),
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


def _lends(product: LoanProduct, amount: Money | None) -> bool:
    fits = amount is None or (product.minimum <= amount <= product.maximum and _in_steps(product, amount))
    return fits or not _is_range(product)


def _in_steps(product: LoanProduct, amount: Money) -> bool:
    return amount.amount % product.step.amount == 0


def _is_monthly(product: LoanProduct) -> bool:
    return all(tenor.unit is PeriodUnit.MONTH for tenor in product.tenors)


def _has_sound_due_day(product: LoanProduct) -> bool:
    return product.due_day is None or (1 <= product.due_day <= LONGEST_MONTH_DAYS and _is_monthly(product))


def _has_fees(fees: Fees) -> bool:
    return bool(fees.at_disbursement or fees.at_disbursement_percent or fees.each_instalment)


def _is_range(product: LoanProduct) -> bool:
    step = product.step.amount
    return step > 0 and 0 < product.minimum.amount <= product.maximum.amount and product.minimum.amount % step == 0
