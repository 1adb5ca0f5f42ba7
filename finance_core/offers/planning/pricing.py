"""The figures that an offer shows of its product, computed from the catalogue for the day of sending: never typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import text

from finance_core.catalogue import ProductVersion
from finance_core.catalogue import product as product_on_sale
from finance_core.change_plus.product import money_fund
from finance_core.deposits.product import deposit_product
from finance_core.funds.product import terms_of as nav_fund
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import RuleViolation
from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import read
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.origination.quoting import Quote, priced
from finance_core.loans.products.parts import Tenor
from finance_core.loans.products.product import loan_product
from finance_core.loans.products.product_terms import GRADES, LoanProduct
from finance_core.offers.planning.people import People
from finance_core.offers.rules.crediting import WINDOW
from finance_core.offers.rules.figures import DepositFigures, FundFigures, TermRate
from finance_core.offers.rules.price import (
    FEWEST_CONTRACTS,
    Example,
    gathered,
    representative,
    shown,
)
from finance_core.storage.unit import Unit

LOANS, DEPOSITS, CHANGE_PLUS, FUNDS = "loans", "deposits", "wealth", "funds"
BEST_FIRST: Final = tuple(reversed(GRADES))
LOOKED_BACK: Final = timedelta(days=90)

Figures = Example | DepositFigures | FundFigures

_KINDS: Final[Mapping[str, type[Example | DepositFigures | FundFigures]]] = {
    LOANS: Example,
    DEPOSITS: DepositFigures,
    CHANGE_PLUS: FundFigures,
    FUNDS: FundFigures,
}
_GRADES_OF_PEOPLE: Final = """
    WITH people AS ({people}), repaid AS (
        SELECT people.customer_id, count(loan.id) AS loans FROM people LEFT JOIN loan
            ON loan.customer_id = people.customer_id AND loan.state = 'settled' AND loan.funding_circle IS NULL
        GROUP BY people.customer_id
    ) SELECT least(loans, :most) AS place, count(*) AS people FROM repaid GROUP BY 1
"""
_GRADES_OF_CONTRACTS: Final = text(
    """
    SELECT loan.grade, count(*) AS people FROM loan
    WHERE loan.product = :product AND loan.disbursed_on > :since AND loan.state <> 'void' AND EXISTS (
        SELECT FROM offer_tap tap JOIN broadcast ON broadcast.id = tap.broadcast_id
            JOIN offer ON offer.id = broadcast.offer_id AND offer.topic = 'loans'
        WHERE tap.customer_id = loan.customer_id AND tap.at <= loan.signed_at
            AND tap.at >= loan.signed_at - CAST(:window AS interval))
    GROUP BY loan.grade
    """
)
_USUAL: Final = text(
    """
    SELECT count(*) AS contracts, percentile_disc(0.5) WITHIN GROUP (ORDER BY principal) AS principal,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY count) FILTER (WHERE unit = :unit) AS periods
    FROM loan WHERE product = :product AND disbursed_on > :since AND state <> 'void'
    """
)


async def figures_of(unit: Unit, code: str, people: People, on: date) -> Figures:
    """Return what an offer of a product shows to some people on a day.

    Raises:
        NotFound: `product`. RuleViolation: `offer_without_example`: nobody is represented, or nothing is sold of it.
    """
    sold = await product_on_sale(unit, code)
    match sold.line:
        case "loans":
            return await _example(unit, loan_product(sold), people, on)
        case "deposits":
            return _of_deposit(sold)
        case "wealth" | "funds":
            return _of_fund(sold)
    raise RuleViolation(ErrorCode.OFFER_WITHOUT_EXAMPLE, product=code)


def figures_in(line: str, said: JsonObject) -> Figures:
    """Return the figures that were kept. Raises UnreadablePayload."""
    return read(_KINDS[line], said)


async def percents_of_any(unit: Unit, code: str, on: date) -> tuple[frozenset[Decimal], frozenset[Decimal]]:
    """Return the percents and sums that some audience's example of a product might show: what a draft may name."""
    sold = await product_on_sale(unit, code)
    if sold.line != LOANS:
        figures = _of_deposit(sold) if sold.line == DEPOSITS else _of_fund(sold)
        return figures.percents, figures.sums
    product = loan_product(sold)
    amount, tenor = await _usual(unit, product, on)
    every = [_shown(product, amount, tenor, grade, on) for grade in BEST_FIRST]
    return frozenset().union(*(each.percents for each in every)), frozenset().union(*(each.sums for each in every))


# -- credit -----------------------------------------------------------------------------------------------------------


async def _example(unit: Unit, product: LoanProduct, people: People, on: date) -> Example:
    audience = await _grades_of(unit, people)
    grade = representative(audience, await _contracts(unit, product.code, on), BEST_FIRST)
    if grade is None:
        raise RuleViolation(ErrorCode.OFFER_WITHOUT_EXAMPLE, product=product.code)
    amount, tenor = await _usual(unit, product, on)
    return _shown(product, amount, tenor, grade, on)


def _shown(product: LoanProduct, amount: Money, tenor: Tenor, grade: str, on: date) -> Example:
    """Return the example of a grade, and the range of all grades."""
    by_grade = {each: priced(product, tenor, amount, each, on) for each in BEST_FIRST}
    rates = [shown(quote.all_in_rate) for quote in by_grade.values()]
    return example_of(by_grade[grade], min(rates), max(rates))


def example_of(quote: Quote, lowest: Decimal, highest: Decimal) -> Example:
    """Return a quote as the example of an offer, between the all-in rates of the best and the worst grade."""
    asset, lines = quote.principal.asset, quote.schedule.instalments
    return Example(
        product=quote.product.code,
        version=quote.product.version,
        grade=quote.grade,
        amount=quote.principal,
        count=quote.tenor.count,
        unit=str(quote.tenor.unit),
        rate=shown(quote.terms.annual_rate),
        received=quote.principal - quote.withheld,
        withheld=quote.withheld,
        fee_each=quote.product.fees.each_instalment,
        payments=gathered(Money(line.total, asset) for line in lines),
        last_on=lines[-1].due_on,
        total=quote.repaid,
        cost=quote.cost,
        all_in=shown(quote.all_in_rate),
        lowest=lowest,
        highest=highest,
    )


async def _grades_of(unit: Unit, people: People) -> dict[str, int]:
    """Return how many people have each grade now."""
    statement = text(_GRADES_OF_PEOPLE.format(people=people.sql))
    rows = await unit.session.execute(statement, {**people.parameters, "most": len(GRADES) - 1})
    return {GRADES[row.place]: row.people for row in rows}


async def _contracts(unit: Unit, code: str, on: date) -> dict[str, int]:
    """Return the grades of the contracts that came out of offers of late."""
    bound = {"product": code, "since": on - LOOKED_BACK, "window": WINDOW}
    return {row.grade: row.people for row in await unit.session.execute(_GRADES_OF_CONTRACTS, bound)}


async def _usual(unit: Unit, product: LoanProduct, on: date) -> tuple[Money, Tenor]:
    """Return the median sum and term of a product's contracts of late; of fewer than 20, the catalogue's example."""
    bound = {"product": product.code, "since": on - LOOKED_BACK, "unit": str(product.default.unit)}
    row = (await unit.session.execute(_USUAL, bound)).one()
    if row.contracts < FEWEST_CONTRACTS:
        return product.example or product.minimum, product.default
    amount = int(row.principal) // product.step.amount * product.step.amount
    known = {(tenor.count, tenor.unit): tenor for tenor in product.tenors}
    tenor = known.get((row.periods, PeriodUnit(product.default.unit)), product.default)
    return Money(min(max(amount, product.minimum.amount), product.maximum.amount), product.asset), tenor


# -- what is not credit -----------------------------------------------------------------------------------------------


def _of_deposit(sold: ProductVersion) -> DepositFigures:
    product = deposit_product(sold)
    terms = tuple(TermRate(days, rate) for days, rate in sorted(product.rates.items()))
    return DepositFigures(product=sold.code, version=sold.version, terms=terms, demand_rate=product.demand_rate)


def _of_fund(sold: ProductVersion) -> FundFigures:
    none = Decimal(0)
    if sold.line == CHANGE_PLUS:
        risk, fees = money_fund(sold).risk, (none, none, none)
    else:
        fund = nav_fund(sold)
        entry = max((tier.percent for tier in fund.subscription_fees), default=none)
        leaving = max((tier.percent for tier in fund.redemption_fees), default=none)
        risk, fees = fund.risk, (entry, leaving, fund.management_fee)
    return FundFigures(
        product=sold.code, version=sold.version, risk=risk, entry_fee=fees[0], exit_fee=fees[1], yearly_fee=fees[2]
    )
