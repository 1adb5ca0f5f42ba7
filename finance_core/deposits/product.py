"""A term deposit's terms, parsed from the catalogue and checked to be sellable."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import Field, ValidationInfo, model_validator

from finance_core.catalogue import ProductVersion
from finance_core.catalogue import product as product_on_sale
from finance_core.catalogue.terms import (
    Amount,
    Days,
    MainAsset,
    Percent,
    ProductNumber,
    ProductTerms,
    amount_in,
    listed_in,
    made_by,
    made_with,
    number_in,
    whole_in,
)
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import Money
from finance_core.storage.unit import Unit

TERM_DEPOSIT: Final = "term_deposit"
LONGEST_DAYS: Final = 3_660


def _rates(terms: list[TomlTable]) -> dict[int, Decimal]:
    """Return percent a year by days, the shortest first."""
    rates = [(whole_in(each["days"], 1, LONGEST_DAYS), number_in(each["rate"], 0, 100)) for each in listed_in(terms)]
    if len(dict(rates)) < len(rates):
        raise ValueError("two terms last as many days")
    return dict(sorted(rates))


def _limits(table: TomlTable, info: ValidationInfo) -> dict[int, Money]:
    return {whole_in(tier, 0, 9): amount_in(most, info) for tier, most in table.items()}


class DepositProduct(ProductTerms):
    """What is sold: how long at which rate, from and up to how much."""

    number: ProductNumber
    asset: MainAsset
    rates: Annotated[Mapping[int, Decimal], made_by(_rates), Field(alias="terms")]
    """Percent a year by days, the shortest first."""
    minimum: Amount
    maximum: Amount
    """Of one contract."""
    limits: Annotated[Mapping[int, Money], made_with(_limits)]
    """What one person may have in deposits, by tier; a tier that is not named may have none."""
    demand_rate: Percent
    """Percent a year on what is taken out early."""
    asked_days_before: Days
    """How long before maturity people are asked whether to roll over."""

    @model_validator(mode="after")
    def _sellable(self) -> Self:
        if not self.rates or min(self.rates) <= self.asked_days_before:
            raise ValueError("a deposit lasts longer than the days before its end on which people are asked")
        if self.demand_rate < 0 or min(self.rates.values()) < self.demand_rate:
            raise ValueError("no deposit earns less than on demand")
        if not Money.zero(self.asset) < self.minimum <= self.maximum:
            raise ValueError("the minimum is above 0 and at most the maximum")
        return self

    def limit(self, tier: int) -> Money:
        """Return the most that a person of a tier may have in deposits; zero for a tier that may have none."""
        return self.limits.get(tier, Money.zero(self.asset))

    def next_tier(self, tier: int) -> int | None:
        """Return the tier above that may have more, None when there is none."""
        return next((other for other in sorted(self.limits) if other > tier), None)

    def takes(self, amount: Money, days: int) -> bool:
        """Say whether a contract of `amount` for `days` is sold."""
        return days in self.rates and self.minimum <= amount <= self.maximum


async def deposit_on_sale(unit: Unit, code: str = TERM_DEPOSIT) -> DepositProduct:
    """Return a deposit's terms on the book's day. Raises NotFound: `product`."""
    return deposit_product(await product_on_sale(unit, code))


def deposit_product(sold: ProductVersion) -> DepositProduct:
    """Return the deposit behind a version of the catalogue."""
    return DepositProduct.parsed(sold.code, sold.version, sold.terms)


def check(code: str, terms: TomlTable) -> None:
    """Refuse terms that cannot be sold. Raises InvalidInput: `product_terms` with product, field and reason."""
    DepositProduct.parsed(code, 0, terms)
