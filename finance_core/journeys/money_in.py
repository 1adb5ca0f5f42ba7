"""Money that comes into a wallet is tried on what is overdue, loans first, once for each receipt (PRODUCTS §3)."""

from __future__ import annotations

from finance_core.journeys import circles
from finance_core.kernel.money import Money
from finance_core.loans.repayment.debits import collect
from finance_core.storage.unit import Unit
from finance_core.wallet import service as wallet
from finance_core.wallet.models import Send
from finance_core.wallet.rails import Rail
from finance_core.wallet.service import Receipt


async def debit_what_is_due(unit: Unit, customer_id: int, reference: str) -> None:
    """Debit what somebody's loans and circles are due, as a receipt (its reference) has brought money."""
    await collect(unit, [customer_id], reference)
    await circles.collect_from(unit, customer_id, reference)


async def topup(unit: Unit, customer_id: int, amount: Money, key: str, rail: Rail) -> Receipt:
    """Top up the wallet, then debit what is overdue. Raises as `wallet.service.topup`."""
    receipt = await wallet.topup(unit, customer_id, amount, key, rail)
    await debit_what_is_due(unit, customer_id, receipt.reference)
    return receipt


async def accept(unit: Unit, token: str, customer_id: int) -> tuple[Send, Receipt]:
    """Take what was sent, then debit what is overdue. Raises as `wallet.service.accept`."""
    sent, receipt = await wallet.accept(unit, token, customer_id)
    await debit_what_is_due(unit, customer_id, receipt.reference)
    return sent, receipt
