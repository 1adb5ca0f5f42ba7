"""What is done about a pot that is not full, and about a place that stops paying (CIRCLES §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from finance_core.circles.rules.paying import GRACE_DAYS, late_from

WAITED_DAYS: Final = 7
"""After the due day: then what is there is paid, whatever the rule."""
GUARANTORS_DAYS: Final = 3
"""After the due day: then guarantors are asked."""
NOTICE_DAYS: Final = 14
"""After the due day: then who has not paid is given notice (Chit Funds Act 1982, s. 28)."""
MENDING_DAYS: Final = 7
"""After the notice: then the place is closed, or all that it owes is due at once."""
LOST_DAYS: Final = 90
"""After which what the institution advanced is borne by it."""


class ShortfallRule(StrEnum):
    """What a circle does about a round that is not paid in whole."""

    WAIT = "wait"  # seven days, then what is there is paid
    PAY = "pay"  # what is there is paid after the grace; what comes later goes to that round's receiver
    DEPOSIT = "deposit"  # the late member's own deposit is used, to be refilled
    GUARANTORS = "guarantors"  # who stands for the late one is asked, never debited


def paid_anyway_on(rule: ShortfallRule, due_on: date, grace_days: int = GRACE_DAYS) -> date:
    """Return on which morning a pot that is not full is paid all the same.

    Due on the 10th with a day of grace: the 12th where the rule is *pay what is there*, else the 17th.
    """
    return late_from(due_on, grace_days) if rule is ShortfallRule.PAY else due_on + timedelta(days=WAITED_DAYS)


def deposit_used_on(due_on: date, grace_days: int = GRACE_DAYS) -> date:
    """Return on which morning the late member's own deposit pays."""
    return late_from(due_on, grace_days)


def guarantors_asked_on(due_on: date) -> date:
    """Return on which morning guarantors are asked."""
    return due_on + timedelta(days=GUARANTORS_DAYS)


def notice_on(due_on: date) -> date:
    """Return on which day who has not paid is given notice."""
    return due_on + timedelta(days=NOTICE_DAYS)


def stops_on(due_on: date) -> date:
    """Return on which day a place that has been given notice, and was not paid, stops."""
    return notice_on(due_on) + timedelta(days=MENDING_DAYS)


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What who stops after receiving owes: all of it, and what is left of it after the deposit. Minor units."""

    due: int
    from_deposit: tuple[int, ...]
    """By coming round: what the deposit pays of each, the oldest first."""

    @property
    def left(self) -> int:
        """What is still owed after the deposit."""
        return self.due - sum(self.from_deposit)


def due_at_once(owed: tuple[int, ...], deposit: int) -> AtOnce:
    """Return what is due at once when a place that has received stops (s. 32). `owed` is by round, oldest first.

    6 places of 200.00, the second stops from round 4 with a deposit of 200.00: 600.00, 400.00 after the deposit.
    """
    used = []
    for each in owed:
        used.append(min(deposit, each))
        deposit -= used[-1]
    return AtOnce(sum(owed), tuple(used))


def retained(prize: int, still_to_pay: int, wanted: int) -> int:
    """Return what is kept back of a payout for coming contributions: never more than they are, nor than there is."""
    return min(prize, still_to_pay, wanted)
