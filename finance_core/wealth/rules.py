"""Pure rules of Change Plus: the income of a day, yields, when an order is confirmed, what is taken out first.

Units and money are minor units (a unit is worth 1.00). r is the income per 10,000 units of one natural day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, localcontext
from typing import Final

from finance_core.kernel.calendars import Calendar
from finance_core.kernel.rounding import Rounding, rounded, to_minor_units

RATE_PLACES: Final = 4
CARRY_PLACES: Final = 8
YIELD_PLACES: Final = 3
YIELD_DAYS: Final = 7
"""The days that a yield looks back over."""

PER_UNITS: Final = 10_000
"""How many units r is the income of."""

_DAYS_A_YEAR: Final = 365
_MINOR_A_UNIT: Final = 100
_POWER_DIGITS: Final = 40


@dataclass(frozen=True, slots=True)
class Share:
    """What a day's income came to: whole cents that are paid, and the fraction (below a cent, in units) carried on."""

    paid: int
    carry: Decimal


def income(units: int, rate: Decimal, carry: Decimal) -> Share:
    """Return the income of `units` minor units at r = `rate`, with what was carried from the day before.

    Truncation is toward zero: of the fraction at 8 decimals, of what is paid at the cent. 12,345.67 units at .2304 from
    an empty carry earn 0.28, and 0.00444423 is carried. The fund itself keeps its books by the same rule, so what it
    earned is never less than what its holders were paid.
    """
    with localcontext() as context:
        context.prec = _POWER_DIGITS
        exact = carry + Decimal(units) * rate / (_MINOR_A_UNIT * PER_UNITS)
        whole = rounded(exact, Rounding.DOWN, places=CARRY_PLACES)
        paid = to_minor_units(whole * _MINOR_A_UNIT, Rounding.DOWN)
        return Share(paid, whole - Decimal(paid) / _MINOR_A_UNIT)


def simple_yield(rates: Sequence[Decimal]) -> Decimal:
    """Return the annual yield in percent that the days' r average to: Σr / n × 365 / 10,000. Seven days give 0.841."""
    mean = sum(rates, Decimal(0)) * _DAYS_A_YEAR / (len(rates) * PER_UNITS)
    return rounded(mean * 100, Rounding.HALF_UP, places=YIELD_PLACES)


def compound_yield(rates: Sequence[Decimal]) -> Decimal:
    """Return the annual yield in percent with income earning income: ∏(1 + r/10,000)^(365/n) − 1."""
    with localcontext() as context:
        context.prec = _POWER_DIGITS
        growth = Decimal(1)
        for rate in rates:
            growth *= 1 + rate / PER_UNITS
        yearly = growth ** (Decimal(_DAYS_A_YEAR) / len(rates)) - 1
        return rounded(yearly * 100, Rounding.HALF_UP, places=YIELD_PLACES)


# -- days ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dates:
    """What an order's instant means. Money put in earns from `confirm_on`; the first income is seen a day later."""

    dealing_on: date
    confirm_on: date

    @property
    def seen_on(self) -> date:
        return self.confirm_on + timedelta(days=1)


def dates_of(ordered_at: datetime, cut_off: time, calendar: Calendar) -> Dates:
    """Return the dates of an order given at `ordered_at`, on the institution's wall.

    Before the cut-off of a dealing day it is that day's, else the next one's; it is confirmed the dealing day after.
    Thursday 15:00 to Friday 14:59:59.999 earns from Monday.
    """
    day = ordered_at.date()
    is_in_time = calendar.is_open(day) and ordered_at.time() < cut_off
    dealing_on = day if is_in_time else calendar.after(day)
    return Dates(dealing_on, calendar.after(dealing_on))


# -- taking out ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """What is left of an order that is not confirmed yet, in minor units."""

    order_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class TakeOut:
    """How a sum is taken out: what of each unconfirmed order is cancelled, and how many units are redeemed."""

    cancelled: tuple[Unconfirmed, ...]
    units: int


def plan_take_out(amount: int, newest_first: Sequence[Unconfirmed]) -> TakeOut:
    """Spread `amount` over unconfirmed money first, the newest order first (it would earn last), then over units."""
    left, cancelled = amount, []
    for order in newest_first:
        part = min(left, order.amount)
        if part:
            cancelled.append(Unconfirmed(order.order_id, part))
            left -= part
    return TakeOut(tuple(cancelled), left)
