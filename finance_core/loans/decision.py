"""Deciding on an application: pure rules on tier, history, arrears and what a person can afford.

The scoring model comes later; it will give the grade. Until then the grade follows from loans repaid.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from finance_core.kernel.money import Money

MAX_REASONS: Final = 4
AFFORDABLE_SHARE: Final = Decimal("0.40")
"""Instalments, ours and others', take at most this share of the income."""

GRADES: Final = ("D", "C", "B", "A")
"""By loans repaid without arrears: none, one, two, three or more."""

LIMIT_SHARES: Final = (10, 20, 40, 100)
"""Percent of the product's maximum that a grade may owe; the tier's own limit binds beside it."""


class Reason(StrEnum):
    """Why an application is declined; each has a text that says what would change it."""

    ARREARS = "arrears"  # something is overdue
    LOAN_OPEN = "loan_open"  # one at a time
    ABOVE_LIMIT = "above_limit"  # less would be lent
    INCOME = "income"  # instalments above 40 % of income
    TIER = "tier"  # the tier lends nothing


@dataclass(frozen=True, slots=True)
class Applicant:
    """What a decision looks at. Money a month for income and other instalments, None while not said."""

    tier_limit: Money
    loans_repaid: int
    loans_open: int
    days_past_due: int
    income: Money | None
    other_instalments: Money | None


@dataclass(frozen=True, slots=True)
class Decision:
    """Approved when there are no reasons against it. `limit` is what would be lent to this person now."""

    reasons: tuple[Reason, ...]
    limit: Money
    grade: str

    @property
    def is_approved(self) -> bool:
        return not self.reasons


def grade_of(applicant: Applicant) -> str:
    """Return the risk grade, D (no loan repaid yet) to A."""
    return GRADES[min(applicant.loans_repaid, len(GRADES) - 1)]


def limit_of(applicant: Applicant, maximum: Money) -> Money:
    """Return what may be lent: the grade's share of the product's maximum, at most the tier's limit."""
    share = LIMIT_SHARES[min(applicant.loans_repaid, len(LIMIT_SHARES) - 1)]
    return min(Money(maximum.amount * share // 100, maximum.asset), applicant.tier_limit)


def decide(
    applicant: Applicant, principal: Money, instalment: Money, maximum: Money, *, one_at_a_time: bool
) -> Decision:
    """Decide on `principal` with a level `instalment` a month. Income that was not said yet is not held against it."""
    limit = limit_of(applicant, maximum)
    against = {
        Reason.ARREARS: applicant.days_past_due > 0,
        Reason.LOAN_OPEN: one_at_a_time and applicant.loans_open > 0,
        Reason.TIER: applicant.tier_limit.amount == 0,
        Reason.ABOVE_LIMIT: principal > limit and applicant.tier_limit.amount > 0,
        Reason.INCOME: not _affordable(applicant, instalment),
    }
    reasons = tuple(reason for reason, holds in against.items() if holds)[:MAX_REASONS]
    return Decision(reasons, limit, grade_of(applicant))


def _affordable(applicant: Applicant, instalment: Money) -> bool:
    if applicant.income is None:
        return True
    other = applicant.other_instalments.amount if applicant.other_instalments else 0
    return instalment.amount + other <= applicant.income.amount * AFFORDABLE_SHARE
