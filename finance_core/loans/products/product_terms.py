"""What a loan product is made of: values, and the terms of one loan that follow from them. No file, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from finance_core.kernel.calendars import banking
from finance_core.kernel.day_counts import DayCount
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.kernel.periods import HolidayShift, PeriodUnit, add_months
from finance_core.kernel.rounding import Rounding, rounded
from finance_core.loans.rules.terms import InterestBy, Method, Prepayment, Terms

if TYPE_CHECKING:
    from finance_core.loans.models import Loan

DAYS_A_YEAR: Final = 365


@dataclass(frozen=True, slots=True)
class RateCap:
    """From a day on no all-in rate may be above `percent`, for contracts signed then."""

    from_on: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Tenor:
    """How long a loan runs: `count` periods of `every` units. A bullet loan's is all paid at its end."""

    count: int
    unit: PeriodUnit
    every: int = 1


@dataclass(frozen=True, slots=True)
class Fees:
    """What is charged beside interest. All but the late fee are in the all-in rate."""

    at_disbursement: Money
    at_disbursement_percent: Decimal
    """Percent of the principal, beside the fixed sum; both withheld from what is paid out."""
    each_instalment: Money
    late: Money
    """Once for an instalment that is overdue beyond the grace days."""

    def withheld_from(self, principal: Money) -> Money:
        """Return what is withheld when `principal` is paid out, half-up: 0.5 % of 1,000.00 is 5.00."""
        share = rounded(principal.amount * self.at_disbursement_percent / 100, Rounding.HALF_UP)
        return self.at_disbursement + Money(int(share), principal.asset)


@dataclass(frozen=True, slots=True)
class Season:
    """A stretch of each year, first and last day included as (month, day), in which a product is offered."""

    first: tuple[int, int]
    last: tuple[int, int]

    def holds(self, day: date) -> bool:
        """Return whether a day of any year falls into the season."""
        return self.first <= (day.month, day.day) <= self.last

    def next_first(self, day: date) -> date:
        """Return the first day of the season that begins after `day`."""
        this_year = date(day.year, *self.first)
        return this_year if this_year > day else date(day.year + 1, *self.first)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may have the product at all."""

    tier: int
    loans_repaid: int
    one_at_a_time: bool
    refinance_from_percent: int | None
    """Once so much of a running loan's principal is repaid, a new one may pay it off; None: it never may."""
    seasons: tuple[Season, ...]
    """When it is offered; none: always."""

    def opens_on(self, day: date) -> date | None:
        """Return the day from which on it is offered again, None when it is offered on `day`."""
        if not self.seasons or any(season.holds(day) for season in self.seasons):
            return None
        return min(season.next_first(day) for season in self.seasons)


@dataclass(frozen=True, slots=True)
class Referral:
    """What an officer looks at before it is lent."""

    first_above: Money | None
    """A first loan of this product above this sum."""
    arrears_days: int
    """Somebody who has been overdue for longer than this …"""
    within_days: int
    """… so many days ago or fewer."""


@dataclass(frozen=True, slots=True)
class Draws:
    """How a line is drawn in tranches."""

    most: int
    """How many, the first included."""
    within_days: int
    """After that what is not drawn expires."""
    least: Money


@dataclass(frozen=True, slots=True)
class Guarantees:
    """Who stands for a loan beside its borrower."""

    least: int
    most: int
    asked_after_days: int
    """Days overdue after which guarantors are asked for their share."""


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
    tenors: tuple[Tenor, ...]
    default: Tenor
    method: Method
    interest_by: InterestBy
    day_count: DayCount
    rounding: Rounding
    rates: Mapping[str, Decimal]
    """Percent a year by risk grade."""
    fees: Fees
    grace_principal: int
    grace_interest: int
    interest_free: int
    grace_days: int
    penalty_factor: Decimal
    prepayment: Prepayment
    cooling_off_days: int
    due_day: int | None
    """The day of the month on which instalments fall due; None: that of the disbursement."""
    first_due_after_days: int
    """With a due day: the first instalment is at least so many days away."""
    holiday_shift: HolidayShift
    eligibility: Eligibility
    referral: Referral
    draws: Draws | None
    guarantees: Guarantees | None
    offer_days: int
    """How long an offer holds that an officer has made."""
    rate_caps: tuple[RateCap, ...]
    reminder_days: tuple[int, ...]

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
            raise InvalidInput("loan_unit")
        found = [tenor for tenor in self.tenors if unit in (None, tenor.unit) and count in (None, tenor.count)]
        if not found:
            sold = [tenor.count for tenor in self.tenors if unit in (None, tenor.unit)]
            raise InvalidInput("loan_count", counts=", ".join(map(str, dict.fromkeys(sold))))
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
