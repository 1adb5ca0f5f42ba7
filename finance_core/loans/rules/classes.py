"""How far a loan is past due and what follows: its bucket, its class, the provision for it, whether it accrues.

Migration 0011 says the same in SQL for all loans at once (`loan_class`, `provision_percent`, `required_provision`,
`provision_owner`); a test holds the two together.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from finance_core.kernel.periods import add_months

NON_ACCRUAL_DAYS: Final = 91
"""From so many days past due on, income goes to suspense until cash comes."""

DUES_TO_RETURN: Final = 3
"""So many dues must be met after the arrears are paid until the loan accrues again."""

_RESTRUCTURED_MONTHS: Final = 12


class LoanClass(StrEnum):
    """What a loan's arrears make of it, the best first. The number behind it is in `CLASS_NUMBERS`."""

    PASS = "pass"  # nothing is past due  # noqa: S105 - no password
    SPECIAL_MENTION = "special_mention"  # 1 to 90 days, or restructured within a year
    SUBSTANDARD = "substandard"  # more than 90
    DOUBTFUL = "doubtful"  # more than 270
    LOSS = "loss"  # more than 360


CLASS_NUMBERS: Final = {each: number for number, each in enumerate(LoanClass, 1)}
"""1 to 5: the last digit of the owner of 1190 and 5010."""

PROVISION_PERCENT: Final = {
    LoanClass.PASS: 1,
    LoanClass.SPECIAL_MENTION: 2,
    LoanClass.SUBSTANDARD: 25,
    LoanClass.DOUBTFUL: 50,
    LoanClass.LOSS: 100,
}

BUCKETS: Final = ((1, 30), (31, 60), (61, 90), (91, 180), (181, 270), (271, 360), (361, None))
"""Days past due, first and last; what is not past due is in none."""


def days_past_due(since: date | None, on: date) -> int:
    """Return the days from the oldest unpaid due date to `on`; 0 on that day itself, and when nothing is unpaid."""
    return 0 if since is None else max((on - since).days, 0)


def class_of(days: int, restructured_on: date | None, on: date) -> LoanClass:
    """Return a loan's class at the close of `on`, `days` past due.

    Restructured on 2026-05-31, it is special mention at best until 2027-05-30.
    """
    if days > 360:  # noqa: PLR2004 - the bounds of PRODUCTS, each named once, here
        return LoanClass.LOSS
    if days > 270:  # noqa: PLR2004
        return LoanClass.DOUBTFUL
    if days > 90:  # noqa: PLR2004
        return LoanClass.SUBSTANDARD
    if days > 0 or _is_newly_restructured(restructured_on, on):
        return LoanClass.SPECIAL_MENTION
    return LoanClass.PASS


def bucket_of(days: int) -> tuple[int, int | None] | None:
    """Return the bucket that `days` past due fall into, None when nothing is past due."""
    return next(((first, last) for first, last in BUCKETS if first <= days and (last is None or days <= last)), None)


def required_provision(outstanding: int, loan_class: LoanClass) -> int:
    """Return the provision for `outstanding` minor units of principal, half-up: 2 % of 1,234.50 is 24.69."""
    return (outstanding * PROVISION_PERCENT[loan_class] + 50) // 100


def provision_owner(product_number: int, loan_class: LoanClass) -> int:
    """Return the owner of 1190 and 5010 for a product and class: the product's number, and the class as last digit."""
    return product_number * 10 + CLASS_NUMBERS[loan_class]


def _is_newly_restructured(restructured_on: date | None, on: date) -> bool:
    return restructured_on is not None and restructured_on <= on < add_months(restructured_on, _RESTRUCTURED_MONTHS)
