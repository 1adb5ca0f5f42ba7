"""Paying straight from Change Plus what somebody asked for, or an instalment: a fast redemption and the payment in one
entry. It counts towards the day's quota; the units earn nothing that day.
"""

from __future__ import annotations

from finance_core import ledger
from finance_core.change_plus import service
from finance_core.kernel.money import Money
from finance_core.loans.repayment import repayment
from finance_core.loans.repayment.repayment import Repaid
from finance_core.loans.rules.terms import Prepayment
from finance_core.storage.unit import Unit
from finance_core.wallet import service as wallet
from finance_core.wallet.service import Receipt


async def pay_request(unit: Unit, token: str, payer_id: int) -> Receipt:
    """Pay what somebody asked for.

    Raises as `wallet.service.pay_request` and `wealth.service.take_out`.
    """
    asked = await wallet.open_request(unit, token, payer_id)
    first = await service.for_payment(unit, payer_id, wallet.sum_of(asked), f"request:{token}")
    return await wallet.pay_request(unit, token, payer_id, first=first)


async def repay(
    unit: Unit,
    customer_id: int,
    loan_id: int,
    amount: Money | None,
    key: str,
    *,
    ahead: Prepayment | None = None,
    part: Money | None = None,
) -> Repaid:
    """Repay a loan, in part or (None) in full.

    Args:
        part: so much comes out of Change Plus, what is in the wallet pays the rest; None: all of it comes from there.

    Raises as `loans.repayment.repay` and `wealth.service.take_out`.
    """
    if await ledger.find(unit, key) is not None:
        return await repayment.repay(unit, loan_id, amount, key, ahead=ahead)
    taken = await repayment.to_take(unit, loan_id, amount)
    first = await service.for_payment(unit, customer_id, taken if part is None else min(part, taken), key)
    return await repayment.repay(unit, loan_id, taken, key, ahead=ahead, first=first)
