"""What a loan would cost one person today, and whether it would be lent. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from finance_core.catalogue import product as product_on_sale
from finance_core.customers.models import Customer
from finance_core.customers.rules import TIERS
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Money
from finance_core.loans import queries
from finance_core.loans.decision import Applicant, Decision, decide, grade_of
from finance_core.loans.models import LoanState
from finance_core.loans.product import LoanProduct, loan_product
from finance_core.loans.rules.price import all_in
from finance_core.loans.rules.schedule import Schedule, schedule
from finance_core.loans.rules.terms import Terms
from finance_core.storage.unit import Unit

LIGHTNING: Final = "lightning"
RATE_STEP: Final = Decimal("0.01")
"""Percent a year: in these steps a grade's rate is lowered until the all-in rate meets the cap."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a loan would be, for one person on one day."""

    product: LoanProduct
    grade: str
    terms: Terms
    schedule: Schedule
    all_in_rate: Decimal
    """Percent: the effective annual rate with every fee, the most prominent figure wherever it is shown."""

    @property
    def principal(self) -> Money:
        return self.terms.principal

    @property
    def cost(self) -> Money:
        """What is paid for borrowing, in money: interest and fees."""
        return Money(self.schedule.interest + self.schedule.fee + self.terms.fee_at_disbursement, self.principal.asset)

    @property
    def instalment(self) -> Money:
        return Money(self.schedule.instalments[0].total, self.principal.asset)


async def quote(unit: Unit, customer: Customer, principal: Money, count: int | None, code: str = LIGHTNING) -> Quote:
    """Price a loan for this person today; nothing is stored.

    Raises:
        InvalidInput: `loan_amount_range` (minimum, maximum, step), `loan_count` (counts).
    """
    product = loan_product(await product_on_sale(unit, code))
    _check_sum(product, principal)
    chosen = count if count is not None else product.default_count
    if chosen not in product.counts:
        raise InvalidInput("loan_count", counts=", ".join(map(str, product.counts)))
    grade = grade_of(await applicant(unit, customer))
    terms = _within_cap(product, product.terms(principal, chosen, product.annual_rate(grade), unit.open_on))
    plan = schedule(terms)
    return Quote(product, grade, terms, plan, all_in(terms, plan))


async def decision(unit: Unit, customer: Customer, offered: Quote) -> Decision:
    """Decide on what was quoted, by tier, history, arrears and what the person says to earn."""
    return decide(
        await applicant(unit, customer),
        offered.principal,
        offered.instalment,
        offered.product.maximum,
        one_at_a_time=offered.product.one_at_a_time,
    )


async def applicant(unit: Unit, customer: Customer) -> Applicant:
    """Gather the facts that a decision looks at."""
    loans = await queries.of_customer(unit, customer.id)
    running = [loan for loan in loans if loan.state == LoanState.ACTIVE]
    views = [await queries.view(unit, loan) for loan in running]
    asset = TIERS[0].loan_limit.asset
    return Applicant(
        tier_limit=TIERS[customer.tier].loan_limit,
        loans_repaid=sum(loan.state == LoanState.SETTLED for loan in loans),
        loans_open=len(running),
        days_past_due=max((view.days_past_due for view in views), default=0),
        income=_money(customer.monthly_income, asset),
        other_instalments=_money(customer.other_instalments, asset),
    )


def _check_sum(product: LoanProduct, principal: Money) -> None:
    fits = product.minimum <= principal <= product.maximum and principal.amount % product.step.amount == 0
    if not fits:
        raise InvalidInput("loan_amount_range", minimum=product.minimum, maximum=product.maximum, step=product.step)


def _within_cap(product: LoanProduct, terms: Terms) -> Terms:
    """Return the terms with the rate lowered until the all-in rate meets the cap of the contract's day."""
    cap = product.cap_on(terms.disbursed_on)
    if all_in(terms, schedule(terms)) <= cap:
        return terms
    low, high = 0, int(terms.annual_rate / RATE_STEP)
    while low < high:
        middle = (low + high + 1) // 2
        tried = _at_rate(product, terms, middle * RATE_STEP)
        low, high = (middle, high) if all_in(tried, schedule(tried)) <= cap else (low, middle - 1)
    return _at_rate(product, terms, low * RATE_STEP)


def _at_rate(product: LoanProduct, terms: Terms, rate: Decimal) -> Terms:
    return product.terms(terms.principal, terms.count, rate, terms.disbursed_on)


def _money(amount: int | None, asset: Any) -> Money | None:
    return None if amount is None else Money(amount, asset)
