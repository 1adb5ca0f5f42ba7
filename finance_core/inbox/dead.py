"""Updates that were given up: burying one, and the operator's list and replay. And forgetting what is finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.customers.roles import Permission, holders
from finance_core.inbox.notices import UpdateDead
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.notices import Notice, Urgency, enqueue_many
from finance_core.storage.unit import Unit

DONE_KEPT: Final = timedelta(days=7)
"""Telegram delivers again for 24 h: an update forgotten earlier would be taken for a new one."""
DEAD_KEPT: Final = timedelta(days=90)
"""How long an update that was given up may be run again."""
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
_SET_ASIDE = text(
    "INSERT INTO inbox (bot_id, update_id, lane, chat_id, user_id, received_at, payload, over_limit, state, attempts,"
    " finished_at, reference, error)"
    " VALUES (:bot_id, :update_id, :lane, :chat_id, :user_id, clock_timestamp(), :payload, false, 'dead', 0,"
    " clock_timestamp(), :reference, :error)"
    " ON CONFLICT (bot_id, update_id) DO NOTHING RETURNING id"
)
_FORGET = text(
    "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE state <> 'pending'"
    " AND finished_at < clock_timestamp() - CAST(:done_kept AS interval)"
    " AND (state = 'done' OR finished_at < clock_timestamp() - CAST(:dead_kept AS interval))"
    " ORDER BY finished_at LIMIT :limit) RETURNING id"
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
    buried = (await unit.session.execute(_BURY, figures)).first() is not None
    if buried:
        await _tell(unit, reference)
    return buried


async def set_aside(unit: Unit, reference: str, error: str, **row: object) -> bool:
    """Write an update down as given up that could not be stored for handling; return whether it was new.

    Args:
        row: `bot_id`, `update_id`, `lane`, `chat_id`, `user_id` and `payload`, as they would have been stored.
    """
    figures = {"reference": reference, "error": error, **row}
    new = (await unit.session.execute(_SET_ASIDE, figures)).first() is not None
    if new:
        await _tell(unit, reference)
    return new


async def _tell(unit: Unit, reference: str) -> None:
    """Tell who runs the service: once a day, as what breaks one update may break many."""
    await enqueue_many(
        unit,
        [
            Notice(
                content=UpdateDead(reference=reference),
                urgency=Urgency.SYSTEM,
                key=f"dead:{unit.local_now().date()}:{customer_id}",
                customer_id=customer_id,
            )
            for customer_id in await holders(unit, Permission.RUN_SERVICE)
        ],
    )


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


async def forget_finished(unit: Unit, done_kept: timedelta = DONE_KEPT, dead_kept: timedelta = DEAD_KEPT) -> int:
    """Delete up to FORGET_ROWS updates that are kept no longer; return how many. Call until it returns 0.

    Raises:
        ValueError: they are kept less than two days: a forgotten update would be taken for a new one.
    """
    if min(done_kept, dead_kept) < timedelta(days=2):
        raise ValueError("an update forgotten this early may be delivered again")
    figures = {"done_kept": done_kept, "dead_kept": dead_kept, "limit": FORGET_ROWS}
    return len((await unit.session.execute(_FORGET, figures)).all())
