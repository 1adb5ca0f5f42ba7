"""Loan products as the catalogue describes them: read, and checked to be sellable."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product as combinations

from finance_core.catalogue import ProductVersion
from finance_core.kernel.annual_rate import NoRate
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import Money
from finance_core.loans.products.parts import Tenor
from finance_core.loans.products.product_terms import LoanProduct, is_bank_holiday
from finance_core.loans.rules.price import all_in
from finance_core.loans.rules.schedule import schedule


def loan_product(sold: ProductVersion) -> LoanProduct:
    """Return the product behind a version of the catalogue."""
    return LoanProduct.parsed(sold.code, sold.version, sold.terms)


def check(code: str, terms: TomlTable, on: date) -> None:
    """Refuse terms that cannot be sold from `on` on.

    Raises:
        InvalidInput: `product_terms` with product, field and reason; `product_above_cap` with product, grade, tenor,
            rate and cap: some combination's all-in rate breaks the cap in force on that day.
    """
    product = LoanProduct.parsed(code, 0, terms)
    if product.rate_caps[0].from_on > on:
        raise InvalidInput(ErrorCode.PRODUCT_TERMS, product=code, field="rate_caps", reason="begin after the contract")
    cap = product.cap_on(on)
    for grade, tenor, principal in combinations(
        product.rates, product.tenors, dict.fromkeys((product.minimum, product.maximum))
    ):
        rate = _all_in_rate(product, principal, tenor, grade, on)
        if rate is None or rate > cap:
            raise InvalidInput(
                ErrorCode.PRODUCT_ABOVE_CAP,
                product=code,
                grade=grade,
                tenor=f"{tenor.count} × {tenor.every} {tenor.unit}",
                rate="—" if rate is None else f"{rate:.2f}",
                cap=f"{cap:.2f}",
            )


def _all_in_rate(product: LoanProduct, principal: Money, tenor: Tenor, grade: str, on: date) -> Decimal | None:
    """Return the all-in rate of one combination, None where fees eat the loan."""
    terms = product.terms(principal, tenor, product.rates[grade], on)
    try:
        return all_in(terms, schedule(terms, is_bank_holiday))
    except NoRate:
        return None
