"""What a loan costs, as a yearly rate in three conventions: from its schedule, with every fee that it requires.

Signs are the borrower's: what is received is positive.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from finance_core.kernel.annual_rate import (
    Flow,
    RateTooHigh,
    all_in_rate,
    compounded,
    eu_rate,
    even_rate,
    nominal,
    us_rate,
)
from finance_core.kernel.periods import HolidayShift, PeriodUnit, add_periods, whole_units
from finance_core.loans.rules.schedule import Schedule
from finance_core.loans.rules.terms import Method, Terms

UNITS_A_YEAR: Final = {PeriodUnit.MONTH: 12, PeriodUnit.WEEK: 52, PeriodUnit.DAY: 365}
DAYS_A_UNIT: Final = {PeriodUnit.MONTH: 30, PeriodUnit.WEEK: 7, PeriodUnit.DAY: 1}
"""Odd days are parts of a month of 30 (Appendix J), of a week of 7."""


class Price(NamedTuple):
    """The yearly rates in percent: `irr` is the all-in rate, by the dates; `eu` and `us` are for disclosure.

    One that is above the highest that is measured is None: by its convention alone, others may well be below.
    """

    irr: Decimal | None
    eu: Decimal | None
    us: Decimal | None


def flows_of(terms: Terms, plan: Schedule) -> list[tuple[date, int]]:
    """Return the dated flows of `plan` in minor units: what is lent less the fee for it, then each instalment."""
    received = [(terms.disbursed_on, terms.principal.amount - terms.fee_at_disbursement)]
    received += [(tranche.on, tranche.amount) for tranche in terms.tranches]
    paid = [
        (due_on, -(principal + interest + fee + penalty))
        for _, due_on, _, principal, interest, fee, _, penalty, _ in plan.instalments
    ]
    return sorted(received + paid)


def all_in(terms: Terms, plan: Schedule) -> Decimal:
    """Return the all-in rate of `plan` in percent: the effective yearly rate of its dated flows, ACT/365.

    Raises:
        NoRate: no rate balances the flows (a fee that eats the loan).
    """
    return all_in_rate(flows_of(terms, plan))


def price(terms: Terms, plan: Schedule) -> Price:
    """Return the rates of `plan` in all three conventions.

    The EU and US rates count whole months (weeks, days) as equal. What is left over is 1/365 of a year a day for the
    one, and in simple interest its part of a unit period for the other. Where nothing is left over they are two faces
    of one period's rate: flat 12 % over twelve months is 21.457 % by the US rule and 23.698 % by the EU's.

    Raises:
        NoRate: no rate balances the flows.
    """
    a_year = UNITS_A_YEAR[terms.unit]
    interval = terms.every * (terms.count if terms.method is Method.BULLET else 1)
    unit_period = min(interval, a_year)
    if _is_regular(terms) and interval == unit_period:
        periods = Fraction(a_year, unit_period)
        rate = _measured(lambda: _regular_rate(terms, plan, periods))
        eu = None if rate is None else _measured(lambda: compounded(rate, periods))
        irr = _measured(lambda: all_in_rate(flows_of(terms, plan), near_percent=eu))
        return Price(irr, eu, None if rate is None else nominal(rate, periods))
    irr = _measured(lambda: all_in(terms, plan))
    timed = [(amount, *_elapsed(terms, day)) for day, amount in flows_of(terms, plan)]
    in_years = [Flow(amount, Fraction(whole, a_year) + Fraction(days, 365)) for amount, whole, days in timed]
    odd_days = DAYS_A_UNIT[terms.unit]
    times = [(amount, divmod(whole + Fraction(days, odd_days), unit_period)) for amount, whole, days in timed]
    in_periods = [Flow(amount, at, rest / unit_period) for amount, (at, rest) in times]
    eu = _measured(lambda: eu_rate(in_years, []))
    return Price(irr, eu, _measured(lambda: us_rate(in_periods, [], Fraction(a_year, unit_period))))


def _measured(rate: Callable[[], Decimal]) -> Decimal | None:
    """Return the rate, None where it is too high to be measured."""
    try:
        return rate()
    except RateTooHigh:
        return None


def _is_regular(terms: Terms) -> bool:
    """Return whether every payment falls a whole number of periods after the only advance."""
    return terms.first_due_on is None and terms.holiday_shift is HolidayShift.NONE and not terms.tranches


def _regular_rate(terms: Terms, plan: Schedule, periods_a_year: Fraction) -> Decimal:
    """Return the rate a unit period of instalments that are one unit period apart: not far from the contract's."""
    received = terms.principal.amount - terms.fee_at_disbursement
    paid = [-instalment.total for instalment in plan.instalments]
    return even_rate([received, *paid], near=float(terms.annual_rate) / 100 / float(periods_a_year))


def _elapsed(terms: Terms, day: date) -> tuple[int, int]:
    """Return the whole units from disbursement to `day`, and the days that are left over."""
    whole = whole_units(terms.disbursed_on, day, terms.unit)
    return whole, (day - add_periods(terms.disbursed_on, whole, terms.unit)).days
