"""The book's two dates and the clock's offset: the one row that says which day money is written to."""

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, Interval
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Day, Instant


class Book(Base):
    """One row. People post to `open_on`; the close of business posts to `closing_on` until that day is sealed."""

    __tablename__ = "book"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_row"),
        CheckConstraint("closing_on IS NULL OR closing_on < open_on", name="closing_before_open"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    zone: Mapped[str]
    open_on: Mapped[date] = mapped_column(Day)
    closing_on: Mapped[date | None] = mapped_column(Day)
    clock_offset: Mapped[timedelta] = mapped_column(Interval)
    """What has been travelled: business time is the wall plus this. Zero wherever money is real."""
    travelling_until: Mapped[datetime | None] = mapped_column(Instant)
    """While a journey through time runs: when (machine time) it is given up for dead. Pacing is off meanwhile."""
