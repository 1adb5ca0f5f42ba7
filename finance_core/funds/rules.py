"""Pure rules of funds at an unknown price: dates, fees, units, what a redemption brings, which lots leave first.

Units and money are minor units; a NAV is money for one unit, both in major units, with 4 decimals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Final

from finance_core.kernel.calendars import Calendar
from finance_core.kernel.rounding import Rounding, rounded, to_minor_units

NAV_PLACES: Final = 4
LARGEST_NAV: Final = 1_000_000
FEE_FREE: Final = Decimal(0)
_DAYS_A_YEAR: Final = 365


# -- days ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dates:
    """What an order's instant means: the day whose NAV it gets, when it is confirmed, when a redemption's money comes.

    Units bought count as held from `confirm_on`.
    """

    priced_on: date
    confirm_on: date
    pays_on: date


def dates_of(given_at: datetime, cut_off: time, pays_after: int, calendar: Calendar) -> Dates:
    """Return the dates of an order given at `given_at`, on the institution's wall.

    Confirmed the dealing day after the one that prices it; paid `pays_after` dealing days after the confirmation.
    """
    priced_on = calendar.priced_on(given_at, cut_off)
    confirm_on = calendar.after(priced_on)
    return Dates(priced_on, confirm_on, calendar.plus(confirm_on, pays_after))


def may_cancel(now: datetime, priced_on: date, cut_off: time) -> bool:
    """Say whether an order can still be taken back at `now`, on the institution's wall: until its own cut-off."""
    return (now.date(), now.time()) < (priced_on, cut_off)


# -- fees ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AmountTier:
    """A subscription fee, in percent of the net amount, of orders below `below` minor units (None: of all others)."""

    below: int | None
    percent: Decimal


@dataclass(frozen=True, slots=True)
class TimeTier:
    """A redemption fee, in percent of the proceeds, of units held fewer than `below_days` (None: any longer)."""

    below_days: int | None
    percent: Decimal


def subscription_percent(amount: int, tiers: Sequence[AmountTier]) -> Decimal:
    """Return the fee of an order of `amount`, in percent."""
    return next((tier.percent for tier in tiers if tier.below is None or amount < tier.below), FEE_FREE)


def net_of_fee(amount: int, percent: Decimal) -> int:
    """Return what of `amount` goes into the fund: the fee is outside, net = amount / (1 + fee), half-up to the cent.

    10,000.00 at 1.2 % is 9,881.42 net, and the fee is 118.58.
    """
    return to_minor_units(Fraction(amount) / (1 + Fraction(percent) / 100), Rounding.HALF_UP)


def redemption_percent(days_held: int, tiers: Sequence[TimeTier]) -> Decimal:
    """Return the fee of units held for `days_held` days, in percent."""
    return next((tier.percent for tier in tiers if tier.below_days is None or days_held < tier.below_days), FEE_FREE)


def management_fee(capital: int, percent_a_year: Decimal, days: int) -> int:
    """Return what the manager earns on `capital` in `days` days, ACT/365, half-up to the cent."""
    return to_minor_units(Fraction(capital * days) * Fraction(percent_a_year) / (100 * _DAYS_A_YEAR), Rounding.HALF_UP)


# -- prices -------------------------------------------------------------------------------------------------------


def units_for(net: int, nav: Decimal) -> int:
    """Return the units that `net` buys, 2 decimals half-up: 500.00 at 1.2345 is 405.02."""
    return to_minor_units(Fraction(net) / Fraction(nav), Rounding.HALF_UP)


def value_of(units: int, nav: Decimal) -> int:
    """Return what `units` are worth at a NAV, half-up to the cent: 405.02 at 1.2345 is 500.00."""
    return to_minor_units(units * Fraction(nav), Rounding.HALF_UP)


def dividend_on(units: int, per_unit: Decimal) -> int:
    """Return the distribution on `units`, half-up to the cent."""
    return value_of(units, per_unit)


def growth(first: Decimal, last: Decimal, dividends: Decimal) -> Decimal:
    """Return by how many percent a unit grew from `first` to `last`, distributions added, 2 decimals half-up."""
    return rounded((last + dividends - first) * 100 / first, Rounding.HALF_UP, places=2)


def moves_too_far(before: Decimal, nav: Decimal, percent: Decimal) -> bool:
    """Say whether a NAV is farther than `percent` from the one before it: a slip of the pen until two people agree."""
    return abs(nav - before) * 100 > before * percent


@dataclass(frozen=True, slots=True)
class Priced:
    """What a subscription came to: what the units are worth, and what rounding them left (may be negative)."""

    units: int
    value: int
    rounding: int


def priced(net: int, nav: Decimal) -> Priced:
    """Return the units of a subscription; `value + rounding` is `net`."""
    units = units_for(net, nav)
    value = value_of(units, nav)
    return Priced(units, value, net - value)


# -- lots ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lot:
    """Units held since a day."""

    id: int
    since: date
    units: int


@dataclass(frozen=True, slots=True)
class Proceeds:
    """What a redemption comes to: the units' worth, the fee that stays in the fund, what is paid."""

    gross: int
    fee: int

    @property
    def net(self) -> int:
        """What a redemption pays after its fee, in minor units."""
        return self.gross - self.fee


def first_out(units: int, oldest_first: Sequence[Lot]) -> Mapping[int, int]:
    """Return how many units leave which lot, first in, first out; fewer than `units` in all when there are no more."""
    left, leaving = units, {}
    for lot in oldest_first:
        part = min(left, lot.units)
        if part:
            leaving[lot.id] = part
            left -= part
    return leaving


def proceeds(lots: Sequence[Lot], on: date, nav: Decimal, tiers: Sequence[TimeTier]) -> Proceeds:
    """Return what units of `lots` (as far as they leave) bring at a NAV, when their redemption is confirmed on `on`.

    Each lot pays by its own holding time, half-up to the cent; the fee never exceeds what there is.
    """
    gross = value_of(sum(lot.units for lot in lots), nav)
    fee = sum(_fee(lot, on, nav, tiers) for lot in lots)
    return Proceeds(gross, min(fee, gross))


def _fee(lot: Lot, on: date, nav: Decimal, tiers: Sequence[TimeTier]) -> int:
    percent = redemption_percent((on - lot.since).days, tiers)
    return to_minor_units(lot.units * Fraction(nav) * Fraction(percent) / 100, Rounding.HALF_UP)


# -- the fund's books ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Books:
    """Where a fund's books stand before they are valued, in minor units."""

    capital: int
    """F3010, the holders' capital."""
    income: int
    """F4010: what stayed in the fund since the last valuation."""
    expense: int
    """F5010."""
    rounding: int
    """F2060: what rounding units has left."""


@dataclass(frozen=True, slots=True)
class Valuation:
    """What makes the books say `units × NAV`: gains (or losses) of the instruments, the fee, what is closed where."""

    gain: int
    """Of the instruments; negative is a loss."""
    rounding: int
    """What F2060 held: it belongs to all holders, and joins the result."""
    fee: int
    """Management fee."""

    def income(self, books: Books) -> int:
        """The fund's income of the day, in minor units: what it earned, gains, rounding in its favour."""
        return books.income + max(self.gain, 0) + max(self.rounding, 0)

    def expense(self, books: Books) -> int:
        """The fund's expense of the day, in minor units: fees, losses, rounding against it."""
        return books.expense + self.fee + max(-self.gain, 0) + max(-self.rounding, 0)


def valuation(books: Books, worth: int, fee: int) -> Valuation:
    """Return what brings holders' capital to `worth` (units × NAV, the published price knows the fee already)."""
    before = books.capital + books.income - books.expense
    return Valuation(worth - before - books.rounding + fee, books.rounding, fee)
