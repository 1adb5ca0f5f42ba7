"""Which steps and which of their chunks are done, by date."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime
from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Day, Instant


class StepState(StrEnum):
    """How a step of a date ended."""

    DONE = "done"
    HELD = "held"  # its data was missing; `note` says which


class DayStep(Table, table=True):
    """A step that has ended on a date. No row: still to run."""

    __tablename__ = "day_step"
    __table_args__ = (
        CheckConstraint("state IN ('done', 'held')", name="known_state"),
        Index("ix_day_step_on_date", "on_date", postgresql_where=text("state = 'held'")),
    )

    on_date: date = Field(sa_type=Day, primary_key=True)
    step: str = Field(primary_key=True)
    state: str
    note: str | None = None
    ended_at: AwareDatetime = Field(sa_type=Instant)


class DayChunk(Table, table=True):
    """A chunk of a step on a date, written in the transaction that did its work."""

    __tablename__ = "day_chunk"

    on_date: date = Field(sa_type=Day, primary_key=True)
    step: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    upto: int = Field(sa_type=BigInteger)
