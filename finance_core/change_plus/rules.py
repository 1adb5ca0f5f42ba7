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
        return _share(carry + _exact(units, rate))


def corrected(units: int, before: Decimal, rate: Decimal, carry: Decimal, paid: int) -> Share:
    """Return what should have been paid for a day at `rate` where `paid` minor units were, at `before`.

    The fraction carried today is carried on: 12,345.67 units that were paid 0.28 at .2304 and carry 0.00444423 get 0.29
    at .2404 and carry 0.0067899, just what .2404 would have left them with.
    """
    with localcontext() as context:
        context.prec = _POWER_DIGITS
        now, then = (rounded(_exact(units, each), Rounding.DOWN, places=CARRY_PLACES) for each in (rate, before))
        return _share(carry + Decimal(paid) / _MINOR_A_UNIT + now - then)


def _exact(units: int, rate: Decimal) -> Decimal:
    return Decimal(units) * rate / (_MINOR_A_UNIT * PER_UNITS)


def _share(exact: Decimal) -> Share:
    whole = rounded(exact, Rounding.DOWN, places=CARRY_PLACES)
    paid = to_minor_units(whole * _MINOR_A_UNIT, Rounding.DOWN)
    return Share(paid, whole - Decimal(paid) / _MINOR_A_UNIT)


def paid_out(due: int, owed: int, free: int) -> int:
    """Return by how much a holder's units change for an income of `due` (minor units, whole cents).

    What is owed from an earlier day is kept back of a gain. A loss takes no more than is there (`free`): the rest is
    owed, and the residue lends it. So what is owed afterwards is `owed` − (`due` − what this returns), never below 0.
    """
    return due - min(owed, due) if due >= 0 else -min(free, -due)


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
        """The day on which the first income is credited: one after the day that earns it."""
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


# -- the fund's cash ----------------------------------------------------------------------------------------------


def to_sell(needed: int, cash: int, instruments: int, daily: int) -> int:
    """Return what of a fund's instruments becomes cash on a dealing day: what is needed beyond the cash, as far as
    there is any and the market of a day takes it (minor units).
    """
    return max(0, min(needed - cash, instruments, daily))


def to_invest(cash: int, instruments: int, cash_share: Decimal) -> int:
    """Return what a fund puts into instruments: its cash beyond `cash_share` of both (minor units)."""
    kept = to_minor_units((cash + instruments) * cash_share, Rounding.HALF_UP)
    return max(0, cash - kept)


def liquidity_ahead(cash: int, instruments: int, daily: int, days: int) -> list[int]:
    """Return how much cash a fund can have paid out by the end of each of the next dealing days, today not counted."""
    return [cash + min(instruments, daily * day) for day in range(1, days + 1)]
