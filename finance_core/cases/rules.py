"""What a topic is as a case, and by when it is answered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from finance_core.kernel.calendars import Calendar
from finance_core.kernel.deadlines import deadline, deadline_at_most


class CaseKind(StrEnum):
    """What a case is, which says by when it is answered."""

    QUESTION = "question"
    DISPUTE = "dispute"  # a movement that somebody does not know, or wants back
    COMPLAINT = "complaint"
    DISTRESS = "distress"  # somebody is not well: before all others


TURNED_INTO: Final = (CaseKind.COMPLAINT, CaseKind.DISPUTE)
"""What who answers may make of a question, once."""
DEADLINES: Final[Mapping[CaseKind, timedelta]] = {
    CaseKind.QUESTION: timedelta(days=1),
    CaseKind.DISTRESS: timedelta(days=1),
    CaseKind.DISPUTE: timedelta(days=3),
    CaseKind.COMPLAINT: timedelta(days=15),
}
_KINDS: Final[Mapping[str, CaseKind]] = {
    "fraud.unrecognised": CaseKind.DISPUTE,
    "wallet.refund": CaseKind.DISPUTE,
    "complaint.make": CaseKind.COMPLAINT,
    "human.distress": CaseKind.DISTRESS,
}

WARNED_BEFORE: Final[Mapping[CaseKind, tuple[timedelta, ...]]] = {
    CaseKind.QUESTION: (timedelta(hours=4),),
    CaseKind.DISTRESS: (timedelta(hours=12), timedelta(hours=4)),
    CaseKind.DISPUTE: (timedelta(days=1),),
    CaseKind.COMPLAINT: (timedelta(days=5), timedelta(days=1)),
}
"""How long before a deadline who answers is reminded, the earliest first; once more when it has passed."""

REOPENED_FOR: Final = timedelta(days=30)
"""How long after its answer a person may take a case up again."""
ASKED_FOR: Final = timedelta(days=3)
"""How long what a person writes next is taken for the answer to what they were asked back."""

REST: Final = timedelta(days=7)
"""How long reminders and offers rest after somebody said that they are not well."""


def kind_of(topic: str) -> CaseKind:
    """Return what a case about a topic is: `fraud.unrecognised` is a dispute, most are questions."""
    return _KINDS.get(topic, CaseKind.QUESTION)


def due_at(kind: CaseKind, opened_at: datetime, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """Return until when a case is answered. A holiday moves it to the next working day, but for who is not well.

    A dispute of Thursday 2026-03-12, 10:00, would end on Sunday: it ends on Monday the 16th, 10:00. A complaint's moves
    to the last working day before: contracts promise an answer within 15 days.
    """
    if kind is CaseKind.DISTRESS:
        return opened_at + DEADLINES[kind]
    if kind is CaseKind.COMPLAINT:
        return deadline_at_most(opened_at, DEADLINES[kind], zone, calendar)
    return deadline(opened_at, DEADLINES[kind], zone, calendar)


def next_reminder(kind: CaseKind, due: datetime, after: datetime) -> datetime | None:
    """Return when who answers is reminded next: before the deadline, then at it; None once it has passed."""
    instants = [*(due - before for before in WARNED_BEFORE[kind]), due]
    return next((instant for instant in instants if instant > after), None)


def percent_of(confidence: str) -> int | None:
    """Return a confidence as whole percent: "0.91" is 91; None for what is none."""
    try:
        percent = round(float(confidence) * 100)
    except (ValueError, OverflowError):
        return None
    return percent if 0 <= percent <= 100 else None  # noqa: PLR2004 - percent
