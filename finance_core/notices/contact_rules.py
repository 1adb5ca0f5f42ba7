"""When somebody may be contacted about a debt, by a push or by a person who calls. Pure.

Only the debtor, never between 22:00 and 08:00 of their own day, one automated push a day (all debts in it), three
contacts a day with people's calls included (GB/T 45251-2025 and Regulation F in spirit).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from finance_core.notices.quiet_hours import next_allowed, next_morning

DEBT: Final = "debt.reminder"
"""The merge key of every push about a debt: what is due under it goes out as one message."""

PUSHES_A_DAY: Final = 1
CONTACTS_A_DAY: Final = 3
"""Pushes and calls together, in the person's own day."""


class WhyNot(StrEnum):
    """Why a contact about a debt waited, or was not made."""

    QUIET_HOURS = "quiet_hours"  # it is night where the person lives
    FREQUENCY = "frequency"  # they have been contacted often enough today
    PAID = "paid"  # a payment came first
    SUPERSEDED = "superseded"  # a later step of the ladder took its place
    PROMISE = "promise"  # they have said when they will pay
    HARDSHIP = "hardship"  # they have said that they can't, and an officer is looking for a way
    REST = "rest"  # they have said that they are not well: nothing about money has to be decided now
    HANDED_OVER = "handed_over"  # another team looks after this debt
    UNREACHABLE = "unreachable"  # they have blocked the bot


@dataclass(frozen=True, slots=True)
class Contacts:
    """How often somebody has been contacted about debts on their own day."""

    pushes: int = 0
    calls: int = 0

    @property
    def total(self) -> int:
        """Pushes and calls together."""
        return self.pushes + self.calls


def push_from(now: datetime, zone: ZoneInfo, today: Contacts) -> tuple[datetime, WhyNot | None]:
    """Return from when on an automated push may go, and why not at once (None: it may go at once).

    At 23:00 of the person's day that is 08:00 of the next; at noon after today's push, too.
    """
    if today.pushes >= PUSHES_A_DAY or today.total >= CONTACTS_A_DAY:
        return next_morning(now, zone), WhyNot.FREQUENCY
    allowed = next_allowed(now, zone)
    return (allowed, WhyNot.QUIET_HOURS) if allowed > now else (now, None)


def call_refusal(now: datetime, zone: ZoneInfo, today: Contacts) -> WhyNot | None:
    """Return why a person may not call the debtor now, None when they may."""
    if next_allowed(now, zone) > now:
        return WhyNot.QUIET_HOURS
    return WhyNot.FREQUENCY if today.total >= CONTACTS_A_DAY else None
