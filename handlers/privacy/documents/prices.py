"""The price list, made from the catalogue: rates and fees of loans, what saving brings, what funds cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from finance_core.change_plus.product import MoneyFund
from finance_core.deposits.product import DepositProduct
from finance_core.funds.product import NavFundTerms
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.loans.products.product_terms import LoanProduct, is_bank_holiday
from finance_core.loans.rules.price import all_in
from finance_core.loans.rules.schedule import schedule
from handlers.documents.paper import Document
from handlers.documents.texts import plain_document
from handlers.loans.screens.borrow import product_name
from handlers.locales import Html, Translator

EXAMPLE: Final = Money.of(3_000, BASE_CURRENCY)
"""What all-in rates are said of, within a product's bounds."""

Block = tuple[str, ...]
Section = tuple[str, tuple[Html, ...]]
"""A title, and its lines."""


@dataclass(frozen=True, slots=True)
class Sold:
    """What is on sale on a day."""

    on: date
    loans: tuple[LoanProduct, ...]
    change_plus: MoneyFund
    deposit: DepositProduct
    funds: tuple[NavFundTerms, ...]


def sections(t: Translator, sold: Sold) -> list[Section]:
    """Return the price list by what it is about; the chat and the paper show the same."""
    return [
        (str(t("privacy.prices_wallet")), (t("privacy.wallet_free", nothing=Money.zero(BASE_CURRENCY)),)),
        *((str(product_name(t, product.code)), tuple(_loan(t, product, sold.on))) for product in sold.loans),
        (str(t("privacy.prices_saving")), tuple(_saving(t, sold))),
        *((t.own(fund.name), tuple(_fund(t, fund))) for fund in sold.funds),
    ]


def document(t: Translator, sold: Sold, institution: str, now: datetime) -> Document:
    """Return the price list's text."""
    blocks = [
        block
        for title, told in sections(t, sold)
        for block in (("heading", title), *(("text", str(each)) for each in told))
    ]
    return plain_document(
        title=str(t("privacy.prices_button")),
        subtitle=str(t("privacy.as_of", day=sold.on)),
        headline=str(t("privacy.prices_headline")),
        under=institution,
        blocks=tuple(blocks),
        footer=str(t("privacy.as_of", day=sold.on)),
        dated=now,
    )


def _loan(t: Translator, product: LoanProduct, on: date) -> Iterator[Html]:
    """Yield what a loan costs: rates by grade all in and by contract, fees, what being late costs."""
    amount = min(max(EXAMPLE, product.minimum), product.maximum)
    rates = sorted(product.rates.values())
    whole = [_all_in(product, amount, rate, on) for rate in (rates[0], rates[-1])]
    yield t("privacy.loan_all_in", low=t.percent(whole[0]), high=t.percent(whole[-1]), amount=amount)
    yield t("privacy.loan_rate", low=t.percent(rates[0]), high=t.percent(rates[-1]))
    yield t("privacy.loan_range", least=product.minimum, most=product.maximum)
    fees = product.fees
    if fees.withheld_from(amount):
        yield t("privacy.loan_fee_first", fee=fees.withheld_from(amount), amount=amount)
    if fees.each_instalment:
        yield t("privacy.loan_fee_each", fee=fees.each_instalment)
    if not fees.withheld_from(amount) and not fees.each_instalment:
        yield t("privacy.loan_no_fee")
    late = t(
        "privacy.loan_late", factor=product.penalty_factor.normalize(), days=t("common.day", count=product.grace_days)
    )
    yield late
    if fees.late:
        yield t("privacy.loan_fee_late", fee=fees.late)


def _all_in(product: LoanProduct, amount: Money, rate: Decimal, on: date) -> Decimal:
    terms = product.terms(amount, product.default, rate, on)
    return all_in(terms, schedule(terms, is_bank_holiday))


def _saving(t: Translator, sold: Sold) -> Iterator[Html]:
    yield t("privacy.change_plus_free", fast=sold.change_plus.fast_quota)
    for days, rate in sold.deposit.rates.items():
        yield t("privacy.deposit_rate", days=t("common.day", count=days), rate=t.percent(rate))
    yield t("privacy.deposit_early", rate=t.percent(sold.deposit.demand_rate))


def _fund(t: Translator, fund: NavFundTerms) -> Iterator[Html]:
    """Yield what buying, holding and selling a fund costs."""
    for tier in fund.subscription_fees:
        key = "privacy.fund_buy" if tier.below is None else "privacy.fund_buy_below"
        below = fund.money(tier.below) if tier.below is not None else None
        yield t(key, percent=t.percent(tier.percent), below=below)
    for time in fund.redemption_fees:
        key = "privacy.fund_sell" if time.below_days is None else "privacy.fund_sell_below"
        days = t("common.day", count=time.below_days) if time.below_days is not None else None
        yield t(key, percent=t.percent(time.percent), days=days)
    yield t("privacy.fund_holding", percent=t.percent(fund.management_fee))
