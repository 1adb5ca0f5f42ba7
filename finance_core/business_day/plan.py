"""What comes next in the life of the book: pure decisions over dates, steps done and the instant."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from finance_core.schedule.steps import Step


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
    """The book's dates and the steps that have ended on the earlier of the two."""

    open_on: date
    closing_on: date | None
    ended: AbstractSet[str]


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next, the instant from which it may be done, and the steps before it that have nothing to do."""

    move: Move
    due: datetime
    idle: Sequence[RunStep] = ()


def next_move(book: BookState, steps: Sequence[Step], zone: ZoneInfo, idle: AbstractSet[str] = frozenset()) -> Next:
    """Return what comes next; the steps named in `idle` are passed over, none of them before it falls due.

    A day that ended is closed and sealed first; then the open day's own steps follow in their order; then the date
    moves at midnight. So a missed day is lived through in the very order of a day that was not missed.
    """
    passed: list[RunStep] = []
    for each in left(book, steps):
        if each.step.name not in idle:
            return Next(each, falls_due(each, zone), passed)
        passed.append(each)
    if book.closing_on is not None:
        ended = _midnight(book.closing_on + timedelta(days=1), zone)
        return Next(Seal(book.closing_on), max([ended, *(falls_due(each, zone) for each in passed)]), passed)
    tomorrow = book.open_on + timedelta(days=1)
    return Next(MoveDate(tomorrow), _midnight(tomorrow, zone), passed)


def left(book: BookState, steps: Sequence[Step]) -> list[RunStep]:
    """Return the steps that have not ended, in their order: of the day that is being closed, else of the open one."""
    if book.closing_on is not None:
        return [RunStep(step, book.closing_on) for step in _ordered(steps, "close") if step.name not in book.ended]
    return [RunStep(step, book.open_on) for step in _ordered(steps, "open") if step.name not in book.ended]


def falls_due(each: RunStep, zone: ZoneInfo) -> datetime:
    """Return the instant from which a step may run: a close step's is on the morning after its day."""
    day = each.on + timedelta(days=1) if each.step.phase == "close" else each.on
    return datetime.combine(day, each.step.at, tzinfo=zone)


def days_behind(book_open_on: date, local_today: date) -> int:
    """Return how many midnights have passed that the book has not moved over yet."""
    return max(0, (local_today - book_open_on).days)


def _ordered(steps: Sequence[Step], phase: str) -> list[Step]:
    """Return the steps of a phase by time; of one time, by rank."""
    return sorted((step for step in steps if step.phase == phase), key=lambda step: step.place)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=zone)
