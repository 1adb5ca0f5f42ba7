"""What a round of an auction pays to whom, and what a bid costs who makes it (CIRCLES §5). Amounts are minor units.

The bid is the discount that somebody takes to have the pot now. What it is above the commission is shared by all open
places, the winner's too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from finance_core.kernel.annual_rate import NoRate, compounded, even_rate
from finance_core.kernel.rounding import Rounding, to_minor_units

FEWEST_PLACES: Final = 3
MOST_PLACES: Final = 50
MOST_COMMISSION: Final = Decimal(5)
"""Percent of the pot."""
_CAP: Final = Fraction(40, 100)
"""The part of the pot that a bid may be at most."""


class Period(StrEnum):
    """How often a circle's places pay."""

    DAY = "day"
    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    MONTH = "month"


PERIODS_A_YEAR: Final = {
    Period.DAY: Fraction(365),
    Period.WEEK: Fraction(365, 7),
    Period.TWO_WEEKS: Fraction(365, 14),
    Period.MONTH: Fraction(12),
}


@dataclass(frozen=True, slots=True)
class Round:
    """One round of an auction, as it stands before anybody bids.

    Attributes:
        contribution: What each open place pays in, minor units.
        places: The open places, ascending.
        commission_percent: Of the pot.
    """

    contribution: int
    places: tuple[int, ...]
    commission_percent: Decimal

    @property
    def pot(self) -> int:
        """What the open places pay in together."""
        return self.contribution * len(self.places)

    @property
    def commission(self) -> int:
        """The institution's part of the pot, half-up; also the least that may be bid."""
        return to_minor_units(self.pot * Fraction(self.commission_percent) / 100, Rounding.HALF_UP)

    @property
    def most_bid(self) -> int:
        """The most that may be bid: 40 % of the pot, whole cents."""
        return int(self.pot * _CAP)

    def won(self, winner: int, bid: int) -> Outcome:
        """Return who gets what when the place `winner` takes the pot for a discount of `bid`.

        40 places of 25,000.00, commission 5 %, bid 350,000.00: prize 650,000.00, dividend 7,500.00 for each place.

        Raises ValueError: the place is not open, or the bid is out of bounds.
        """
        if winner not in self.places or not self.commission <= bid <= self.most_bid:
            raise ValueError(f"place {winner} cannot win by {bid}")
        each, over = divmod(bid - self.commission, len(self.places))
        after = self.places.index(winner) + 1
        lucky = {self.places[(after + step) % len(self.places)] for step in range(over)}
        dividends = tuple(each + (place in lucky) for place in self.places)
        return Outcome(self.pot, self.pot - bid, self.commission, dividends, self.contribution)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round of an auction pays. `dividends` are by open place, ascending; the cents that are over go one each
    from the place after the winner's on.
    """

    pot: int
    prize: int
    commission: int
    dividends: tuple[int, ...]
    contribution: int

    @property
    def net(self) -> tuple[int, ...]:
        """What each open place pays, after its dividend."""
        return tuple(self.contribution - dividend for dividend in self.dividends)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a bid costs, as effective annual rates in percent; None where there is none.

    Attributes:
        against_waiting: Against having the pot less the least bid in the last round.
        later_in_full: As a loan, the later contributions paid whole: only in the first round.
        each_discounted: As a loan, each later round with the same discount: only in the first round.
    """

    against_waiting: Decimal | None
    later_in_full: Decimal | None
    each_discounted: Decimal | None


def cost(outcome: Outcome, winner_net: int, number: int, rounds: int, period: Period) -> Cost:
    """Return what winning round `number` of `rounds` (from 1) costs whose net contribution in it is `winner_net`."""
    left, yearly = rounds - number, PERIODS_A_YEAR[period]
    if not left:
        return Cost(None, None, None)
    growth = Fraction(outcome.pot - outcome.commission, outcome.prize)
    waiting = compounded(Decimal(growth.numerator) / growth.denominator - 1, yearly / left)
    if number > 1:
        return Cost(waiting, None, None)
    received = outcome.prize - winner_net
    return Cost(
        waiting,
        _effective([received, *[-outcome.contribution] * left], yearly),
        _effective([received, *[-winner_net] * left], yearly),
    )


def _effective(flows: Sequence[int], periods_a_year: Fraction) -> Decimal | None:
    """Return the effective yearly rate in percent of flows a period apart; None where no rate balances them."""
    try:
        return compounded(even_rate(flows), periods_a_year)
    except NoRate:
        return None
