"""How long a notice is remembered: its contents 30 days after it is finished, its key and outcome 400 days."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.storage.unit import Unit

CONTENTS_DAYS: Final = 30
ROW_DAYS: Final = 400
"""Longer than any use case may come back with the same key."""

_BATCH_ROWS: Final = 5_000

_OLD: Final = """
    finished_at AT TIME ZONE 'UTC' < (statement_timestamp() - make_interval(days => :days)) AT TIME ZONE 'UTC'
"""
"""By the index on that expression; a volatile instant would have every row looked at."""
_EMPTY = text(
    f"""
    UPDATE outbox SET params = '{{}}' WHERE id IN (
        SELECT id FROM outbox
        WHERE {_OLD} AND finished_at IS NOT NULL AND params <> '{{}}'
        LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING id
    """  # noqa: S608 - put together from this module's own words
)
_DELETE = text(
    f"""
    DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox WHERE {_OLD} AND finished_at IS NOT NULL
        LIMIT :batch FOR UPDATE SKIP LOCKED)
    RETURNING id
    """  # noqa: S608 - put together from this module's own words
)


async def forget(unit: Unit) -> int:
    """Empty and delete what is old enough, up to 5,000 rows of each; returns how many rows were touched. Repeat."""
    emptied = await unit.session.execute(_EMPTY, {"days": CONTENTS_DAYS, "batch": _BATCH_ROWS})
    deleted = await unit.session.execute(_DELETE, {"days": ROW_DAYS, "batch": _BATCH_ROWS})
    return len(emptied.all()) + len(deleted.all())
