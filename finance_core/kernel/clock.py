"""Time is an argument: what needs it takes a `Clock` or an instant. Nothing else in the core asks the wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Business time. Machine time (leases, retries, timeouts) is PostgreSQL's or the event loop's, never this."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...


class WallClock:
    """The machine's clock, moved by `offset`: zero in production, what was travelled in the sandbox."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """Return the machine's instant, shifted by the offset; aware, in UTC."""
        return datetime.now(UTC) + self.offset


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
