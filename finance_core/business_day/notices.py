"""What operators are told of the book's days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySealed(Content):
    """A day is sealed; `seal` is the hash in hex."""

    kind: ClassVar[str] = "operator.day_sealed"
    on: date
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepHeld(Content):
    """A step of a day waits for `what` it lacks."""

    kind: ClassVar[str] = "operator.step_held"
    on: date
    step: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResumed(Content):
    """A step that was held has run."""

    kind: ClassVar[str] = "operator.step_resumed"
    on: date
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEnds(Content):
    """The published days of a calendar end soon."""

    kind: ClassVar[str] = "operator.calendar_ends"
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysWait(Content):
    """More than a day is to be lived through: it waits for an operator's yes."""

    kind: ClassVar[str] = "operator.days_wait"
    open_on: date
    today: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookAhead(Content):
    """The book is open on a date that the clock has not reached: the clock was ahead, or is behind."""

    kind: ClassVar[str] = "operator.book_ahead"
    open_on: date
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOff(Content):
    """PostgreSQL's clock differs from Telegram's, by so many seconds (less than 0: it is behind)."""

    kind: ClassVar[str] = "operator.clock_off"
    seconds: int


KINDS: Final[tuple[type[Content], ...]] = (
    DaySealed,
    StepHeld,
    StepResumed,
    CalendarEnds,
    DaysWait,
    BookAhead,
    ClockOff,
)
"""What is told here, each kind once."""
