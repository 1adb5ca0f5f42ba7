"""Deciding on an application: pure rules on tier, history, arrears, season and what a person can afford.

The scoring model comes later; it will give the grade. Until then the grade follows from loans repaid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from finance_core.kernel.money import Money
from finance_core.loans.products.product_terms import GRADES, LoanProduct

MAX_REASONS: Final = 4
AFFORDABLE_SHARE: Final = Decimal("0.40")
"""Instalments, ours and others', take at most this share of the income."""

BORDERLINE_SHARE: Final = Decimal("0.50")
"""Between the two an officer looks at it; above this it is declined."""

LIMIT_SHARES: Final = (10, 20, 40, 100)
"""Percent of the product's maximum that a grade may owe; the tier's own limit binds beside it."""


class Outcome(StrEnum):
    """What a decision comes to."""

    APPROVED = "approved"
    REFERRED = "referred"  # to an officer
    DECLINED = "declined"


class Reason(StrEnum):
    """Why an application is declined; each has a text that says what would change it.

    An officer alone gives the last three.
    """

    FROZEN = "frozen"  # operators have frozen the person's account
    SELF_EXCLUDED = "self_excluded"  # the person has asked to be lent nothing until a day
    ARREARS = "arrears"  # something is overdue
    WRITTEN_OFF = "written_off"  # a loan was written off, and not all of it has been paid since
    LOAN_OPEN = "loan_open"  # one at a time
    SEASON = "season"  # the product is offered at another time of the year
    TIER = "tier"  # the tier lends nothing, or not this product
    HISTORY = "history"  # too few loans repaid for this product
    ABOVE_LIMIT = "above_limit"  # less would be lent
    INCOME = "income"  # instalments above half of the income
    UNVERIFIED = "unverified"  # an officer: what was said could not be verified
    PAPERS = "papers"  # an officer: a paper lacks
    FRAUD = "fraud"  # an officer: it may be fraud; the person is told no more than that it could not be confirmed


class Concern(StrEnum):
    """Why an officer looks at an application."""

    BORDERLINE = "borderline"  # instalments between 40 and 50 % of the income
    FIRST_LARGE = "first_large"  # a first loan of its kind, above the product's sum
    RECENT_ARREARS = "recent_arrears"  # overdue not long ago
    RECOVERED = "recovered"  # a loan was written off and paid after that; none taken since has been repaid
    ASKED = "asked"  # the person asked for somebody to look at a refusal


OFFICERS_CANNOT: Final = frozenset(
    {
        *(Reason.FROZEN, Reason.SELF_EXCLUDED, Reason.ARREARS, Reason.WRITTEN_OFF),
        *(Reason.LOAN_OPEN, Reason.SEASON, Reason.TIER),
    }
)
"""What an officer's approval does not get over; the other reasons are judgement."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """What a decision looks at. Money a month for income and instalments; income is None while it has not been said."""

    tier: int
    tier_limit: Money
    loans_repaid: int
    repaid_of_product: int
    open_of_product: int
    open_ends_on: date | None
    """When the running loan of this product ends by its schedule."""
    open_repaid_percent: int
    """How much of its principal is repaid."""
    open_owed: Money
    """Its principal still owed, and what may still be drawn of it."""
    owed: Money
    """The same of all running loans."""
    open_instalments: Money
    """What falls due of it within a month."""
    own_instalments: Money
    """The same of all running loans, and their share of it of loans that they stand for."""
    days_past_due: int
    written_off: bool
    """Whether something is still owed of a loan that was written off."""
    worst_days_lately: int
    """The most days past due within the product's look-back."""
    income: Money | None
    other_instalments: Money
    excluded_until: date | None = None
    """The last day on which they have asked to be lent nothing."""
    own_limit: Money | None = None
    """The most that they want to owe in loans."""
    recovered: bool = False
    """Whether a loan was written off and has been paid since, and none that was taken after that has been repaid."""
    is_frozen: bool = False
    """Whether operators have frozen their account."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say. `limit` is what would be lent to this person now, `affordable` what the income carries."""

    facts: Applicant
    """What was looked at."""
    reasons: tuple[Reason, ...]
    concerns: tuple[Concern, ...]
    ask_again_on: Mapping[Reason, date]
    """From when on the same would be answered otherwise, where a day is known."""
    limit: Money
    affordable: Money | None
    grade: str
    tier_room: Money
    """What the person's tier, and their own limit, leave: nobody overrules that."""
    may_refinance: bool
    """Whether the running loan of the product could be paid off by this one."""

    @property
    def outcome(self) -> Outcome:
        """Declined when a reason stands against it, referred when a concern does, else approved."""
        if self.reasons:
            return Outcome.DECLINED
        return Outcome.REFERRED if self.concerns else Outcome.APPROVED

    @property
    def is_approved(self) -> bool:
        """Whether the rules approve it as it was asked for."""
        return self.outcome is Outcome.APPROVED


def grade_of(applicant: Applicant) -> str:
    """Return the risk grade, D (no loan repaid yet) to A (three or more)."""
    return GRADES[min(applicant.loans_repaid, len(GRADES) - 1)]


def limit_of(applicant: Applicant, product: LoanProduct, *, refinances: bool = False) -> Money:
    """Return what may be lent now: the grade's share of the product's maximum, at most what the tier leaves.

    In whole steps of the product. What a refinancing pays off does not count against the tier.
    """
    share = LIMIT_SHARES[min(applicant.loans_repaid, len(LIMIT_SHARES) - 1)]
    free = min(product.maximum.amount * share // 100, tier_room(applicant, refinances=refinances).amount)
    return Money(free // product.step.amount * product.step.amount, product.asset)


def tier_room(applicant: Applicant, *, refinances: bool = False) -> Money:
    """Return what the tier's limit, or the person's own where that is lower, leaves beside what is owed and may still
    be drawn; nothing when it is used up.
    """
    owed = applicant.owed - applicant.open_owed if refinances else applicant.owed
    limit = applicant.tier_limit if applicant.own_limit is None else min(applicant.tier_limit, applicant.own_limit)
    return max(limit - owed, Money.zero(applicant.tier_limit.asset))


def may_refinance(applicant: Applicant, product: LoanProduct) -> bool:
    """Say whether a new loan may pay off the one that runs: enough of it is repaid, and nothing of it is overdue."""
    least = product.eligibility.refinance_from_percent
    return (
        least is not None
        and applicant.open_of_product == 1
        and applicant.open_repaid_percent >= least
        and applicant.days_past_due == 0
    )


def decide(
    applicant: Applicant,
    product: LoanProduct,
    principal: Money,
    monthly: Money,
    on: date,
    *,
    refinances: bool = False,
) -> Decision:
    """Decide on `principal` whose instalments take `monthly` a month. Income not said yet is not held against it."""
    limit = limit_of(applicant, product, refinances=refinances)
    share = _share_of_income(applicant, monthly, refinances=refinances)
    against = _reasons(applicant, product, principal, limit, share, on, refinances=refinances)
    dates = {
        Reason.SELF_EXCLUDED: applicant.excluded_until + timedelta(days=1) if applicant.excluded_until else None,
        Reason.LOAN_OPEN: applicant.open_ends_on,
        Reason.SEASON: product.eligibility.opens_on(on),
    }
    return Decision(
        facts=applicant,
        reasons=against,
        concerns=_concerns(applicant, product, principal, share),
        ask_again_on={reason: day for reason, day in dates.items() if reason in against and day is not None},
        limit=limit,
        affordable=_affordable(applicant, product, principal, monthly, refinances=refinances),
        grade=grade_of(applicant),
        tier_room=tier_room(applicant, refinances=refinances),
        may_refinance=may_refinance(applicant, product),
    )


def _reasons(
    applicant: Applicant,
    product: LoanProduct,
    principal: Money,
    limit: Money,
    share: Decimal | None,
    on: date,
    *,
    refinances: bool,
) -> tuple[Reason, ...]:
    rules = product.eligibility
    too_low = applicant.tier_limit.amount == 0 or applicant.tier < rules.tier
    pays_off = refinances and may_refinance(applicant, product)
    holds = {
        Reason.FROZEN: applicant.is_frozen,
        Reason.SELF_EXCLUDED: applicant.excluded_until is not None and on <= applicant.excluded_until,
        Reason.ARREARS: applicant.days_past_due > 0,
        Reason.WRITTEN_OFF: applicant.written_off,
        Reason.LOAN_OPEN: rules.one_at_a_time and applicant.open_of_product > 0 and not pays_off,
        Reason.SEASON: rules.opens_on(on) is not None,
        Reason.TIER: too_low,
        Reason.HISTORY: applicant.loans_repaid < rules.loans_repaid,
        Reason.ABOVE_LIMIT: principal > limit and not too_low,
        Reason.INCOME: share is not None and share > BORDERLINE_SHARE,
    }
    return tuple(reason for reason in Reason if holds.get(reason, False))[:MAX_REASONS]


def _concerns(
    applicant: Applicant, product: LoanProduct, principal: Money, share: Decimal | None
) -> tuple[Concern, ...]:
    rules = product.referral
    first_above = rules.first_above
    holds = {
        Concern.BORDERLINE: share is not None and AFFORDABLE_SHARE < share <= BORDERLINE_SHARE,
        Concern.FIRST_LARGE: first_above is not None
        and principal > first_above
        and applicant.repaid_of_product + applicant.open_of_product == 0,
        Concern.RECENT_ARREARS: applicant.worst_days_lately > rules.arrears_days,
        Concern.RECOVERED: applicant.recovered,
    }
    return tuple(concern for concern, is_so in holds.items() if is_so)


def _burden(applicant: Applicant, *, refinances: bool) -> int:
    """Return what a month's instalments take without the new loan's, in minor units."""
    own = applicant.own_instalments - applicant.open_instalments if refinances else applicant.own_instalments
    return own.amount + applicant.other_instalments.amount


def _share_of_income(applicant: Applicant, monthly: Money, *, refinances: bool) -> Decimal | None:
    """Return the share of the income that all instalments take, None while the income is not known."""
    if applicant.income is None:
        return None
    burden = monthly.amount + _burden(applicant, refinances=refinances)
    return Decimal(burden) / applicant.income.amount if applicant.income.amount else Decimal("Infinity")


def _affordable(
    applicant: Applicant, product: LoanProduct, principal: Money, monthly: Money, *, refinances: bool
) -> Money | None:
    """Return the sum whose instalments take 40 % of the income, in whole steps; instalments grow with the sum."""
    if applicant.income is None or monthly.amount == 0:
        return None
    room = int(applicant.income.amount * AFFORDABLE_SHARE) - _burden(applicant, refinances=refinances)
    step = product.step.amount
    return Money(max(0, room * principal.amount // monthly.amount // step * step), product.asset)
