"""What a loan is agreed to be: every figure and rule that a schedule follows from. Values only, nothing computed.

Amounts beside `principal` are whole minor units of its asset. Rates are percent a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from finance_core.kernel.day_counts import DayCount
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Money
from finance_core.kernel.periods import HolidayShift, PeriodUnit
from finance_core.kernel.rounding import Rounding

MAX_INSTALMENTS: Final = 1200
"""A hundred years of months: more is a mistake, and would keep a core busy."""

MAX_EVERY: Final = 366
"""The most units in one period."""

MAX_RATE_PERCENT: Final = Decimal(10_000)
"""The highest yearly rate that is taken for one; caps of the law are far below and are the catalogue's."""

MAX_RATE_DECIMALS: Final = 12
MAX_PRINCIPAL: Final = 10**17
"""In minor units; a hundredth of what a ledger column holds, so that no sum of a schedule leaves it."""

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2999
"""Dates outside these years are slips of the pen."""


class Method(StrEnum):
    """How principal comes back."""

    EQUAL_INSTALMENTS = "equal_instalments"  # a level payment: interest first, the rest is principal
    EQUAL_PRINCIPAL = "equal_principal"  # the same principal each time, interest on what is left
    FLAT = "flat"  # the same principal and the same interest, on what was lent, to the end
    INTEREST_ONLY = "interest_only"  # interest each time, principal with the last
    BULLET = "bullet"  # everything in one payment at the end


class InterestBy(StrEnum):
    """What interest is measured in."""

    PERIOD = "period"  # the year's rate divided among its periods, however many days they have
    DAY = "day"  # by the day count


class Style(StrEnum):
    """The two families of schedules in the field. See docs/loan-arithmetic.md."""

    CUMULATIVE = "cumulative"
    PROGRESSIVE = "progressive"


class Recalculation(StrEnum):
    """How closely interest follows what was really paid."""

    NONE = "none"  # not at all: interest stays as planned
    DAY = "day"  # to the day
    PERIOD = "period"  # by whole periods


class Prepayment(StrEnum):
    """What money beyond the due sum does."""

    NEXT = "next"  # the next instalment is smaller
    REDUCE_INSTALMENT = "reduce_instalment"  # all that follow are smaller
    REDUCE_TERM = "reduce_term"  # there are fewer
    LAST = "last"  # the last ones are smaller


class SettleInterest(StrEnum):
    """How far a full settlement pays interest."""

    DAY = "day"  # to the day
    PERIOD = "period"  # to the end of the running period


@dataclass(frozen=True, slots=True)
class Tranche:
    """A later part of the loan: `amount` minor units paid out on `on`."""

    on: date
    amount: int


class InvalidTerms(InvalidInput):
    """Terms that no loan can have. `field` names the first wrong one, `reason` what is wrong, in one word."""

    def __init__(self, field: str, reason: str, **figures: object) -> None:
        super().__init__(ErrorCode.INVALID_TERMS, field=field, reason=reason, **figures)
        self.field = field
        self.reason = reason
        self.figures = figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A loan's terms. A worked example, *Lightning*: 3,000.00 at 0.05 % a day (18.25 % a year) in six months.

        Terms(principal=Money.of("3000", CNY), annual_rate=Decimal("18.25"), count=6, disbursed_on=date(2026, 12, 1),
              rounding=Rounding.HALF_UP)

    Raises:
        InvalidTerms: a figure is out of range, or two do not go together.
    """

    principal: Money
    annual_rate: Decimal  # percent
    count: int  # instalments
    disbursed_on: date
    method: Method = Method.EQUAL_INSTALMENTS
    every: int = 1  # units a period
    unit: PeriodUnit = PeriodUnit.MONTH
    first_due_on: date | None = None  # None: one period after disbursement
    interest_by: InterestBy = InterestBy.DAY
    day_count: DayCount = DayCount.ACT_365F
    style: Style = Style.PROGRESSIVE
    grace_principal: int = 0  # first instalments without principal
    grace_interest: int = 0  # first instalments whose interest is carried to the first one after them
    interest_free: int = 0  # first periods for which no interest is ever charged
    round_instalment_to: int = 0  # the level payment is a multiple of this; 0: of one minor unit
    rounding: Rounding = Rounding.HALF_EVEN
    tranches: tuple[Tranche, ...] = ()
    fee_at_disbursement: int = 0
    fee_each_instalment: int = 0
    holiday_shift: HolidayShift = HolidayShift.NONE
    recalculate: Recalculation = Recalculation.NONE
    compound: bool = False  # unpaid interest earns interest
    prepayment: Prepayment = Prepayment.REDUCE_INSTALMENT
    settle_interest: SettleInterest = SettleInterest.DAY

    def __post_init__(self) -> None:
        _check_amounts(self)
        _check_time(self)
        _check_tranches(self)

    @property
    def total_principal(self) -> int:
        """What is lent in all, tranches included, in minor units."""
        return self.principal.amount + sum(tranche.amount for tranche in self.tranches)


def _check_amounts(terms: Terms) -> None:
    _check_range("principal", terms.principal.amount, 1, MAX_PRINCIPAL)
    if not terms.annual_rate.is_finite() or not 0 <= terms.annual_rate <= MAX_RATE_PERCENT:
        raise InvalidTerms("annual_rate", "out_of_range", least=0, most=MAX_RATE_PERCENT)
    if -terms.annual_rate.as_tuple().exponent > MAX_RATE_DECIMALS:  # type: ignore[operator]  # finite: an int
        raise InvalidTerms("annual_rate", "too_many_decimals", most=MAX_RATE_DECIMALS)
    for field in ("round_instalment_to", "fee_at_disbursement", "fee_each_instalment"):
        _check_range(field, getattr(terms, field), 0, MAX_PRINCIPAL)


def _check_time(terms: Terms) -> None:
    _check_range("count", terms.count, 1, MAX_INSTALMENTS)
    _check_range("every", terms.every, 1, MAX_EVERY)
    for field in ("grace_principal", "grace_interest", "interest_free"):
        _check_range(field, getattr(terms, field), 0, terms.count - (field != "interest_free"))
    _check_range("disbursed_on", terms.disbursed_on.year, FIRST_YEAR, LAST_YEAR)
    if terms.first_due_on is not None and terms.first_due_on <= terms.disbursed_on:
        raise InvalidTerms("first_due_on", "too_early", after=terms.disbursed_on)


def _check_tranches(terms: Terms) -> None:
    for tranche in terms.tranches:
        _check_range("tranches", tranche.amount, 1, MAX_PRINCIPAL)
        if tranche.on < terms.disbursed_on:
            raise InvalidTerms("tranches", "too_early", after=terms.disbursed_on)
    if list(terms.tranches) != sorted(terms.tranches, key=lambda tranche: tranche.on):
        raise InvalidTerms("tranches", "not_in_order")
    if terms.tranches:
        _check_range("tranches", terms.total_principal, 1, MAX_PRINCIPAL)


def _check_range(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InvalidTerms(field, "out_of_range", least=least, most=most)
