"""What tests of the loan book need: products of their own, loans of them, days of loans alone, the ledger's figures."""

from __future__ import annotations

import tomllib
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import select

from finance_core import ledger
from finance_core.business_day.safeguarding import SWEEP
from finance_core.business_day.tick import Calendar
from finance_core.catalogue import ProductVersion
from finance_core.catalogue.service import SHIPPED
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import Money
from finance_core.ledger import Account
from finance_core.loans import daily, queries
from finance_core.loans.models import InstalmentRow, Loan
from finance_core.loans.origination import signing
from finance_core.loans.products import product
from finance_core.loans.repayment import repayment
from finance_core.loans.repayment.repayment import Repaid
from finance_core.loans.rules.terms import Prepayment
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import SHANGHAI, live_by, yuan

LOANS_ONLY: Final = Calendar((daily.ACCRUE, daily.AGE, daily.PROVIDE, SWEEP, daily.FALL_DUE, daily.DEBIT), ())
"""The days of loans: what other lines do by themselves is left out, so that months pass quickly."""

_numbers = count(1)


def lightning_but(number: int, **changes: Any) -> dict[str, Any]:
    """Return the catalogue's entry of *Lightning* with a number of its own and `changes`."""
    return {**tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["lightning"], "number": number, **changes}


async def sell(units: Units, code: str, **changes: Any) -> int:
    """Put a product on sale that is *Lightning* but for `changes`; return its number in the books."""
    number = next(_numbers) + 100
    terms = lightning_but(number, **changes)
    async with units.begin() as unit:
        product.check(code, terms, unit.open_on)
        latest = await unit.session.scalar(
            select(func.coalesce(func.max(ProductVersion.version), 0)).where(ProductVersion.code == code)
        )
        unit.session.add(
            ProductVersion(
                code=code,
                version=(latest or 0) + 1,
                line="loans",
                terms=terms,
                valid_from=unit.open_on,
                applied_at=unit.now,
            )
        )
    return number


async def borrow(
    units: Units, customer: Customer, code: str, principal: str | int = 3000, parts: int = 6, *, debit: bool = True
) -> Loan:
    """Sign a loan of a product today."""
    async with units.begin() as unit:
        loan, _ = await signing.sign(
            unit,
            customer.id,
            yuan(principal),
            parts,
            f"book:loan:{next(_numbers)}",
            automatic_debit=debit,
            from_change_plus=False,
            product=code,
        )
    return loan


async def pay(
    units: Units,
    loan: Loan,
    amount: str | int | Decimal | None,
    key: str | None = None,
    ahead: Prepayment | None = None,
) -> Repaid:
    """Repay from the wallet; None settles."""
    async with units.begin() as unit:
        wanted = None if amount is None else yuan(str(amount))
        return await repayment.repay(unit, loan.id, wanted, key or f"book:pay:{next(_numbers)}", ahead=ahead)


async def topped_up(units: Units, customer: Customer, amount: str | int | Decimal, key: str | None = None) -> None:
    """Bring money into a wallet, and let it lie there."""
    async with units.begin() as unit:
        await wallet.topup(unit, customer.id, yuan(str(amount)), key or f"book:topup:{next(_numbers)}", SANDBOX)


async def emptied(units: Units, customer: Customer) -> None:
    """Take all money out of a wallet."""
    async with units.begin() as unit:
        left = await ledger.balance(unit, Account("2010", customer.id))
        if not left:
            return
        await wallet.withdraw(unit, customer.id, left, f"book:emptied:{next(_numbers)}", SANDBOX)


async def days(units: Units, clock: ManualClock, *, until: str, zone: ZoneInfo = SHANGHAI) -> None:
    """Let days of loans pass until `until` ("2026-04-12 09:30"), each thing at the instant at which it falls due."""
    await live_by(LOANS_ONLY, units, clock, datetime.fromisoformat(until).replace(tzinfo=zone))


async def booked(units: Units, code: str, owner: int) -> Money:
    """Return the balance of an account of the institution, on its normal side."""
    async with units.begin() as unit:
        return await ledger.balance(unit, Account(code, owner))


async def rows_of(units: Units, loan: Loan) -> list[InstalmentRow]:
    """Return the schedule as it stands."""
    async with units.begin() as unit:
        return await queries.instalments(unit, loan.id)


async def fresh(units: Units, loan: Loan) -> Loan:
    """Return the loan as it stands."""
    async with units.begin() as unit:
        return await queries.by_id(unit, loan.id, loan.customer_id)
