"""A row that is written once: whoever comes second finds that it stands."""

from __future__ import annotations

from sqlalchemy import literal_column
from sqlalchemy.dialects.postgresql import Insert

from finance_core.storage.unit import Unit


async def write_once(unit: Unit, row: Insert) -> bool:
    """Write a row unless one with a key of it stands already; say whether it was written.

    Two units that write it at once are answered in turn: the second waits for the first, and is told False.
    """
    return await unit.session.scalar(row.on_conflict_do_nothing().returning(literal_column("1"))) is not None
