"""Which part of what is owed a payment goes to: instalment by instalment, oldest first; inside one by an order that the
product says. Pure; amounts in minor units of the loan's asset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

Order = tuple[str, ...]

ORDER: Final[Order] = ("penalty", "fee", "interest", "principal")
ORDER_BEYOND_90: Final[Order] = ("principal", "interest", "fee", "penalty")
"""More than 90 days past due: what is lent comes back first, so that less of it goes on costing."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What is still owed of one instalment, and in which order a payment is laid on it."""

    loan_id: int
    nr: int
    due_on: date
    penalty: int
    fee: int
    interest: int
    principal: int
    order: Order = ORDER

    @property
    def total(self) -> int:
        """All that is owed, in minor units."""
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
        """All that was laid on the instalment, in minor units."""
        return self.penalty + self.fee + self.interest + self.principal


def order_of(said: object, usual: Order = ORDER) -> Order:
    """Return the order that a product's catalogue entry says, `usual` when it says none. Raises ValueError."""
    if said is None:
        return usual
    if not isinstance(said, list) or sorted(said) != sorted(ORDER):
        raise ValueError(f"an allocation order names each of {', '.join(ORDER)} once")
    return tuple(said)


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


def spread(owed: Sequence[Owed], amount: int, on: date) -> list[Part]:
    """Return what each instalment of one loan receives of `amount`: what is due first, then what is ahead.

    Ahead of its day the running instalment receives all: its interest to the day, then principal; unless all that is
    owed is paid, which lies on each instalment.
    """
    if amount >= total(owed):
        return allocate(owed, amount)
    parts = allocate([each for each in owed if each.due_on <= on], amount)
    ahead = amount - total(parts)
    running = next((each for each in owed if each.due_on > on), None)
    if ahead == 0 or running is None:
        return parts
    interest = min(ahead, running.interest)
    return [*parts, Part(loan_id=running.loan_id, nr=running.nr, interest=interest, principal=ahead - interest)]


def total(amounts: Iterable[Owed | Part]) -> int:
    """Return the sum of all `amounts`, in minor units."""
    return sum(each.total for each in amounts)


def _laid(each: Owed, amount: int) -> Part:
    laid = {}
    for name in each.order:
        laid[name] = min(amount, getattr(each, name))
        amount -= laid[name]
    return Part(loan_id=each.loan_id, nr=each.nr, **laid)
