"""What `susu quote loan|apr|days` takes, as models. Fields are read in the order in which they stand.

The loan's `holidays` and `events` are read apart, after the terms: how many events are bearable depends on them.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, StrictBool, TypeAdapter, ValidationInfo

from bot.commands.quote_fields import (
    Amount,
    Day,
    Input,
    KnownAsset,
    Number,
    PartOfOne,
    PositiveNumber,
    Reading,
    SignedNumber,
    Years,
    at_most,
    minor_units,
    one_of,
    periods_a_year,
    read,
    reading_of,
    whole,
    wrong,
)
from finance_core.kernel.annual_rate import Flow
from finance_core.kernel.day_counts import DayCount
from finance_core.kernel.money import Money
from finance_core.kernel.periods import HolidayShift, PeriodUnit
from finance_core.kernel.rounding import Rounding
from finance_core.loans.rules.instalments import Event, EventKind
from finance_core.loans.rules.terms import (
    MAX_EVERY,
    MAX_INSTALMENTS,
    InterestBy,
    Method,
    Prepayment,
    Recalculation,
    SettleInterest,
    Style,
    Terms,
    Tranche,
)

MAX_TRANCHES: Final = 100
MAX_EVENTS: Final = 400
MAX_LINES_TIMES_EVENTS: Final = 20_000
"""Events are each laid on every instalment; above this a single answer would keep a core for seconds."""

MAX_FLOWS: Final = 5_000
MAX_HOLIDAYS: Final = 5_000
MAX_UNIT_PERIODS_A_YEAR: Final = 366
_PAIR: Final = 2


# -- a loan -----------------------------------------------------------------------------------------------------------


class FeesInput(Input):
    """Fees, in the loan's asset."""

    disbursement: Amount = 0
    instalment: Amount = 0


class TrancheInput(Input):
    """A later part of the loan."""

    on: Day
    amount: Amount


def _amount_of_event(value: object, info: ValidationInfo) -> int | None:
    if info.data.get("type") is EventKind.REPAY:
        if value is None:
            raise wrong("missing")
        return minor_units(value, info)
    if value is not None:
        raise wrong("amount_does_not_fit")
    return None


class EventInput(Input):
    """Something that happens to the loan; a repayment has an amount, and nothing else has one."""

    type: Annotated[EventKind, one_of(EventKind)]
    on: Day
    amount: Annotated[int | None, PlainValidator(_amount_of_event), Field(validate_default=True)] = None


def _loans_rounding(rounding: Rounding) -> Rounding:
    if rounding not in {Rounding.HALF_EVEN, Rounding.HALF_UP}:
        raise wrong("not_one_of", choices="half_even, half_up")
    return rounding


_Periods = Annotated[int, whole(0, MAX_INSTALMENTS)]


class LoanInput(Input):
    """The terms of one loan. What may be absent has the value that the field says."""

    id: object = None
    asset: KnownAsset
    principal: Amount
    annual_rate: Number
    method: Annotated[Method, one_of(Method)]
    instalments: Annotated[int, whole(1, MAX_INSTALMENTS)]
    every: Annotated[int, whole(1, MAX_EVERY)] = 1
    unit: Annotated[PeriodUnit, one_of(PeriodUnit)] = PeriodUnit.MONTH
    disbursed_on: Day
    first_due_on: Day | None = None
    interest_by: Annotated[InterestBy, one_of(InterestBy)] = InterestBy.DAY
    day_count: Annotated[DayCount, one_of(DayCount)] = DayCount.ACT_365F
    style: Annotated[Style, one_of(Style)] = Style.PROGRESSIVE
    grace_principal: _Periods = 0
    grace_interest: _Periods = 0
    interest_free: _Periods = 0
    round_instalment_to: Amount = 0
    rounding: Annotated[Rounding, one_of(Rounding), AfterValidator(_loans_rounding)] = Rounding.HALF_EVEN
    tranches: Annotated[list[TrancheInput], at_most(MAX_TRANCHES)] = Field(default_factory=list)
    fees: FeesInput = FeesInput()
    holiday_shift: Annotated[HolidayShift, one_of(HolidayShift)] = HolidayShift.NONE
    recalculate: Annotated[Recalculation, one_of(Recalculation)] = Recalculation.NONE
    compound: StrictBool = False
    prepayment: Annotated[Prepayment, one_of(Prepayment)] = Prepayment.NEXT
    settle_interest: Annotated[SettleInterest, one_of(SettleInterest)] = SettleInterest.DAY
    holidays: object = None
    events: object = None

    def terms(self) -> Terms:
        """Return the terms that the input describes. Raises InvalidTerms."""
        return Terms(
            principal=Money(self.principal, self.asset),
            annual_rate=self.annual_rate,
            method=self.method,
            count=self.instalments,
            every=self.every,
            unit=self.unit,
            disbursed_on=self.disbursed_on,
            first_due_on=self.first_due_on,
            interest_by=self.interest_by,
            day_count=self.day_count,
            style=self.style,
            grace_principal=self.grace_principal,
            grace_interest=self.grace_interest,
            interest_free=self.interest_free,
            round_instalment_to=self.round_instalment_to,
            rounding=self.rounding,
            tranches=tuple(Tranche(each.on, each.amount) for each in self.tranches),
            fee_at_disbursement=self.fees.disbursement,
            fee_each_instalment=self.fees.instalment,
            holiday_shift=self.holiday_shift,
            recalculate=self.recalculate,
            compound=self.compound,
            prepayment=self.prepayment,
            settle_interest=self.settle_interest,
        )

    def holiday_dates(self) -> frozenset[date]:
        """Return the days that are holidays. Raises Refused."""
        if self.holidays is None:
            return frozenset()
        days = read(_HOLIDAYS, self.holidays, "holidays")
        return frozenset(days)

    def event_list(self) -> list[Event]:
        """Return the events in their order. Raises Refused: one is wrong, or there are too many."""
        if self.events is None:
            return []
        events = read(_EVENTS, self.events, "events", Reading(self.asset, self.instalments))
        return [Event(each.on, each.type, each.amount or 0) for each in events]


def _bearable(events: list[object], info: ValidationInfo) -> list[object]:
    if len(events) * reading_of(info).instalments > MAX_LINES_TIMES_EVENTS:
        raise wrong("too_much", most=MAX_LINES_TIMES_EVENTS)
    return events


_HOLIDAYS: Final = TypeAdapter[list[date]](Annotated[list[Day], at_most(MAX_HOLIDAYS)])
_EVENTS: Final = TypeAdapter[list[EventInput]](
    # validators before pydantic's own run from the right: first whether it is a list
    Annotated[list[EventInput], BeforeValidator(_bearable), at_most(MAX_EVENTS)]
)
LOAN: Final = TypeAdapter(LoanInput)


# -- a yearly rate ----------------------------------------------------------------------------------------------------


class Convention(StrEnum):
    """How a yearly rate is measured."""

    US = "us-appendix-j"
    EU = "eu-ccd"
    IRR = "irr"


class UsFlow(Input):
    """What the flows of Appendix J have in common."""

    null_is_wrong = frozenset({"fraction"})

    amount: PositiveNumber
    fraction: PartOfOne = Fraction(0)


class UsAdvance(UsFlow):
    """Money out, so many unit periods and a part of one from the start."""

    periods: Annotated[int, whole(0, MAX_FLOWS)]

    def flow(self) -> Flow:
        return Flow(self.amount, self.periods, self.fraction)


class UsPayments(UsFlow):
    """`count` equal payments in a row."""

    first_period: Annotated[int, whole(0, MAX_FLOWS)]
    count: Annotated[int, whole(1, MAX_FLOWS)] = 1

    def flows(self) -> list[Flow]:
        return [Flow(self.amount, self.first_period + nr, self.fraction) for nr in range(self.count)]


def _few_enough(payments: list[UsPayments]) -> list[UsPayments]:
    total = 0
    for index, each in enumerate(payments):
        total += each.count
        if total > MAX_FLOWS:
            raise wrong("too_many", most=MAX_FLOWS, entry=index)
    return payments


class UsInput(Input):
    """Flows as Appendix J of Regulation Z counts them, in unit periods."""

    id: object = None
    convention: object
    unit_periods_per_year: Annotated[Fraction, periods_a_year(MAX_UNIT_PERIODS_A_YEAR)]
    advances: Annotated[list[UsAdvance], at_most(MAX_FLOWS)]
    payments: Annotated[list[UsPayments], at_most(MAX_FLOWS), AfterValidator(_few_enough)]


class EuFlow(Input):
    """Money out or in, so many years from the start."""

    amount: PositiveNumber
    years: Years

    def flow(self) -> Flow:
        return Flow(self.amount, self.years)


class EuInput(Input):
    """Flows as the Consumer Credit Directive counts them, in years."""

    id: object = None
    convention: object
    drawdowns: Annotated[list[EuFlow], at_most(MAX_FLOWS)]
    repayments: Annotated[list[EuFlow], at_most(MAX_FLOWS)]


class DatedFlow(Input):
    """Money on a day: below zero out, above zero in."""

    day: Day
    amount: SignedNumber


def _pair(value: object) -> dict[str, object]:
    if not isinstance(value, list) or len(value) != _PAIR:
        raise wrong("not_a_list")
    return {"day": value[0], "amount": value[1]}


class IrrInput(Input):
    """Flows by their days: pairs of a day and an amount."""

    id: object = None
    convention: object
    flows: Annotated[list[Annotated[DatedFlow, BeforeValidator(_pair)]], at_most(MAX_FLOWS)]


class AprInput(Input):
    """Flows in any convention: which one is read first, as it says what else there is."""

    id: object = None
    convention: Annotated[Convention, one_of(Convention)]
    unit_periods_per_year: object = None
    advances: object = None
    payments: object = None
    drawdowns: object = None
    repayments: object = None
    flows: object = None


APR: Final = TypeAdapter(AprInput)
US: Final = TypeAdapter(UsInput)
EU: Final = TypeAdapter(EuInput)
IRR: Final = TypeAdapter(IrrInput)


# -- days -------------------------------------------------------------------------------------------------------------


class DaysInput(Input):
    """Two days and a convention; what a published case expects is passed over."""

    id: object = None
    convention: Annotated[DayCount, one_of(DayCount)]
    start: Day
    end: Day
    expected_days: object = None
    expected_year_fraction: object = None


DAYS: Final = TypeAdapter(DaysInput)
