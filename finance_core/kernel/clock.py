"""Time is an argument: what needs it takes an instant, which a unit of work has from PostgreSQL. Nothing asks the wall.

A `Clock` that is handed to the units stands in PostgreSQL's place.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Business time in a test. Machine time (leases, retries, timeouts) is PostgreSQL's or the event loop's."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...


class ManualClock:
    """A clock that moves only when told. For tests."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("an instant has a zone")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant that was set; aware, in UTC."""
        return self._now

    def set(self, instant: datetime) -> None:
        """Move to an instant. Raises ValueError for a naive one."""
        if instant.tzinfo is None:
            raise ValueError("an instant has a zone")
        self._now = instant.astimezone(UTC)

    def advance(self, **duration: float) -> None:
        """Move on by a duration: `advance(days=1, hours=2)`."""
        self._now += timedelta(**duration)
