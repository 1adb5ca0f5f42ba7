"""What reports of the general ledger share: a trial balance by compartment, its amounts as money."""

from __future__ import annotations

from collections.abc import Iterable

from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import BY_CODE, INST, Kind, TrialLine


def compartments(lines: Iterable[TrialLine]) -> list[tuple[str, str]]:
    """Return each book with each of its assets, the institution first: what balances on its own."""
    return sorted({(line.book, line.asset) for line in lines}, key=lambda key: (key[0] != INST, key))


def kind_of(line: TrialLine) -> Kind:
    """Return what kind of account a line is of."""
    return BY_CODE[line.code].kind


def balance_of(line: TrialLine, amount: int) -> Money:
    """Return minor units of a line, one of its four figures, as money."""
    return Money(amount, ASSETS[line.asset])


def minor_units(cell: object) -> int:
    """Return the amount of a cell of money; 0 of any other."""
    return cell.amount if isinstance(cell, Money) else 0
