"""What an offer must say of its product besides credit: a deposit's rates and what early withdrawal costs, a fund's
risk and fees.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from finance_core.kernel.payloads import DecimalText, Payload


@dataclass(frozen=True, slots=True)
class TermRate(Payload):
    """What so many days earn, percent a year."""

    days: int
    rate: DecimalText


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositFigures(Payload):
    """A deposit's terms, and what is earned on what is taken out early, percent a year."""

    product: str
    version: int
    terms: tuple[TermRate, ...]
    demand_rate: DecimalText

    @property
    def percents(self) -> frozenset[Decimal]:
        """Every percent that a text may name beside it."""
        return frozenset({self.demand_rate, *(term.rate for term in self.terms)})

    @property
    def sums(self) -> frozenset[Decimal]:
        """No sums."""
        return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FundFigures(Payload):
    """A fund's risk class and fees: percent of what is put in and taken out at most, and of all of it a year."""

    product: str
    version: int
    risk: str
    entry_fee: DecimalText
    exit_fee: DecimalText
    yearly_fee: DecimalText

    @property
    def percents(self) -> frozenset[Decimal]:
        """Every percent that a text may name beside it."""
        return frozenset({self.entry_fee, self.exit_fee, self.yearly_fee})

    @property
    def sums(self) -> frozenset[Decimal]:
        """No sums."""
        return frozenset()
