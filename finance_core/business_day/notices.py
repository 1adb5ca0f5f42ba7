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


KINDS: Final[tuple[type[Content], ...]] = (
    DaySealed,
    StepHeld,
    StepResumed,
    CalendarEnds,
)
"""What is told here, each kind once."""
