"""The book's days: moving the date on, sealing the day that was closed, adding up the institution's own accounts.

Everybody who posts shares an advisory lock until commit; the two acts here take it alone, so no entry is ever under way
while the date changes or a seal is computed.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.ledger.errors import DayNotReady
from finance_core.storage.book_row import end_closing, open_date
from finance_core.storage.unit import Unit

_LOCK_ALONE: Final = text("SELECT ledger_lock_date(true)")
_OPEN_ON: Final = text("SELECT open_on FROM book WHERE id = 1")
_HEAD: Final = text("SELECT head FROM seal WHERE business_date = :on")
_SEAL: Final = text("SELECT ledger_seal(:on, :now)")
_ROLL_UP: Final = text("SELECT ledger_roll_up()")


async def move_date(unit: Unit, to: date) -> bool:
    """Open the date `to`, the one after the open one, which is being closed from now on; False when `to` is open.

    The unit sees the new dates at once.

    Raises:
        DayNotReady: `to` is not the next date, or the one before is not sealed yet.
    """
    await unit.session.execute(_LOCK_ALONE)
    closing_on = await open_date(unit, to)
    if closing_on is not None:
        unit.open_on, unit.closing_on = to, closing_on
        return True
    if await unit.session.scalar(_OPEN_ON) != to:
        raise DayNotReady(to)
    return False


async def seal_day(unit: Unit, on: date) -> bytes:
    """Seal the date that is being closed; return the head of the chain (32 bytes). The caller saw its steps done.

    A day that is sealed already answers with its head.

    Raises:
        DayNotReady: `on` is not being closed.
    """
    await unit.session.execute(_LOCK_ALONE)
    if await end_closing(unit, on):
        await unit.session.execute(_SEAL, {"on": on, "now": unit.now})
        unit.closing_on = None
    head = await unit.session.scalar(_HEAD, {"on": on})
    if head is None:
        raise DayNotReady(on)
    return bytes(head)


async def roll_up(unit: Unit) -> int:
    """Add up what was posted to accounts without a balance row; return how many rows were taken from the tail.

    Only what has been committed is there to take, and an entry that commits late is taken next time: nothing is lost,
    whatever runs meanwhile. Balances are right before and after; this keeps them quick to read.
    """
    return int(await unit.session.scalar(_ROLL_UP) or 0)
