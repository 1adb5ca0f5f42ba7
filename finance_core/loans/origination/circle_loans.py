"""A savings circle lends to one of its members, out of its members' money (CIRCLES §5, *Accumulating circles*).

Terms are the catalogue's (`circle_loan`): equal principal, interest for each month on the balance, no fee, no penalty.
The rate is the circle's. Who may be lent to, how much and until when is the circle's business; here the law's cap and
the borrower's own limits bind, and the contract, the schedule and the repayment are those of any loan.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from finance_core.catalogue import product as product_on_sale
from finance_core.customers.models import Customer
from finance_core.customers.queries import locked as lock_customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import RuleViolation
from finance_core.kernel.money import Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.book.funding import require_not_held
from finance_core.loans.events import record
from finance_core.loans.models import Loan
from finance_core.loans.origination import signing
from finance_core.loans.origination.applicants import applicant
from finance_core.loans.origination.contract import Write, bare, contract_of
from finance_core.loans.origination.decision import AFFORDABLE_SHARE
from finance_core.loans.origination.quoting import MONTHS_A_YEAR, Quote, require_sum
from finance_core.loans.origination.self_limits import require_may_take_on
from finance_core.loans.products.product import loan_product
from finance_core.loans.products.product_terms import GRADES, is_bank_holiday
from finance_core.loans.rules.schedule import schedule
from finance_core.storage.unit import Unit

CIRCLE_LOAN: Final = "circle_loan"
"""Its product in the catalogue."""


def all_in_of(monthly_rate: Decimal) -> Decimal:
    """Return what a month's rate on the balance is in a year, both in percent: 1.8 is 23.87, 1.9 is 25.34."""
    return (((1 + monthly_rate / 100) ** MONTHS_A_YEAR - 1) * 100).quantize(Decimal("0.01"))


def most_monthly(cap: Decimal) -> Decimal:
    """Return the highest rate a month, in hundredths of a percent, that is within a cap a year: of 24 it is 1.80."""
    most = Decimal("0.00")
    for step in (Decimal("0.10"), Decimal("0.01")):
        while all_in_of(most + step) <= cap:
            most += step
    return most


async def rate_cap(unit: Unit) -> Decimal:
    """Return the day's cap on the all-in rate, in percent: the cost of a bid in a circle is held against it, too."""
    return loan_product(await product_on_sale(unit, CIRCLE_LOAN)).cap_on(unit.open_on)


async def require_within_cap(unit: Unit, monthly_rate: Decimal) -> Decimal:
    """Return the all-in rate of a circle's loans, in percent, if the cap of the day allows it.

    Raises RuleViolation: `circle_rate_above_cap` with `rate`, `cap` and `most`, the highest rate a month within it.
    """
    cap = await rate_cap(unit)
    rate = all_in_of(monthly_rate)
    if rate > cap:
        most = most_monthly(cap)
        raise RuleViolation(ErrorCode.CIRCLE_RATE_ABOVE_CAP, rate=f"{rate:.2f}", cap=f"{cap:.2f}", most=f"{most:.2f}")
    return rate


async def quote(unit: Unit, principal: Money, months: int, monthly_rate: Decimal) -> Quote:
    """Price a circle's loan that is paid out today; nothing is stored.

    Raises:
        InvalidInput: `loan_amount_range`, `loan_count`. RuleViolation: `circle_rate_above_cap`.
    """
    product = loan_product(await product_on_sale(unit, CIRCLE_LOAN))
    require_sum(product, principal)
    rate = await require_within_cap(unit, monthly_rate)
    tenor = product.tenor(months, PeriodUnit.MONTH)
    terms = product.terms(principal, tenor, monthly_rate * MONTHS_A_YEAR, unit.open_on)
    return Quote(product, GRADES[0], tenor, terms, schedule(terms, is_bank_holiday), rate)


async def require_may_borrow(unit: Unit, customer: Customer, offered: Quote, besides: Money) -> None:
    """Refuse who is frozen, has not said to be 18, has excluded themselves, or would pay too much of their income.

    Args:
        besides: contributions to circles that fall due within 30 days.

    Raises:
        NotAllowed: `account_frozen`, `adult_unconfirmed`.
        RuleViolation: `self_excluded` with `until`; `circle_loan_income`: instalments and contributions take more than
            40 % of the income that was said.
    """
    await signing.require_may_sign(unit, customer)
    await require_may_take_on(unit, customer.id)
    facts = await applicant(unit, customer, offered.product)
    burden = (offered.monthly + facts.own_instalments + facts.other_instalments + besides).amount
    if facts.income is not None and burden > facts.income.amount * AFFORDABLE_SHARE:
        raise RuleViolation(ErrorCode.CIRCLE_LOAN_INCOME)


async def lend(  # noqa: PLR0913 - what a circle and its member agree to, given by name
    unit: Unit,
    circle_id: int,
    customer_id: int,
    principal: Money,
    months: int,
    monthly_rate: Decimal,
    key: str,
    *,
    automatic_debit: bool,
    besides: Money | None = None,
    write: Write = bare,
) -> tuple[Loan, str]:
    """Pay a circle's loan out into its borrower's wallet; return the loan and the entry's reference.

    D 1100 C 2010 and D 2033 C 2034, so that no more is lent than the circle has. The caller has seen to the vote.

    Raises:
        As `quote` and `require_may_borrow`. Conflict: `circle_sharing_out`. InsufficientFunds: the circle's cash.
    """
    customer = await lock_customer(unit, customer_id)
    known = await signing.known(unit, key)
    if known is not None:
        return known
    offered = await quote(unit, principal, months, monthly_rate)
    await require_may_borrow(unit, customer, offered, besides or Money.zero(principal.asset))
    loan = signing.loan_of(
        unit,
        customer_id,
        offered,
        key,
        paid_out=principal,
        automatic_debit=automatic_debit,
        from_change_plus=False,
    )
    loan.funding_circle = circle_id
    await require_not_held(unit, loan.funding_circle)
    unit.session.add(loan)
    await unit.session.flush()
    plan = await signing.write_instalments(unit, loan, offered)
    agreed = contract_of(loan, offered, plan, refinances=False, sureties=())
    posted = await signing.pay_out_by(unit, customer, loan, agreed, write)
    record(unit, loan, "disbursed", {"reference": posted.reference, "amount": loan.principal})
    await signing.tell(unit, loan, plan, posted.reference)
    return loan, posted.reference
