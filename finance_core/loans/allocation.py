"""Which part of what is owed a payment goes to: instalment by instalment, oldest first; inside one: penalty, interest,
principal. Pure; amounts in minor units of the loan's asset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Owed:
    """What is still owed of one instalment."""

    loan_id: int
    nr: int
    due_on: date
    penalty: int
    interest: int
    principal: int

    @property
    def total(self) -> int:
        return self.penalty + self.interest + self.principal


@dataclass(frozen=True, slots=True)
class Part:
    """What of a payment one instalment receives."""

    loan_id: int
    nr: int
    penalty: int
    interest: int
    principal: int

    @property
    def total(self) -> int:
        return self.penalty + self.interest + self.principal


def allocate(owed: Iterable[Owed], amount: int) -> list[Part]:
    """Return how `amount` is spread over `owed`, in its order; what is above all that is owed is not taken.

    With 10 owed as penalty, 50 as interest and 400 as principal, a payment of 100 pays 10, 50 and 40.
    """
    parts, left = [], amount
    for each in owed:
        if left <= 0:
            break
        penalty = min(left, each.penalty)
        interest = min(left - penalty, each.interest)
        principal = min(left - penalty - interest, each.principal)
        part = Part(each.loan_id, each.nr, penalty, interest, principal)
        if part.total > 0:
            parts.append(part)
        left -= part.total
    return parts


def total(parts: Sequence[Part]) -> int:
    """Return what all `parts` receive, in minor units."""
    return sum(part.total for part in parts)
