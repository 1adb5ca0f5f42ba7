"""The calendars that an operator applied: a table of years, and what of it is in force for a unit of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.kernel.calendar_file import CalendarYear, year_of
from finance_core.kernel.calendars import Calendars, calendars_of, years_with
from finance_core.storage.base import Base
from finance_core.storage.columns import Instant


class AppliedYear(Base):
    """A year of a file that was applied. Never changed: the last row of a year holds."""

    __tablename__ = "calendar_year"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    year: Mapped[int]
    days: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The year's table of the file, as JSON."""
    applied_at: Mapped[datetime] = mapped_column(Instant)


async def stored_calendars(reader: AsyncSession | AsyncConnection) -> Calendars:
    """Return the calendars that hold: the shipped years, and in their place those that were applied."""
    return calendars_of(years_with(await applied_years(reader)))


async def applied_years(reader: AsyncSession | AsyncConnection) -> dict[int, CalendarYear]:
    """Return what was applied last of each year."""
    rows = await reader.execute(select(AppliedYear.year, AppliedYear.days).order_by(AppliedYear.id))
    return {row.year: year_of(str(row.year), row.days) for row in rows}
