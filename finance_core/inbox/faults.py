"""What went wrong lately: by the number that a person was told, and how often for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text

from finance_core.storage.unit import Unit

MANY: Final = 10
"""From so many failed updates within an hour on it is known that something is wrong."""

_BY_NUMBER: Final = text(
    "SELECT finished_at, state = 'dead' AS is_waiting FROM inbox"
    " WHERE state <> 'pending' AND reference = :reference AND user_id = :user ORDER BY id DESC LIMIT 1"
)
_LATELY: Final = text(
    "SELECT count(*) FROM inbox WHERE state <> 'pending' AND error IS NOT NULL"
    " AND finished_at > clock_timestamp() - interval '1 hour'"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed update of somebody. `is_waiting`: it is kept, and may be run again. The instant is machine time."""

    at: datetime
    is_waiting: bool


async def fault_told(unit: Unit, telegram_id: int, reference: str) -> Fault | None:
    """Return the failure that a person was told under a number ("E4KD-72QX"); None for another's or a forgotten one."""
    row = (await unit.session.execute(_BY_NUMBER, {"reference": reference, "user": telegram_id})).one_or_none()
    return Fault(row.finished_at, row.is_waiting) if row is not None else None


async def fails_for_many(unit: Unit) -> bool:
    """Say whether so much has failed within the last hour that it is no single mishap."""
    return int(await unit.session.scalar(_LATELY) or 0) >= MANY
