"""What an accumulating circle's rules come to (CIRCLES §5). Pure; amounts are minor units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Final

FEWEST_MEMBERS: Final = 5
MOST_MEMBERS: Final = 30
LONGEST_MONTHS: Final = 12
MOST_SHARES: Final = 5
"""At one meeting."""
LOAN_TIMES: Final = 3
"""A loan is at most so many times what its borrower has saved."""
LONGEST_LOAN: Final = 3
"""Months."""


def has_quorum(present: int, members: int) -> bool:
    """Say whether half of the members are there: 3 of 5 and 3 of 6, not 2 of 5."""
    return 2 * present >= members


def most_lent(saved: int) -> int:
    """Return the most that is lent to somebody who has paid so much for shares."""
    return LOAN_TIMES * saved


def lent_until(meetings: Sequence[date]) -> date:
    """Return the day by which a loan is over: the meeting before the last."""
    return meetings[-2]


def leaver_gets(paid: int, shares: int, worth: int, all_shares: int) -> int:
    """Return what a leaver's shares bring: the price paid for them or what they are worth, whichever is lower.

    Of 1,024.25 over 50 shares 10 are worth 204.85; paid were 200.00, so it is 200.00.
    """
    return min(paid, int(Fraction(worth * shares, all_shares))) if all_shares else 0
