"""One loan's way down: the principal that was planned to be left after each due day, and what was left day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from finance_core import ledger
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Account
from finance_core.loans.book import schedules
from finance_core.loans.models import Loan
from finance_core.storage.unit import Unit

Steps = dict[date, Money]
"""What is left from a day on, until the next one."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A loan's principal as it was planned at signing, and as it went up to `until`."""

    planned: Steps
    paid: Steps
    until: date


async def repayment_curve(unit: Unit, loan: Loan) -> Curve:
    """Return how a loan was to be repaid and how it has been. Raises NotFound: `loan`, one that has no schedule."""
    asset = ASSETS[loan.asset]
    lines = await schedules.as_of(unit, loan.id, loan.disbursed_on)
    principals = [int(line["principal"]) for line in lines]
    left = accumulate((-principal for principal in principals), initial=sum(principals))
    days = [loan.disbursed_on, *(date.fromisoformat(line["due_on"]) for line in lines)]
    planned = {on: Money(amount, asset) for on, amount in zip(days, left, strict=True)}
    kept = await ledger.statement(unit, Account("1100", loan.id, asset), loan.disbursed_on, unit.open_on)
    paid = {line.business_date: line.balance_after for line in kept.lines}
    return Curve(planned, paid, unit.open_on)
