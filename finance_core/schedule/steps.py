"""What a day consists of, as the lines declare it: steps, and work that falls due at an instant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import TemporarilyUnavailable
from finance_core.storage.unit import Unit, Units


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a day. It may be run again after a crash, so all it does is idempotent for (step, date, chunk).

    A *close* step belongs to the day that ended and runs at `at` of the next morning, posting to `unit.closing_on`.
    An *open* step runs at `at` of its own day, posting to `unit.open_on`.

    Steps run by their time, and those of one time by `rank`, which no two steps of a phase share. Its hundreds say what
    a step is for, so that it finds its place without a list of all the others:

    - close: 1xx what the day earned, 2xx what is judged by it, 8xx money that covers it, 9xx the sums of it all;
    - open: 1xx what ends or falls due, 2xx people are told, 3xx what was ordered is paid, 4xx what is due is paid,
      9xx what the evening leaves over.
    """

    name: str
    at: time
    """On the institution's wall."""
    phase: Literal["close", "open"]
    hold_group: str
    """What waits when the step's data is missing: steps with the same name here, and no others."""
    run: Callable[[Units, date], Awaitable[None]]
    wanted: str | None = None
    """A select, of `:on` at most, with a row if the step has anything to do: without one it is not run, but ended at
    once. What it reads is only changed by people and by other steps, never by time alone. None: it always runs."""
    resumes: Callable[[Unit, date], Awaitable[bool]] | None = None
    """Says whether what a held step of a date waited for has come: it is then run again for that date, at any later
    time, and posts to the open date. None: a step that is never held, or that makes up for it by itself."""
    rank: int = field(kw_only=True)
    """Its place among the steps of one phase and time."""

    @property
    def place(self) -> tuple[str, time, int]:
        """What the steps of a day are sorted by: the phase (close comes first), the time, the rank."""
        return self.phase, self.at, self.rank


@dataclass(frozen=True, slots=True)
class TimedWork:
    """Work that falls due at instants of its own: a send that nobody accepted, a hold that expires."""

    name: str
    wanted: str
    """A select with a row if any piece may be waiting: without one nothing more is asked."""
    next_due: Callable[[Unit], Awaitable[datetime | None]]
    """When the earliest piece falls due, None when there is none."""
    run: Callable[[Units], Awaitable[int]]
    """Do what is due now; return how many pieces."""


class Held(TemporarilyUnavailable):
    """A step cannot run: its data (an income, a NAV) is missing. `what` names it for the operator."""

    def __init__(self, what: str) -> None:
        super().__init__(ErrorCode.STEP_HELD, what=what)
