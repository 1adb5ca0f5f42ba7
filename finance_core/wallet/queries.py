"""Reads of the wallet: what is there, and what is on its way."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from finance_core import ledger
from finance_core.kernel.money import Asset, Money
from finance_core.storage.unit import Unit
from finance_core.wallet.models import Send, SendState


@dataclass(frozen=True, slots=True)
class WalletBalance:
    """What a customer can use, and what has left but has not been taken yet."""

    available: Money
    on_its_way: Money


async def balance(unit: Unit, customer_id: int, asset: Asset) -> WalletBalance:
    """Return what a customer has in `asset`: to use, and on its way to others."""
    available = await ledger.available(unit, ledger.customer_wallet(customer_id, asset))
    waiting = await unit.session.scalar(
        select(func.coalesce(func.sum(Send.amount), 0)).where(
            Send.sender_id == customer_id, Send.state == SendState.WAITING, Send.asset == asset.code
        )
    )
    return WalletBalance(available, Money(int(waiting or 0), asset))


async def payees(unit: Unit, customer_id: int, limit: int = 3) -> list[int]:
    """Return whom the customer sent money to last, newest first."""
    newest = func.max(Send.id)
    rows = await unit.session.execute(
        select(col(Send.payee_id))
        .where(Send.sender_id == customer_id, col(Send.payee_id).is_not(None))
        .group_by(col(Send.payee_id))
        .order_by(newest.desc())
        .limit(limit)
    )
    return [payee for (payee,) in rows if payee is not None]


async def waiting(unit: Unit, customer_id: int) -> list[Send]:
    """Return the sends that wait to be taken: to the customer, once delivered, and from them; first what ends first."""
    to_them = and_(col(Send.payee_id) == customer_id, col(Send.delivers_at) <= unit.now)
    rows = await unit.session.scalars(
        select(Send)
        .where(Send.state == SendState.WAITING, or_(to_them, col(Send.sender_id) == customer_id))
        .order_by(col(Send.returns_at), col(Send.id))
    )
    return list(rows)
