"""The hours in which nobody is disturbed: 22:00 to 08:00 on the person's own wall. Pure.

PostgreSQL's `next_allowed(instant, zone)` (migration 0005) is the same rule for set-based inserts; a test holds the two
against each other over clock changes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

QUIET_FROM: Final = time(22, 0)
QUIET_UNTIL: Final = time(8, 0)


def next_allowed(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return `instant` if it may disturb, else the next 08:00 of `zone`, in UTC. 22:00 is quiet, 08:00 is not."""
    local = instant.astimezone(zone)
    if local.time() < QUIET_UNTIL:
        return _morning(local.date(), zone)
    if local.time() >= QUIET_FROM:
        return next_morning(instant, zone)
    return instant.astimezone(UTC)


def working_hours(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return from when on an operator is told that somebody waits: by the quiet hours of the institution's wall.

    Who works for it works by its hours, wherever they are.
    """
    return next_allowed(instant, zone)


def next_morning(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return 08:00 of the local day after `instant`'s, in UTC."""
    return _morning(instant.astimezone(zone).date() + timedelta(days=1), zone)


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, QUIET_UNTIL, tzinfo=zone).astimezone(UTC)
