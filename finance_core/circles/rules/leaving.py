"""What who leaves a running circle gets back, when and from whom (CIRCLES §5). Minor units.

The place is closed: it pays no more, its round is moved to the end, and there each who received from it pays it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from finance_core.kernel.rounding import Rounding, to_minor_units

MOST_KEPT: Final = Decimal(5)
"""Percent of what a leaver gets back, where the rules keep any; it goes to 2032."""


@dataclass(frozen=True, slots=True)
class PaidIn:
    """What a place that is closed has paid into one round.

    Attributes:
        number: The round.
        receiver: The place that received in it; None: it has not been paid out.
        paid: What the closed place paid into it (in an auction net).
        amount: What it was to pay.
        commission: Of the whole round.
        payers: How many places paid into the round.
    """

    number: int
    receiver: int | None
    paid: int
    amount: int
    commission: int
    payers: int


@dataclass(frozen=True, slots=True)
class Refund:
    """What comes back to who leaves.

    Attributes:
        at_once: What lies in pots that are not paid out yet, by round.
        by_place: What each place that received from the leaver pays in the moved round, by place.
        kept: What of that goes to 2032.
    """

    at_once: dict[int, int]
    by_place: dict[int, int]
    kept: int

    @property
    def in_moved_round(self) -> int:
        """What the leaver has in the moved round."""
        return sum(self.by_place.values()) - self.kept


def refund(place: int, rounds: Iterable[PaidIn], kept_percent: Decimal = Decimal(0)) -> Refund:
    """Return what comes back to a place that is closed.

    5 places of 200.00, the fifth leaves after round 2: places 1 and 2 pay 200.00 each in round 5, it has 400.00.
    Of an auction the net sums: 95.00 and 97.00 come back as 192.00.
    """
    at_once: dict[int, int] = {}
    by_place: dict[int, int] = {}
    for each in rounds:
        if each.receiver is None:
            at_once[each.number] = each.paid
        elif each.receiver != place:
            by_place[each.receiver] = by_place.get(each.receiver, 0) + paid_back(each)
    return Refund(_positive(at_once), _positive(by_place), kept(sum(by_place.values()), kept_percent))


def paid_back(paid: PaidIn) -> int:
    """Return what the receiver of a round pays back of it: less the leaver's part of the commission, rounded down.

    Of 200.00 in a round of 5 with a commission of 20.00: 196.00. Where only a part was paid, of that part.
    """
    if not paid.amount:
        return 0
    share = paid.commission // paid.payers if paid.payers else 0
    return paid.paid - share * paid.paid // paid.amount


def kept(coming_back: int, percent: Decimal) -> int:
    """Return what the circle keeps of what comes back in the moved round, half-up."""
    return to_minor_units(coming_back * Fraction(percent) / 100, Rounding.HALF_UP)


def _positive(sums: dict[int, int]) -> dict[int, int]:
    return {key: amount for key, amount in sums.items() if amount}
