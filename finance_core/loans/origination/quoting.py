"""What a loan would cost one person today, and whether it would be lent. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from finance_core.catalogue import product as product_on_sale
from finance_core.catalogue import products_of
from finance_core.customers.models import Customer
from finance_core.kernel.annual_rate import NoRate
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotFound, RuleViolation
from finance_core.kernel.money import Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.kernel.rounding import Rounding, to_minor_units
from finance_core.loans.origination.applicants import applicant
from finance_core.loans.origination.decision import Applicant, Decision, decide, grade_of
from finance_core.loans.products.parts import Tenor
from finance_core.loans.products.product import loan_product
from finance_core.loans.products.product_terms import DAYS_A_YEAR, LoanProduct, is_bank_holiday
from finance_core.loans.rules.price import all_in
from finance_core.loans.rules.schedule import Schedule, schedule
from finance_core.loans.rules.terms import Method, Terms
from finance_core.storage.unit import Unit

LIGHTNING: Final = "lightning"
MONTHS_A_YEAR: Final = 12
RATE_STEP: Final = Decimal("0.01")
"""Percent a year: in these steps a grade's rate is lowered until the all-in rate meets the cap."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a loan would be, for one person on one day."""

    product: LoanProduct
    grade: str
    tenor: Tenor
    terms: Terms
    schedule: Schedule
    all_in_rate: Decimal
    """Percent: the effective annual rate with every fee, the most prominent figure wherever it is shown."""
    facts: Applicant | None = None
    """The person as they are today, where it was priced for one."""

    @property
    def principal(self) -> Money:
        """What would be lent."""
        return self.terms.principal

    @property
    def withheld(self) -> Money:
        """The fee that is kept back when the principal is paid out."""
        return Money(self.terms.fee_at_disbursement, self.principal.asset)

    @property
    def cost(self) -> Money:
        """What is paid for borrowing, in money: interest and fees."""
        return Money(self.schedule.interest + self.schedule.fee, self.principal.asset) + self.withheld

    @property
    def instalment(self) -> Money:
        """The first instalment."""
        return Money(self.schedule.instalments[0].total, self.principal.asset)

    @property
    def repaid(self) -> Money:
        """All that is paid back, with every instalment on its day."""
        return Money(self.schedule.total, self.principal.asset)

    @property
    def penalty_rate(self) -> Decimal:
        """Percent a year beyond the contract's rate, on what is overdue beyond the grace days."""
        return self.product.penalty_rate(self.terms.annual_rate, self.terms.disbursed_on)

    @property
    def monthly(self) -> Money:
        """What instalments take of a month's income: the largest one, or an even share where they are not monthly."""
        lines = self.schedule.instalments
        if self.tenor.unit is PeriodUnit.MONTH and self.terms.method is not Method.BULLET:
            return Money(max(line.total for line in lines), self.principal.asset)
        days = (lines[-1].due_on - self.terms.disbursed_on).days
        share = Decimal(self.schedule.total) * DAYS_A_YEAR / (days * MONTHS_A_YEAR)
        return Money(to_minor_units(share, Rounding.UP), self.principal.asset)


async def products(unit: Unit) -> list[LoanProduct]:
    """Return the loans that are on sale today, in the order of their numbers."""
    return [loan_product(sold) for sold in await products_of(unit, "loans")]


async def product_named(unit: Unit, code: str) -> LoanProduct:
    """Return the version on sale of a loan product. Raises NotFound: `product`, for one of another line too."""
    sold = await product_on_sale(unit, code)
    if sold.line != "loans":
        raise NotFound(ErrorCode.PRODUCT, product=code)
    return loan_product(sold)


async def quote(
    unit: Unit,
    customer: Customer,
    principal: Money,
    count: int | None = None,
    code: str = LIGHTNING,
    period: PeriodUnit | None = None,
) -> Quote:
    """Price a loan for this person today; nothing is stored.

    A grade whose all-in rate is above the cap of the day is offered at the cap.

    Raises:
        InvalidInput: `loan_amount_range` (minimum, maximum, step), `loan_count` (counts), `loan_unit`.
        RuleViolation: `loan_above_cap`: fees alone cost more than the cap allows.
        NotFound: `product`.
    """
    product = await product_named(unit, code)
    require_sum(product, principal)
    tenor = product.tenor(count, period)
    facts = await applicant(unit, customer, product)
    return replace(priced(product, tenor, principal, grade_of(facts), unit.open_on), facts=facts)


def priced(product: LoanProduct, tenor: Tenor, principal: Money, grade: str, on: date) -> Quote:
    """Return what a loan would be for a grade, signed on a day. Raises RuleViolation: `loan_above_cap`."""
    terms = _within_cap(product, tenor, product.terms(principal, tenor, product.rates[grade], on))
    plan = schedule(terms, is_bank_holiday)
    return Quote(product, grade, tenor, terms, plan, all_in(terms, plan))


async def decision(
    unit: Unit, customer: Customer, offered: Quote, *, refinances: bool = False, besides: Money | None = None
) -> Decision:
    """Decide on what was quoted, by tier, history, arrears, season and what the person says to earn.

    What was read of the person for the quote is not read again: both are of one unit.

    Args:
        besides: what they take on together with it, a month: shares of others' loans.
    """
    facts = offered.facts or await applicant(unit, customer, offered.product)
    if besides is not None:
        facts = replace(facts, own_instalments=facts.own_instalments + besides)
    return decide(
        facts,
        offered.product,
        offered.principal,
        offered.monthly,
        unit.open_on,
        refinances=refinances,
    )


def require_sum(product: LoanProduct, principal: Money) -> None:
    """Refuse a sum that is not lent. Raises InvalidInput: `loan_amount_range` (minimum, maximum, step)."""
    fits = product.minimum <= principal <= product.maximum and principal.amount % product.step.amount == 0
    if not fits:
        raise InvalidInput(
            ErrorCode.LOAN_AMOUNT_RANGE, minimum=product.minimum, maximum=product.maximum, step=product.step
        )


def _within_cap(product: LoanProduct, tenor: Tenor, terms: Terms) -> Terms:
    """Return the terms with the rate lowered until the all-in rate meets the cap of the contract's day."""
    cap = product.cap_on(terms.disbursed_on)
    if _meets(terms, cap):
        return terms
    if not _meets(_at_rate(product, tenor, terms, Decimal(0)), cap):
        raise RuleViolation(ErrorCode.LOAN_ABOVE_CAP, cap=f"{cap:.2f}")
    low, high = 0, int(terms.annual_rate / RATE_STEP)
    while low < high:
        middle = (low + high + 1) // 2
        fits = _meets(_at_rate(product, tenor, terms, middle * RATE_STEP), cap)
        low, high = (middle, high) if fits else (low, middle - 1)
    return _at_rate(product, tenor, terms, low * RATE_STEP)


def _meets(terms: Terms, cap: Decimal) -> bool:
    try:
        return all_in(terms, schedule(terms, is_bank_holiday)) <= cap
    except NoRate:
        return False


def _at_rate(product: LoanProduct, tenor: Tenor, terms: Terms, rate: Decimal) -> Terms:
    return product.terms(terms.principal, tenor, rate, terms.disbursed_on)
