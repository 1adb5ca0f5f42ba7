"""How a bill is divided, and who pays whom when several have paid it (CIRCLES §6). Amounts are minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Money

MOST_PEOPLE: Final = 50
"""Others than the organiser."""
MOST_WEIGHT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Split:
    """What each of the others bears, in the order in which they were named, and what the organiser does."""

    others: tuple[int, ...]
    organiser: int


def split(total: int, weights: Sequence[int], organiser: int) -> Split:
    """Divide by weights; equally is a weight of 1 each. The organiser (weight 0: takes no part) bears the cents.

    Each other bears ⌊part⌋: 100.00 by 3 is 33.33, 33.33, own 33.34. Where the organiser takes no part, the first named
    bear a cent more each.

    Raises ValueError: nobody else is named, a weight is below 1 (the organiser's: below 0) or the total is negative.
    """
    if not weights or min(weights) < 1 or organiser < 0 or total < 0:
        raise ValueError("a bill is divided by weights of others, each at least 1")
    whole = sum(weights) + organiser
    parts = [total * weight // whole for weight in weights]
    over = total - sum(parts)
    if organiser:
        return Split(tuple(parts), over)
    return Split(tuple(part + (place < over) for place, part in enumerate(parts)), 0)


def by_sums(total: Money, sums: Sequence[int], own: int | None) -> Split:
    """Divide by sums that were named. `own` is the organiser's; None: the rest is the organiser's.

    Raises InvalidInput: `bill_difference` (difference, above zero where the sums are short of the total; total) when
        they do not add up, or come to more than the total.
    """
    rest = total.amount - sum(sums)
    if (own is not None and own != rest) or rest < 0:
        raise InvalidInput(ErrorCode.BILL_DIFFERENCE, difference=Money(rest - (own or 0), total.asset), total=total)
    return Split(tuple(sums), rest)


@dataclass(frozen=True, slots=True)
class Sharing:
    """What was said of one of the others: they bear a sum of their own (`amount`), or by weight of what is left."""

    weight: int = 1
    amount: int | None = None


def by_sharings(total: Money, sharings: Sequence[Sharing], organiser: int) -> Split:
    """Divide so that who has a sum of their own bears it, and the others and the organiser the rest, by weights.

    The organiser (weight 0: takes no part) bears the cents of that rest, and all of it where nobody else does.

    Raises InvalidInput: `bill_difference` (difference, total): the sums are more than the total, or short of it with
        nobody to bear the rest. ValueError: nobody else is named.
    """
    left = total.amount - sum(each.amount or 0 for each in sharings)
    weights = [each.weight for each in sharings if each.amount is None]
    if left < 0 or (left and not weights and not organiser):
        raise InvalidInput(ErrorCode.BILL_DIFFERENCE, difference=Money(left, total.asset), total=total)
    rest = split(left, weights, organiser) if weights or not sharings else Split((), left)
    shares = iter(rest.others)
    return Split(tuple(next(shares) if each.amount is None else each.amount for each in sharings), rest.organiser)


@dataclass(frozen=True, slots=True)
class Stake:
    """What one person bears of a bill, and what they have paid of it to the shop."""

    person: int
    bears: int
    paid: int


@dataclass(frozen=True, slots=True)
class Debt:
    """What one person owes another of a bill."""

    payer: int
    payee: int
    amount: int


def debts(stakes: Sequence[Stake]) -> list[Debt]:
    """Return who owes whom: the largest debtor pays the largest creditor, until all is even; ties in the order named.

    Raises ValueError: what was paid is not what is borne.
    """
    left = [stake.paid - stake.bears for stake in stakes]
    if sum(left):
        raise ValueError("a bill is paid for as much as it is borne")
    found: list[Debt] = []
    while any(left):
        debtor, creditor = left.index(min(left)), left.index(max(left))
        amount = min(-left[debtor], left[creditor])
        left[debtor] += amount
        left[creditor] -= amount
        found.append(Debt(stakes[debtor].person, stakes[creditor].person, amount))
    return found


def checked_people(count: int) -> int:
    """Return how many others share a bill, if so many can. Raises InvalidInput: `bill_people` (most)."""
    if not 1 <= count <= MOST_PEOPLE:
        raise InvalidInput(ErrorCode.BILL_PEOPLE, most=MOST_PEOPLE)
    return count
