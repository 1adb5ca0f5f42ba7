"""Which part of what is owed a payment goes to: instalment by instalment, oldest first; inside one: penalty, fee,
interest, principal. Pure; amounts in minor units of the loan's asset.
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
    fee: int
    interest: int
    principal: int

    @property
    def total(self) -> int:
        return self.penalty + self.fee + self.interest + self.principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What of a payment one instalment receives."""

    loan_id: int
    nr: int
    penalty: int = 0
    fee: int = 0
    interest: int = 0
    principal: int = 0

    @property
    def total(self) -> int:
        return self.penalty + self.fee + self.interest + self.principal


def allocate(owed: Iterable[Owed], amount: int) -> list[Part]:
    """Return how `amount` is spread over `owed`, in its order; what is above all that is owed is not taken.

    With 10 owed as penalty, 50 as interest and 400 as principal, a payment of 100 pays 10, 50 and 40.
    """
    parts, left = [], amount
    for each in owed:
        if left <= 0:
            break
        part = _laid(each, left)
        if part.total > 0:
            parts.append(part)
        left -= part.total
    return parts


def total(parts: Sequence[Part]) -> int:
    """Return what all `parts` receive, in minor units."""
    return sum(part.total for part in parts)


def _laid(each: Owed, amount: int) -> Part:
    laid = {}
    for name in ("penalty", "fee", "interest", "principal"):
        laid[name] = min(amount, getattr(each, name))
        amount -= laid[name]
    return Part(loan_id=each.loan_id, nr=each.nr, **laid)
