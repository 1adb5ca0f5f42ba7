"""What a person would like to borrow: read from what was said, kept in a card's intent, and read from it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.kernel.money import Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.origination.quoting import LIGHTNING, Quote
from finance_core.loans.products.product_terms import LoanProduct
from handlers.chat.questions import Slots
from handlers.loans.intents import QuotedLoan
from handlers.loans.screens.borrow import DEBITS, PARTS

SHARES: Final = {"all": 1, "half": 2, "quarter": 4}
"""Into how many a line is divided when that part of it is paid out at signing."""


@dataclass(frozen=True, slots=True)
class LoanRequest:
    """What a person would like to borrow, and how. `application` is the offer that an officer has made."""

    product: str
    principal: Money
    count: int | None
    unit: PeriodUnit | None
    refinances: bool = False
    debit: str = DEBITS[0]
    part: str = PARTS[0]
    application: int | None = None


def unit_slot(slots: Slots) -> PeriodUnit | None:
    """Return what instalments are counted in. Raises InvalidInput: `loan_unit`, for a word that none is."""
    said = slots.get("unit")
    if said is None:
        return None
    if said not in tuple(PeriodUnit):
        raise InvalidInput(ErrorCode.LOAN_UNIT)
    return PeriodUnit(said)


def fitting(sold: list[LoanProduct], slots: Slots, unit: PeriodUnit | None) -> list[LoanProduct]:
    """Return the products that may be meant: the named one, else *Lightning* where it fits, else all that do.

    Raises:
        NotFound: `product`. InvalidInput: `loan_unit`: nothing is sold like that.
    """
    if "product" in slots:
        named = [product for product in sold if product.code == slots["product"]]
        if not named:
            raise NotFound(ErrorCode.PRODUCT, product=slots["product"])
        return named
    found = [product for product in sold if any(unit in (None, tenor.unit) for tenor in product.tenors)]
    if not found:
        raise InvalidInput(ErrorCode.LOAN_UNIT)
    return [product for product in found if product.code == LIGHTNING] or found


def paid_out(quote: Quote, part: str) -> Money:
    """Return what of a line is paid out at signing, in whole steps of the product, at least its smallest draw."""
    draws, step = quote.product.draws, quote.product.step.amount
    if draws is None or part == PARTS[0]:
        return quote.principal
    share = Money(quote.principal.amount // SHARES[part] // step * step, quote.principal.asset)
    return max(share, draws.least)


def quoted_loan(request: LoanRequest, quote: Quote, quoted_on: date) -> QuotedLoan:
    """Return a request as the intent keeps it, with the day whose figures the card shows."""
    return QuotedLoan(
        product=request.product,
        sum=request.principal,
        count=quote.tenor.count,
        unit=quote.tenor.unit,
        debit=request.debit,
        part=request.part,
        old=request.refinances,
        application=request.application,
        quoted_on=quoted_on,
        all_in=quote.all_in_rate,
    )


def request_of(quoted: QuotedLoan) -> LoanRequest:
    """Return the request that an intent keeps."""
    return LoanRequest(
        quoted.product,
        quoted.sum,
        quoted.count,
        quoted.unit,
        refinances=quoted.old,
        debit=quoted.debit,
        part=quoted.part,
        application=quoted.application,
    )
