"""Updates that were given up: burying one, and the operator's list and replay. And forgetting what is finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.storage.unit import Unit

FORGET_ROWS: Final = 5_000
_BURY = text(
    "UPDATE inbox SET state = 'dead', finished_at = clock_timestamp(), reference = :reference, error = :error,"
    " owed = :owed WHERE id = :id AND state = 'pending' RETURNING id"
)
_LIST = text(
    "SELECT id, update_id, lane, received_at, finished_at, attempts, reference, error FROM inbox"
    " WHERE state = 'dead' ORDER BY id DESC LIMIT :limit"
)
_REPLAY = text(
    "UPDATE inbox SET state = 'pending', attempts = 0, finished_at = NULL, reference = NULL, error = NULL,"
    " owed = NULL"
    " WHERE id = :id AND state = 'dead' RETURNING pg_notify('inbox', '')"
)
_FORGET = text(
    "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE state <> 'pending'"
    " AND finished_at < clock_timestamp() - CAST(:age AS interval) ORDER BY id LIMIT :limit) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class DeadUpdate:
    """An update that was given up. Instants are machine time; the payload stays encrypted where it is."""

    id: int
    update_id: int
    lane: str
    received_at: datetime
    finished_at: datetime
    attempts: int
    reference: str | None
    """What the person was told."""
    error: str | None
    """The class of what went wrong, and PostgreSQL's code if it was the database."""


async def bury(unit: Unit, inbox_id: int, reference: str, error: str, owed: bytes | None = None) -> bool:
    """Give a waiting update up, owing what says so; its payload stays for a replay. Return whether it was waiting."""
    figures = {"id": inbox_id, "reference": reference, "error": error, "owed": owed}
    return (await unit.session.execute(_BURY, figures)).first() is not None


async def dead_updates(unit: Unit, limit: int = 50) -> Sequence[DeadUpdate]:
    """Return the latest updates that were given up, newest first."""
    rows = await unit.session.execute(_LIST, {"limit": limit})
    return [DeadUpdate(**row) for row in rows.mappings()]


async def replay(unit: Unit, inbox_id: int) -> None:
    """Put a dead update back at the head of its lane, to be handled once the unit commits.

    Raises:
        NotFound: no dead update has this id (`dead_update`).
    """
    if (await unit.session.execute(_REPLAY, {"id": inbox_id})).first() is None:
        raise NotFound(ErrorCode.DEAD_UPDATE, id=inbox_id)


async def forget_finished(unit: Unit, age: timedelta) -> int:
    """Delete up to FORGET_ROWS updates finished longer than `age` ago; return how many. Call until it returns 0.

    Telegram delivers again for 24 h, so `age` is at least two days: a forgotten update would be taken for a new one.

    Raises:
        ValueError: `age` is less.
    """
    if age < timedelta(days=2):
        raise ValueError("an update forgotten this early may be delivered again")
    gone = await unit.session.execute(_FORGET, {"age": age, "limit": FORGET_ROWS})
    return len(gone.all())
