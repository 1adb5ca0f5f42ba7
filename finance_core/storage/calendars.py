"""The calendars that an operator applied: a table of years, and what of it is in force for a unit of work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import Field, col, select

from finance_core.kernel.calendar_file import CalendarYear, year_of
from finance_core.kernel.calendars import Calendars, calendars_of, years_with
from finance_core.storage.base import Table
from finance_core.storage.columns import Instant, JsonObject


class AppliedYear(Table, table=True):
    """A year of a file that was applied. Never changed: the last row of a year holds."""

    __tablename__ = "calendar_year"

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    year: int
    days: JsonObject = Field(sa_type=JSONB)
    """The year's table of the file, as JSON."""
    applied_at: AwareDatetime = Field(sa_type=Instant)


async def stored_calendars(reader: AsyncSession | AsyncConnection) -> Calendars:
    """Return the calendars that hold: the shipped years, and in their place those that were applied."""
    return calendars_of(years_with(await applied_years(reader)))


async def applied_years(reader: AsyncSession | AsyncConnection) -> dict[int, CalendarYear]:
    """Return what was applied last of each year."""
    rows = await reader.execute(select(AppliedYear.year, AppliedYear.days).order_by(col(AppliedYear.id)))
    return {row.year: year_of(str(row.year), row.days) for row in rows}


async def store_years(session: AsyncSession, years: Iterable[CalendarYear], now: datetime) -> None:
    """Store years as applied `now`, after all that were applied before."""
    session.add_all(AppliedYear(year=year.year, days=year.as_json(), applied_at=now) for year in years)
    await session.flush()
