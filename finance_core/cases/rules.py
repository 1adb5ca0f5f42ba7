"""What a topic is as a case, and by when it is answered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final


class CaseKind(StrEnum):
    """What a case is, which says by when it is answered."""

    QUESTION = "question"
    DISPUTE = "dispute"  # a movement that somebody does not know, or wants back
    COMPLAINT = "complaint"
    DISTRESS = "distress"  # somebody is not well: before all others


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

REST: Final = timedelta(days=7)
"""How long reminders and offers rest after somebody said that they are not well."""


def kind_of(topic: str) -> CaseKind:
    """Return what a case about a topic is: `fraud.unrecognised` is a dispute, most are questions."""
    return _KINDS.get(topic, CaseKind.QUESTION)


def percent_of(confidence: str) -> int | None:
    """Return a confidence as whole percent: "0.91" is 91; None for what is none."""
    try:
        percent = round(float(confidence) * 100)
    except (ValueError, OverflowError):
        return None
    return percent if 0 <= percent <= 100 else None  # noqa: PLR2004 - percent
