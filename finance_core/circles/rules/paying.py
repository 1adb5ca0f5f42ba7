"""When a place is late, what that costs, and in which order money pays what it owes (CIRCLES §5). Minor units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from finance_core.kernel.rounding import Rounding, to_minor_units

GRACE_DAYS: Final = 1
MOST_FINE: Final = Decimal(5)
"""Percent of the contribution, once a round."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a place still owes of one round: of its contribution, then of the fine."""

    number: int
    place: int
    contribution: int
    fine: int = 0


@dataclass(frozen=True, slots=True)
class Paid:
    """What of a payment goes to one round of one place."""

    number: int
    place: int
    contribution: int
    fine: int


def late_from(due_on: date, grace_days: int = GRACE_DAYS) -> date:
    """Return the first day on which who has not paid is late: due on the 10th, a day of grace, it is the 12th."""
    return due_on + timedelta(days=grace_days + 1)


def fine(contribution: int, percent: Decimal) -> int:
    """Return what being late in a round costs, half-up: 2 % of 500.00 is 10.00, however much of it was still owed."""
    return to_minor_units(contribution * Fraction(percent) / 100, Rounding.HALF_UP)


def spread(money: int, dues: Iterable[Due]) -> list[Paid]:
    """Spread money over what is owed: oldest round first, in each the contribution, then the fine.

    500.00 and a fine of 10.00, of which 300.00 is paid: 210.00 pays the last 200.00 and the fine.
    """
    parts = []
    for due in sorted(dues, key=lambda each: (each.number, each.place)):
        contribution = min(money, due.contribution)
        fined = min(money - contribution, due.fine)
        money -= contribution + fined
        if contribution or fined:
            parts.append(Paid(due.number, due.place, contribution, fined))
    return parts


def in_proportion(whole: int, of: int, so_far: int, now: int) -> int:
    """Return what part of `whole` belongs to the payout `now` out of `of`, when `so_far` was paid out before it.

    Half-up of the sum so far, less what was taken before, so that it is `whole` once all is paid: of 100.00 on a pot of
    5,000.00, 2,500.01 first takes 50.00, the rest of it the other 50.00.
    """

    def until(paid: int) -> int:
        return to_minor_units(Fraction(whole * paid, of), Rounding.HALF_UP) if of else 0

    return until(so_far + now) - until(so_far)


def commission(open_places: int, contribution: int, percent: Decimal) -> int:
    """Return what the organiser has of a round: percent of what the open places pay in, half-up."""
    return to_minor_units(open_places * contribution * Fraction(percent) / 100, Rounding.HALF_UP)
