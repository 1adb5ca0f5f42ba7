"""What an account does not do for a while after its PIN was reset, or its phone or Telegram account changed.

Who has the open phone of somebody else may get that far. They gain nothing by it before the owner has time to say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, update
from sqlmodel import col, select

from finance_core.customers.models import AccountHold
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed
from finance_core.storage.unit import Unit

NO_OUTFLOW: Final = timedelta(hours=72)
NOTHING_NEW: Final = timedelta(days=7)
_HOUR: Final = timedelta(hours=1)


class WhyHeld(StrEnum):
    """What began a hold."""

    PIN_RESET = "pin_reset"
    PHONE = "phone"
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Held:
    """Until when nothing leaves, and until when nobody new is paid and phone and Telegram account stay; None: free.

    `since` is when the first of the holds that stand began.
    """

    outflow_until: datetime | None = None
    changes_until: datetime | None = None
    since: datetime | None = None


async def begin(unit: Unit, customer_id: int, why: WhyHeld) -> None:
    """Hold an account from now on: 72 hours without outflow, 7 days without a new payee, phone or Telegram account."""
    unit.session.add(
        AccountHold(
            customer_id=customer_id,
            why=why,
            since=unit.now,
            outflow_until=unit.now + NO_OUTFLOW,
            changes_until=unit.now + NOTHING_NEW,
        )
    )
    await unit.session.flush()


async def end(unit: Unit, customer_id: int) -> None:
    """End the holds of an account: what began them was undone."""
    standing = update(AccountHold).where(
        col(AccountHold.customer_id) == customer_id, col(AccountHold.ended_at).is_(None)
    )
    await unit.session.execute(standing.values(ended_at=unit.now))


async def held(unit: Unit, customer_id: int) -> Held:
    """Return what is held of an account now."""
    asked = select(
        func.max(AccountHold.outflow_until), func.max(AccountHold.changes_until), func.min(AccountHold.since)
    ).where(
        AccountHold.customer_id == customer_id,
        col(AccountHold.ended_at).is_(None),
        AccountHold.changes_until > unit.now,
    )
    outflow_until, changes_until, since = (await unit.session.execute(asked)).one()
    is_over = outflow_until is None or outflow_until <= unit.now
    return Held(None if is_over else outflow_until, changes_until, since)


async def require_outflow(unit: Unit, customer_id: int) -> None:
    """Refuse what would leave while nothing may. Raises NotAllowed: `outflow_held` with the `hours` that are left."""
    until = (await held(unit, customer_id)).outflow_until
    if until is not None:
        raise NotAllowed(ErrorCode.OUTFLOW_HELD, hours=hours_until(unit, until))


async def require_changes(unit: Unit, customer_id: int) -> None:
    """Refuse a new payee, phone or Telegram account while none may be. Raises NotAllowed: `changes_held` (hours)."""
    until = (await held(unit, customer_id)).changes_until
    if until is not None:
        raise NotAllowed(ErrorCode.CHANGES_HELD, hours=hours_until(unit, until))


def hours_until(unit: Unit, until: datetime) -> int:
    """Return the hours that are left until an instant, begun ones whole."""
    return -(-(until - unit.now) // _HOUR)
