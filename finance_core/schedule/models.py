"""Which steps and which of their chunks are done, by date."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Day, Instant


class StepState(StrEnum):
    """How a step of a date ended."""

    DONE = "done"
    HELD = "held"  # its data was missing; `note` says which


class DayStep(Base):
    """A step that has ended on a date. No row: still to run."""

    __tablename__ = "day_step"
    __table_args__ = (
        CheckConstraint("state IN ('done', 'held')", name="known_state"),
        Index("ix_day_step_on_date", "on_date", postgresql_where=text("state = 'held'")),
    )

    on_date: Mapped[date] = mapped_column(Day, primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    note: Mapped[str | None]
    ended_at: Mapped[datetime] = mapped_column(Instant)


class DayChunk(Base):
    """A chunk of a step on a date, written in the transaction that did its work."""

    __tablename__ = "day_chunk"

    on_date: Mapped[date] = mapped_column(Day, primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    upto: Mapped[int] = mapped_column(BigInteger)
