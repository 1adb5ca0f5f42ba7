"""What tests of circles' loans need: a circle's money in the ledger, and loans out of it, without the circle's rows."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Final

from finance_core import ledger
from finance_core.customers.models import Customer
from finance_core.kernel.money import CNY
from finance_core.ledger import Account, Entry, Transfer, customer_wallet
from finance_core.loans.models import Loan
from finance_core.loans.origination import circle_loans
from finance_core.storage.unit import Units
from tests.builders import yuan

_numbers = count(1)
RATE: Final = Decimal("1.5")
"""Percent a month."""


async def saved(units: Units, circle: int, who: Customer, amount: str | int) -> None:
    """Let somebody pay into a circle's loan fund: D 2010 C 2033."""
    async with units.begin() as unit:
        moved = Transfer(customer_wallet(who.id, CNY), Account("2033", circle), yuan(amount))
        await ledger.post(unit, Entry("circle.shares", f"test:saved:{next(_numbers)}", (moved,), {"circle": circle}))


async def lent(
    units: Units, circle: int, who: Customer, amount: str | int, months: int = 3, *, rate: Decimal = RATE
) -> Loan:
    """Lend out of a circle's money today; nobody is debited."""
    async with units.begin() as unit:
        key = f"test:circle_loan:{next(_numbers)}"
        loan, _ = await circle_loans.lend(unit, circle, who.id, yuan(amount), months, rate, key, automatic_debit=False)
    return loan
