"""What is left in the wallet after a sum."""

from __future__ import annotations

from finance_core.kernel.errors import InsufficientFunds
from finance_core.kernel.money import Money
from finance_core.wallet import queries
from handlers.chat.talk import Talk


async def left_after(talk: Talk, amount: Money) -> Money:
    """Return what the person has in the wallet once a sum has left it. Raises InsufficientFunds."""
    available = await queries.available(talk.unit, talk.customer.id, amount.asset)
    if available < amount:
        raise InsufficientFunds(
            account="wallet", asset=amount.asset.code, available=available.amount, requested=amount.amount
        )
    return available - amount
