"""What ends at an instant before or beside the rounds: votes after their days, confirmations of a new total."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from sqlalchemy import text

from finance_core.circles.agenda import end_over
from finance_core.circles.going import lapse
from finance_core.schedule.steps import TimedWork
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import SYSTEM, Unit, Units

_ROWS: Final = 100
_MOTIONS: Final = "SELECT id, ends_at AS at FROM circle_motion WHERE state = 'open'"
_CONFIRMATIONS: Final = "SELECT id, confirm_until AS at FROM circle WHERE state = 'confirming'"
Work = Callable[[Unit, Cipher | None, int], Awaitable[object]]


async def _end_motion(unit: Unit, _cipher: Cipher | None, motion_id: int) -> None:
    await end_over(unit, motion_id)


async def _let_lapse(unit: Unit, cipher: Cipher | None, circle_id: int) -> None:
    if cipher is not None:  # who waits may get a place, whose picks are encrypted
        await lapse(unit, cipher, circle_id)


def _timed(name: str, rows: str, work: Work) -> TimedWork:
    """Return work that falls due for each of `rows` (a select of `id`, `at`) at an instant."""
    earliest = text(f"SELECT min(d.at) FROM ({rows}) d")  # noqa: S608 - constants
    due = text(f"SELECT id FROM ({rows}) d WHERE d.at <= :now ORDER BY d.at, id LIMIT :rows")  # noqa: S608

    async def next_due(unit: Unit) -> datetime | None:
        found: datetime | None = await unit.session.scalar(earliest)
        return found

    async def run(units: Units) -> int:
        async with units.begin(SYSTEM) as unit:
            found = list(await unit.session.scalars(due, {"now": unit.now, "rows": _ROWS}))
        for each in found:
            async with units.begin(SYSTEM) as unit:
                await work(unit, units.cipher, each)
        return len(found)

    return TimedWork(name, rows, next_due, run)


TIMED: Final = (
    _timed("circles.votes", _MOTIONS, _end_motion),
    _timed("circles.confirmations", _CONFIRMATIONS, _let_lapse),
)
