"""The demo's portfolio: what its instruments earn on a day, the same for the same date whoever asks.

An instrument's rate swings around the fund's own yield in a cycle of days (a triangle wave), as short rates do around a
week, a month's end, a quarter. It is data of the catalogue, and no chance is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from finance_core.catalogue.terms import Text, number, whole
from finance_core.change_plus.rules import RATE_PLACES
from finance_core.kernel.rounding import Rounding, rounded

_DAYS_A_YEAR: Final = 365
_R_A_PERCENT: Final = 100
"""One percent a year is 100 a year per 10,000 units."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A part of the portfolio. Rates in percent a year."""

    cycle_days: Annotated[int, whole(1, 3_660)]
    name: Text
    share: Annotated[Decimal, number(0, 1)]
    """Of the portfolio; the shares add up to 1."""
    spread: Annotated[Decimal, number(-100, 100)]
    """What it yields beyond the portfolio's yield, on average."""
    swing: Annotated[Decimal, number(-100, 100)]
    """How far its rate goes up and down from there."""

    def rate_on(self, day: date, base: Decimal) -> Decimal:
        """Return its rate on a day, in percent a year."""
        return base + self.spread + self.swing * _wave(day.toordinal() % self.cycle_days, self.cycle_days)


def income_per_10000(day: date, base: Decimal, instruments: Sequence[Instrument]) -> Decimal:
    """Return r of a day: what 10,000 units of a portfolio that yields about `base` percent a year earn, 4 decimals."""
    rate = sum((each.share * each.rate_on(day, base) for each in instruments), Decimal(0))
    return rounded(rate * _R_A_PERCENT / _DAYS_A_YEAR, Rounding.HALF_UP, places=RATE_PLACES)


def _wave(place: int, period: int) -> Decimal:
    """Return a triangle wave from -1 (start) over 1 (half way) back to -1."""
    return 1 - abs(Decimal(4 * place) / period - 2)
