"""Writing the book's one row: its dates, which the ledger moves, and the clock's offset, which a traveller sets.

Who writes a date holds the ledger's lock of dates; a unit that has begun keeps the dates it has read.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.storage.unit import Unit

_OPEN: Final = text(
    "UPDATE book SET closing_on = open_on, open_on = :to"
    " WHERE id = 1 AND closing_on IS NULL AND open_on = CAST(:to AS date) - 1 RETURNING closing_on"
)
_CLOSED: Final = text("UPDATE book SET closing_on = NULL WHERE id = 1 AND closing_on = :on RETURNING id")
_SET_CLOCK: Final = text(
    "UPDATE book SET clock_offset = CAST(:offset AS interval),"
    " travelling_until = clock_timestamp() + CAST(:given_up_after AS interval) WHERE id = 1"
)
_LET_LIVE: Final = text("UPDATE book SET live_until = :until WHERE id = 1")
_LIVE_UNTIL: Final = text("SELECT live_until FROM book WHERE id = 1")
_STAND_STILL: Final = text("UPDATE book SET travelling_until = NULL WHERE id = 1")


async def open_date(unit: Unit, to: date) -> date | None:
    """Open the date `to`; return the one that was open, which is being closed from now on.

    None, and nothing is done, unless `to` is the next date and none is being closed.
    """
    closing_on: date | None = await unit.session.scalar(_OPEN, {"to": to})
    return closing_on


async def end_closing(unit: Unit, on: date) -> bool:
    """Let no date be closed any more, as `on` is sealed now; False, and nothing is done, unless it is being closed."""
    return await unit.session.scalar(_CLOSED, {"on": on}) is not None


async def set_clock(unit: Unit, offset: timedelta, given_up_after: timedelta) -> None:
    """Set business time to the wall plus `offset`; the journey is given up for dead after a while of machine time."""
    await unit.session.execute(_SET_CLOCK, {"offset": offset, "given_up_after": given_up_after})


async def let_live(unit: Unit, until: date) -> None:
    """Write down that missed days may be lived through up to `until`."""
    await unit.session.execute(_LET_LIVE, {"until": until})


async def live_until(unit: Unit) -> date | None:
    """Return up to which date missed days may be lived through; None where nobody was ever asked."""
    until: date | None = await unit.session.scalar(_LIVE_UNTIL)
    return until


async def end_journey(unit: Unit) -> None:
    """Write down that nobody travels any more."""
    await unit.session.execute(_STAND_STILL)
