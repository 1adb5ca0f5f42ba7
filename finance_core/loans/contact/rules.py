"""Pure rules of keeping in touch: which promises are taken, what a day late costs, what is proposed in hardship."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import RuleViolation
from finance_core.kernel.rounding import Rounding, rounded


class PromiseState(StrEnum):
    """Where a promise stands."""

    RUNNING = "running"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"  # overtaken by hardship, or by a new plan for the loan


class HardshipReason(StrEnum):
    """What has changed, as the person says."""

    JOB = "job"  # work is lost
    ILLNESS = "illness"
    BUSINESS = "business"  # trade is slow
    LATE_PAY = "late_pay"  # the money comes, later
    OTHER = "other"


PROMISE_DAYS: Final = 14
"""How far ahead a promise may reach; beyond, it is hardship, which has a plan."""

BROKEN_IN_A_ROW: Final = 2
"""After so many the next word is an officer's."""

OFFICER_FROM_DAYS: Final = 30
"""From so many days late on a reminder says that an officer looks at the loan, and the officers are told."""

HARDSHIP_PAUSE_DAYS: Final = 7
"""How long nobody is reminded after saying that they cannot pay."""

MOST_MORE_INSTALMENTS: Final = 12
"""How many instalments a proposal may always add; a plan of many may be doubled."""

HOLIDAY_MONTHS: Final = {
    HardshipReason.LATE_PAY: 1,
    HardshipReason.ILLNESS: 2,
    HardshipReason.BUSINESS: 2,
    HardshipReason.OTHER: 2,
    HardshipReason.JOB: 3,
}
"""How long nothing is due when nothing can be paid, by what has changed."""

_DAYS_A_YEAR: Final = 365
_PERCENT: Final = 100


def require_promise(made_on: date, due_on: date, earlier: Sequence[PromiseState]) -> None:
    """Refuse a promise for `due_on`; `earlier` are the loan's earlier ones, newest first.

    Raises:
        RuleViolation: `promise_not_ahead`; `promise_too_far` with `latest_on`; `promise_running`; `promises_broken`
            (two in a row were).
    """
    latest_on = made_on + timedelta(days=PROMISE_DAYS)
    if due_on <= made_on:
        raise RuleViolation(ErrorCode.PROMISE_NOT_AHEAD)
    if due_on > latest_on:
        raise RuleViolation(ErrorCode.PROMISE_TOO_FAR, latest_on=latest_on)
    if PromiseState.RUNNING in earlier:
        raise RuleViolation(ErrorCode.PROMISE_RUNNING)
    ended = [state for state in earlier if state in (PromiseState.KEPT, PromiseState.BROKEN)]
    if ended[:BROKEN_IN_A_ROW] == [PromiseState.BROKEN] * BROKEN_IN_A_ROW:
        raise RuleViolation(ErrorCode.PROMISES_BROKEN)


def cost_a_day(overdue_principal: int, annual_rate: Decimal, penalty_rate: Decimal) -> int:
    """Return what a day of being late costs, in minor units, penalty included.

    500.00 overdue at 18.25 % and 5.75 % more cost 0.33 a day: 50,000 × 24 / 36,500 = 32.88.
    """
    exact = overdue_principal * (annual_rate + penalty_rate) / (_PERCENT * _DAYS_A_YEAR)
    return int(rounded(exact, Rounding.HALF_UP))


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would make a loan bearable: nothing due for `holiday_months`, then `instalments` of about `instalment`.

    Amounts in minor units. `fits`: the instalment is within what the person says they can pay.
    """

    holiday_months: int
    instalments: int
    instalment: int
    fits: bool

    def as_json(self) -> dict[str, int | bool]:
        """Return the proposal as it is stored with the case; the instalment in minor units."""
        return {
            "holiday_months": self.holiday_months,
            "instalments": self.instalments,
            "instalment": self.instalment,
            "fits": self.fits,
        }

    @staticmethod
    def of_json(stored: Mapping[str, int]) -> Proposal:
        """Return what `as_json` stored."""
        months, count = stored["holiday_months"], stored["instalments"]
        return Proposal(months, count, stored["instalment"], fits=bool(stored["fits"]))


def longest_plan(left: int) -> int:
    """Return how many instalments a proposal may have at most, when `left` are left."""
    return max(left + MOST_MORE_INSTALMENTS, 2 * left)


def propose(reason: HardshipReason, can_pay: int, left: int, level: Callable[[int, int], int]) -> Proposal:
    """Return the mildest change that the person can bear.

    When something can be paid: the fewest instalments that bring each within it. When nothing can: a holiday of one to
    three months, by what has changed, and as many instalments as are left. Where even the longest plan is above what
    can be paid, a holiday comes before that plan, and `fits` is False.

    Args:
        can_pay: in the time of one instalment, in minor units.
        left: how many instalments are left.
        level: gives the level instalment, in minor units, of what is owed, by count and months of holiday before.
    """
    holiday, longest = HOLIDAY_MONTHS[reason], longest_plan(left)
    if can_pay == 0:
        return Proposal(holiday, left, level(left, holiday), fits=False)
    counts = range(left, longest + 1)
    place = bisect_left(counts, -can_pay, key=lambda count: -level(count, 0))
    if place == len(counts):
        return Proposal(holiday, longest, level(longest, holiday), fits=False)
    return Proposal(0, counts[place], level(counts[place], 0), fits=True)
