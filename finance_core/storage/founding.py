"""The institution's first moment: the one row of the book, written once and never again."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import col

from finance_core.storage.book import Book


async def found(connection: AsyncConnection, zone: str, open_on: date) -> bool:
    """Open the book on `open_on` in the institution's `zone`, if it is not open yet; say whether it was done now.

    The caller commits. Several processes may try at once: one succeeds, the others find it done.
    """
    ZoneInfo(zone)
    row = insert(Book).values(id=1, zone=zone, open_on=open_on, clock_offset=timedelta())
    done = await connection.execute(row.on_conflict_do_nothing().returning(col(Book.id)))
    return done.first() is not None


async def found_today(engine: AsyncEngine, zone: str) -> bool:
    """Open the book on today's date by PostgreSQL's clock in `zone`, if it is not open; say whether it was done."""
    async with engine.begin() as connection:
        now = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        return await found(connection, zone, now.astimezone(ZoneInfo(zone)).date())
