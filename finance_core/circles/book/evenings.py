"""When the evening before a due day is: 18:00 for the list of who is eligible and for bids, 20:00 for the draw."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from finance_core.circles.book.models import CircleRound

LISTED_AT: Final = time(18)
DRAWN_AT: Final = time(20)
AWAY: Final = timedelta(minutes=15)
"""Looked at so long after its hour, the list comes late because the service was away."""
AFTER_AWAY: Final = timedelta(minutes=30)
"""For bids that were sent in time and are only read now that the service is back."""
VOID_AFTER: Final = timedelta(hours=12)
"""A key that is missing or wrong so long after its hour voids its chain."""


def at(due: CircleRound, hour: time, zone: ZoneInfo) -> datetime:
    """Return the instant of an hour of the evening before a round's due day."""
    return datetime.combine(due.due_on - timedelta(days=1), hour, tzinfo=zone)


def bids_end_at(due: CircleRound, zone: ZoneInfo) -> datetime:
    """Return until when bids for a round count: 18:00 the day before.

    Where the service was away then, half an hour after it was back, so that no bid is lost: `listed_at` of a round that
    is not listed yet says when that was.
    """
    usual = at(due, LISTED_AT, zone)
    if due.state != "coming" or due.listed_at is None:
        return usual
    return max(usual, due.listed_at + AFTER_AWAY)
