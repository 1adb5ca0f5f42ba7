"""When a motion has passed or failed (CIRCLES §5): officers' acts and members' votes are counted alike."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

OPEN_FOR: Final = timedelta(days=2)
OFFICERS_NEEDED: Final = 2
"""Of the three."""


class Needs(StrEnum):
    """What a motion takes."""

    OFFICERS = "officers"  # two of the three
    MAJORITY = "majority"  # more than half of all members
    TWO_THIRDS = "two_thirds"  # two thirds of all members, for money and dates


class Outcome(StrEnum):
    """Where a motion stands."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


def yes_needed(needs: Needs, voters: int) -> int:
    """Return how many must say yes. Of 10 members: a majority 6, two thirds 7."""
    match needs:
        case Needs.OFFICERS:
            return OFFICERS_NEEDED
        case Needs.MAJORITY:
            return voters // 2 + 1
        case Needs.TWO_THIRDS:
            return -(-2 * voters // 3)


def outcome(needs: Needs, voters: int, yes: int, no: int, *, is_over: bool) -> Outcome:
    """Return where a motion stands; it ends early when no vote that is missing could change it."""
    needed = yes_needed(needs, voters)
    if yes >= needed:
        return Outcome.PASSED
    return Outcome.FAILED if is_over or voters - no < needed else Outcome.OPEN
