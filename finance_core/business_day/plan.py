"""What comes next in the life of the book: pure decisions over dates, steps done and the instant."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from finance_core.storage.steps import Step


@dataclass(frozen=True, slots=True)
class RunStep:
    """Run `step` for the day `on`."""

    step: Step
    on: date


@dataclass(frozen=True, slots=True)
class Seal:
    """All close steps of `on` have ended: seal it."""

    on: date


@dataclass(frozen=True, slots=True)
class MoveDate:
    """The open day is over: open `to`."""

    to: date


Move = RunStep | Seal | MoveDate


@dataclass(frozen=True, slots=True)
class BookState:
    """The book's dates and the steps that have ended on each of the two."""

    open_on: date
    closing_on: date | None
    ended_open: AbstractSet[str]
    ended_closing: AbstractSet[str]


def next_move(book: BookState, steps: Sequence[Step], zone: ZoneInfo) -> tuple[Move, datetime]:
    """Return what comes next, and the instant from which it may be done.

    A day that ended is closed and sealed first; then the open day's own steps follow in their order; then the date
    moves at midnight. So a missed day is lived through in the very order of a day that was not missed.
    """
    closing_on = book.closing_on
    if closing_on is not None:
        for step in _ordered(steps, "close"):
            if step.name not in book.ended_closing:
                return RunStep(step, closing_on), _at(closing_on + timedelta(days=1), step, zone)
        return Seal(closing_on), _midnight(closing_on + timedelta(days=1), zone)
    for step in _ordered(steps, "open"):
        if step.name not in book.ended_open:
            return RunStep(step, book.open_on), _at(book.open_on, step, zone)
    tomorrow = book.open_on + timedelta(days=1)
    return MoveDate(tomorrow), _midnight(tomorrow, zone)


def days_behind(book_open_on: date, local_today: date) -> int:
    """Return how many midnights have passed that the book has not moved over yet."""
    return max(0, (local_today - book_open_on).days)


def _ordered(steps: Sequence[Step], phase: str) -> list[Step]:
    """Steps of a phase by time; of one time, in the order in which they are listed."""
    return sorted((step for step in steps if step.phase == phase), key=lambda step: step.at)


def _at(day: date, step: Step, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, step.at, tzinfo=zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=zone)
