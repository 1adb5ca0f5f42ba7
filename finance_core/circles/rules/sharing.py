"""How what a circle has is shared among its members (CIRCLES §5). Amounts are minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from finance_core.kernel.money import Asset, Money
from finance_core.kernel.rounding import Rounding, to_minor_units


@dataclass(frozen=True, slots=True)
class ShareOut:
    """The end of an accumulating circle's cycle. Lists are by place.

    Attributes:
        value_per_share: Minor units, exact.
        entitled: What each member's shares are worth.
        paid: What each is paid: entitled less owed, nothing where more is owed.
        still_owed: What each owes afterwards.
    """

    value_per_share: Fraction
    entitled: tuple[int, ...]
    paid: tuple[int, ...]
    still_owed: tuple[int, ...]


def share_out(cash: int, shares: Sequence[int], owed: Sequence[int], asset: Asset) -> ShareOut:
    """Share `cash` out by shares; what a member owes the circle is set off.

    Who owes more than they are entitled to gets nothing. A share is then worth what the others have, by the others'
    shares; the debtor is credited the own ones at that and owes the rest. Shares 12, 8, 15, 5, 10, cash 939.66, the
    fourth owes 84.59: a share is worth 20.4850, and 245.82, 163.88, 307.28, 17.83, 204.85 are paid.

    Raises ValueError: the lists are of different lengths, something is negative, or there is no share.
    """
    if len(shares) != len(owed) or min((cash, *shares, *owed)) < 0 or not sum(shares):
        raise ValueError("cash, shares and debts are not negative, and somebody has a share")
    short = _debtors(cash, shares, owed)
    worth = cash + sum(owed[place] for place in range(len(shares)) if place not in short)
    weights = [0 if place in short else count for place, count in enumerate(shares)]
    value = Fraction(worth, sum(weights))
    parts = Money(worth, asset).split(weights)
    entitled = tuple(
        to_minor_units(value * shares[place], Rounding.HALF_UP) if place in short else part.amount
        for place, part in enumerate(parts)
    )
    return ShareOut(
        value,
        entitled,
        tuple(max(0, due - debt) for due, debt in zip(entitled, owed, strict=True)),
        tuple(max(0, debt - due) for due, debt in zip(entitled, owed, strict=True)),
    )


def _debtors(cash: int, shares: Sequence[int], owed: Sequence[int]) -> set[int]:
    """Return the places that owe more than they are entitled to; each that is found lowers what a share is worth."""
    short: set[int] = set()
    while True:
        others = [place for place in range(len(shares)) if place not in short]
        value = Fraction(cash + sum(owed[place] for place in others), sum(shares[place] for place in others) or 1)
        found = {place for place in others if owed[place] > value * shares[place]}
        if not found:
            return short
        short |= found


def by_rounds_on_time(fines: int, on_time: Sequence[int], asset: Asset) -> list[int]:
    """Share fines by rounds that were paid on time, largest remainder; by places where no round was at all.

    30.00 over 10, 9, 7 is 11.54, 10.38, 8.08.
    """
    weights = on_time if any(on_time) else [1] * len(on_time)
    return [part.amount for part in Money(fines, asset).split(weights)]
