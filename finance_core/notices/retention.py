"""How long a notice is remembered: its contents 30 days after it is finished, its key and outcome 400 days."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.storage.unit import Unit

CONTENTS_DAYS: Final = 30
ROW_DAYS: Final = 400
"""Longer than any use case may come back with the same key."""

_BATCH_ROWS: Final = 5_000

_EMPTY = text(
    """
    UPDATE outbox SET params = '{}' WHERE id IN (
        SELECT id FROM outbox
        WHERE finished_at < clock_timestamp() - make_interval(days => :days)
            AND finished_at IS NOT NULL AND params <> '{}'
        LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING id
    """
)
_DELETE = text(
    """
    DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox WHERE finished_at < clock_timestamp() - make_interval(days => :days)
        LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING id
    """
)


async def forget(unit: Unit) -> int:
    """Empty and delete what is old enough, up to 5,000 rows of each; returns how many rows were touched. Repeat."""
    emptied = await unit.session.execute(_EMPTY, {"days": CONTENTS_DAYS, "batch": _BATCH_ROWS})
    deleted = await unit.session.execute(_DELETE, {"days": ROW_DAYS, "batch": _BATCH_ROWS})
    return len(emptied.all()) + len(deleted.all())
