"""What a person may borrow today, product by product, and what holds it there. Nothing is stored.

Each is found by quoting and deciding as for an application: what is said here is what an application would come to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from finance_core.customers.models import Customer
from finance_core.customers.rules import TIERS
from finance_core.kernel.errors import RuleViolation
from finance_core.kernel.money import Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.origination.applicants import applicant
from finance_core.loans.origination.decision import (
    LIMIT_SHARES,
    Applicant,
    Concern,
    Decision,
    Reason,
    decide,
    grade_of,
    limit_of,
    tier_room,
)
from finance_core.loans.origination.quoting import Quote, priced, products
from finance_core.loans.products.parts import Tenor
from finance_core.loans.products.product_terms import GRADES, LoanProduct
from finance_core.storage.unit import Unit

DAYS: Final = {PeriodUnit.DAY: 1, PeriodUnit.WEEK: 7, PeriodUnit.MONTH: 30}
MOST_TRIES: Final = 8
"""Sums that are tried until one is within the income: the second nearly always is."""


class Bound(StrEnum):
    """What keeps a person from more of a product."""

    TIER = "tier"  # the level's limit, less what is owed
    OWN = "own"  # the limit that they have set themselves, less what is owed
    GRADE = "grade"  # the share of the product that goes with the loans repaid
    INCOME = "income"  # the share of the income that instalments may take
    PRODUCT = "product"  # the product lends no more to anybody


@dataclass(frozen=True, slots=True)
class Prospect:
    """What of one product a person may have today, over its longest time unless another is asked about."""

    facts: Applicant
    offered: Quote
    """Of `most`; of the product's smallest sum where nothing is lent."""
    decided: Decision
    most: Money
    """The largest sum that the rules approve at once, or refer for its size alone; nothing where reasons stand."""
    bound: Bound

    @property
    def product(self) -> LoanProduct:
        """What would be lent."""
        return self.offered.product

    @property
    def is_open(self) -> bool:
        """Whether the person may have it today."""
        return bool(self.most)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What stands against even the smallest sum."""
        return () if self.is_open else self.decided.reasons


def price_range(product: LoanProduct, on: date) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest all-in rate of a product's usual time, in percent: the best grade's for the
    largest sum, the riskiest one's for the smallest. Raises RuleViolation: `loan_above_cap`.
    """
    riskiest, best = GRADES[0], GRADES[-1]
    low = priced(product, product.default, product.maximum, best, on)
    high = priced(product, product.default, product.minimum, riskiest, on)
    return low.all_in_rate, high.all_in_rate


def longest(product: LoanProduct) -> Tenor:
    """Return the longest time over which a product may be repaid: the one with the smallest instalments."""
    return max(product.tenors, key=lambda tenor: tenor.count * tenor.every * DAYS[tenor.unit])


async def prospects(unit: Unit, customer: Customer) -> list[Prospect]:
    """Return what a person may borrow of each product on sale, in the order of their numbers.

    A product whose fees alone are above the cap of the day is left out.
    """
    found = [await prospect(unit, customer, product) for product in await products(unit)]
    return [each for each in found if each is not None]


async def prospect(
    unit: Unit, customer: Customer, product: LoanProduct, tenor: Tenor | None = None, *, refinances: bool = False
) -> Prospect | None:
    """Return what a person may borrow of one product, over `tenor` where one is asked about; None where its fees alone
    are above the cap of the day.

    Args:
        refinances: the running loan of the product is paid off by it.
    """
    facts = await applicant(unit, customer, product)
    try:
        return _largest(facts, product, tenor or longest(product), unit.open_on, refinances=refinances)
    except RuleViolation:
        return None


def _largest(facts: Applicant, product: LoanProduct, tenor: Tenor, on: date, *, refinances: bool) -> Prospect:
    limit = limit_of(facts, product, refinances=refinances)
    tried = max(limit, product.minimum)
    for _ in range(MOST_TRIES):
        offered = priced(product, tenor, tried, grade_of(facts), on)
        decided = decide(facts, product, tried, offered.monthly, on, refinances=refinances)
        if _is_carried(decided) or tried == product.minimum:
            break
        affordable = min(decided.affordable or product.minimum, tried - product.step)
        tried = max(affordable, product.minimum)
    lends = _is_carried(decided) and not decided.reasons
    bound = _bound(facts, product, limit) if tried >= limit else Bound.INCOME
    return Prospect(facts, offered, decided, tried if lends else Money.zero(product.asset), bound)


def _is_carried(decided: Decision) -> bool:
    """Say whether the income, where it is known, carries the instalments without an officer's look."""
    return Reason.INCOME not in decided.reasons and Concern.BORDERLINE not in decided.concerns


def share_of(facts: Applicant) -> int:
    """Return the percent of a product's maximum that goes with the loans that a person has repaid."""
    return LIMIT_SHARES[min(facts.loans_repaid, len(LIMIT_SHARES) - 1)]


def _bound(facts: Applicant, product: LoanProduct, limit: Money) -> Bound:
    if limit == product.maximum:
        return Bound.PRODUCT
    by_grade = product.maximum.amount * share_of(facts) // 100
    if tier_room(facts).amount >= by_grade:
        return Bound.GRADE
    return Bound.OWN if facts.own_limit is not None and facts.own_limit < facts.tier_limit else Bound.TIER


# -- what would raise it --------------------------------------------------------------------------------------------


class Raise(StrEnum):
    """What would let a person have more of a product."""

    TIER = "tier"  # the next level
    REPAID = "repaid"  # one more loan repaid
    PAID_OFF = "paid_off"  # what is owed now, repaid
    TOGETHER = "together"  # a loan repaid, or what is owed, and the next level


@dataclass(frozen=True, slots=True)
class Raised:
    """The limit that a change would give. `tier` is the level that it takes, where it takes one."""

    by: Raise
    to: Money
    tier: int = 0


def raises(facts: Applicant, product: LoanProduct) -> list[Raised]:
    """Return what would raise the limit, what helps most first: the next level, a loan repaid, what is owed repaid.

    Both of what is owed and the count of loans change where a running loan is repaid. Where two bounds hold the limit
    at the same sum, it takes both steps together. What the income carries stays as it is.
    """
    now = limit_of(facts, product)
    paid = replace(facts, owed=Money.zero(product.asset), open_owed=Money.zero(product.asset))
    repaid = replace(paid, loans_repaid=facts.loans_repaid + 1)
    then = [Raised(Raise.PAID_OFF if facts.owed else Raise.REPAID, limit_of(repaid, product))]
    for tier in TIERS[facts.tier + 1 :]:
        lifted = limit_of(replace(facts, tier=tier.number, tier_limit=tier.loan_limit), product)
        then.append(Raised(Raise.TIER, lifted, tier.number))
    if facts.tier + 1 < len(TIERS):
        top = TIERS[-1]
        both = limit_of(replace(repaid, tier=top.number, tier_limit=top.loan_limit), product)
        then += [Raised(Raise.TOGETHER, both, top.number)] if both > max(each.to for each in then) else []
    better = [each for each in then if each.to > now]
    return sorted(better, key=lambda each: each.to, reverse=True)
