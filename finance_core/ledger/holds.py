"""Reservations on a floored account: made, then captured by an entry, released, or left to expire."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import text

from finance_core.kernel.errors import IdempotencyConflict, InsufficientFunds
from finance_core.kernel.money import Money
from finance_core.ledger.errors import HoldGone
from finance_core.ledger.posting import account_ids, submit_captures
from finance_core.ledger.values import Account, Entry, Posted
from finance_core.storage.unit import Unit

_HOLD: Final = text("SELECT * FROM ledger_hold(:now, :account_id, :amount, :key, :expires_at)")
_RELEASE: Final = text("SELECT ledger_release(:now, :hold_id)")
_SET_FLOOR: Final = text("SELECT ledger_set_floor(:account_id, :floor)")


async def hold(unit: Unit, account: Account, amount: Money, key: str, expires_at: datetime) -> int:
    """Reserve `amount` on a floored account until `expires_at` (business time); return the hold's id.

    The same key with the same account and amount answers with the first hold, whatever became of it.

    Raises:
        InsufficientFunds: less than that is available.
        IdempotencyConflict: the key stands for another account or amount.
        ValueError: the account has no floor, the amount is not positive, or of another asset.
    """
    if not account.line.floored or amount.amount <= 0 or amount.asset != account.asset:
        raise ValueError("a positive amount of its asset is held on a floored account")
    account_id = (await account_ids(unit, [account]))[account]
    values = {"account_id": account_id, "amount": amount.amount, "key": key, "now": unit.now, "expires_at": expires_at}
    row = (await unit.session.execute(_HOLD, values)).one()
    if row.outcome == "insufficient":
        raise InsufficientFunds(
            account=account.path, asset=account.asset.code, available=row.available, requested=amount.amount
        )
    if row.outcome == "conflict":
        raise IdempotencyConflict(key=key)
    return int(row.hold_id)


async def capture(unit: Unit, hold_id: int, entry: Entry) -> Posted:
    """Write `entry`, which takes all or a part of what the hold reserves; what it leaves is free again.

    Raises:
        HoldGone: it was captured (by another entry), released or has expired, or `entry` does not touch its account.
        InsufficientFunds: the entry takes more of the account than is held (`available` is the hold's amount).
        IdempotencyConflict, DayClosed: as in `post`.
    """
    return await submit_captures(unit, entry, hold_id)


async def release(unit: Unit, hold_id: int) -> None:
    """Free what a hold reserves. Releasing what is released or expired already does nothing.

    Raises:
        HoldGone: it was captured, or never existed.
    """
    state = await unit.session.scalar(_RELEASE, {"now": unit.now, "hold_id": hold_id})
    if state not in ("released", "expired"):
        raise HoldGone(hold_id)


async def set_credit_line(unit: Unit, account: Account, line: Money) -> None:
    """Let a floored account fall to minus `line`, which is not negative.

    Raises:
        ValueError: the account has no floor, or the line is negative or of another asset.
        sqlalchemy.exc.IntegrityError: the account is used below the new floor (constraint `ck_balance_floor`).
    """
    if not account.line.floored or line.amount < 0 or line.asset != account.asset:
        raise ValueError("a credit line is a non-negative amount on a floored account")
    account_id = (await account_ids(unit, [account]))[account]
    await unit.session.execute(_SET_FLOOR, {"account_id": account_id, "floor": -line.amount})
