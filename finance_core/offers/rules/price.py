"""The price in an offer of credit: the representative example, and the figures that it shows.

How it is said, in each language, is `handlers/desk/offers/screens/price.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import DecimalText, Payload

REPRESENTATIVE_PERCENT: Final = 51
"""So many of a hundred have the example's price or a better one."""
FEWEST_CONTRACTS: Final = 20
CENT: Final = Decimal("0.01")


def representative(audience: Mapping[str, int], contracts: Mapping[str, int], best_first: Iterable[str]) -> str | None:
    """Return the grade that an example shows: of the contracts where they are 20 or more, never a better one than the
    audience's own. None: there is nobody to represent.
    """
    order = tuple(best_first)
    of_audience = _grade(audience, order)
    of_contracts = _grade(contracts, order) if sum(contracts.values()) >= FEWEST_CONTRACTS else None
    found = [grade for grade in (of_audience, of_contracts) if grade is not None]
    return max(found, key=order.index) if found else None


def _grade(counts: Mapping[str, int], order: tuple[str, ...]) -> str | None:
    """Return the best grade that at least 51 % have, or a better one."""
    whole, so_far = sum(counts.get(grade, 0) for grade in order), 0
    for grade in order:
        so_far += counts.get(grade, 0)
        if whole and so_far * 100 >= whole * REPRESENTATIVE_PERCENT:
            return grade
    return None


@dataclass(frozen=True, slots=True)
class Payments(Payload):
    """So many payments of one sum, one after the other."""

    count: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Example(Payload):
    """The representative example of a loan product on a day. Rates in percent a year, to two decimals."""

    product: str
    version: int
    grade: str
    amount: Money
    count: int
    unit: str
    """Of the term: `month`, `week` or `day`."""
    rate: DecimalText
    """The contract's, fixed."""
    received: Money
    withheld: Money
    """The fee that is kept back when the loan is paid out."""
    fee_each: Money
    """What is charged with each payment beside interest."""
    payments: tuple[Payments, ...]
    last_on: date
    """The day of the last payment."""
    total: Money
    cost: Money
    all_in: DecimalText
    lowest: DecimalText
    highest: DecimalText
    """The range of all-in rates, by grade, best first."""

    @property
    def percents(self) -> frozenset[Decimal]:
        """Every percent that a text may name beside it."""
        return frozenset({self.rate, self.all_in, self.lowest, self.highest})

    @property
    def sums(self) -> frozenset[Decimal]:
        """Every sum that a text may name as what is paid or received."""
        every = (self.amount, self.received, self.withheld, self.total, self.cost, *(p.amount for p in self.payments))
        return frozenset(each.decimal for each in every)


def shown(rate: Decimal) -> Decimal:
    """Return a rate as it is shown: to two decimals."""
    return rate.quantize(CENT, ROUND_HALF_UP)


def gathered(payments: Iterable[Money]) -> tuple[Payments, ...]:
    """Return payments that follow each other as runs of the same sum."""
    return tuple(Payments(len(list(same)), amount) for amount, same in groupby(payments))
