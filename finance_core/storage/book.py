"""The book's two dates and the clock's offset: the one row that says which day money is written to."""

from datetime import date, timedelta

from pydantic import AwareDatetime
from sqlalchemy import CheckConstraint, Interval
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Day, Instant


class Book(Table, table=True):
    """One row. People post to `open_on`; the close of business posts to `closing_on` until that day is sealed."""

    __tablename__ = "book"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_row"),
        CheckConstraint("closing_on IS NULL OR closing_on < open_on", name="closing_before_open"),
    )

    id: int = Field(default=1, primary_key=True)
    zone: str
    open_on: date = Field(sa_type=Day)
    closing_on: date | None = Field(default=None, sa_type=Day)
    clock_offset: timedelta = Field(sa_type=Interval)
    """What has been travelled: business time is the wall plus this. Zero wherever money is real."""
    travelling_until: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """While a journey through time runs: when (machine time) it is given up for dead. Pacing is off meanwhile."""
    live_until: date | None = Field(default=None, sa_type=Day)
    """Up to which date an operator said that missed days may be lived through, when there was more than one."""
