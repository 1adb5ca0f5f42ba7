"""A term deposit's terms, parsed from the catalogue and checked to be sellable."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Self

from pydantic import Field, ValidationInfo, model_validator

from finance_core.catalogue import ProductVersion
from finance_core.catalogue import product as product_on_sale
from finance_core.catalogue.terms import Amount, MainAsset, Number, ProductTerms, Whole, amount_in, made_by, made_with
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import Money
from finance_core.storage.unit import Unit

TERM_DEPOSIT: Final = "term_deposit"


def _rates(terms: list[Mapping[str, Any]]) -> dict[int, Decimal]:
    """Return percent a year by days, the shortest first."""
    return dict(sorted((int(each["days"]), Decimal(each["rate"])) for each in terms))


def _limits(table: Mapping[str, Any], info: ValidationInfo) -> dict[int, Money]:
    return {int(tier): amount_in(most, info) for tier, most in table.items()}


class DepositProduct(ProductTerms):
    """What is sold: how long at which rate, from and up to how much."""

    asset: MainAsset
    rates: Annotated[Mapping[int, Decimal], made_by(_rates), Field(alias="terms")]
    """Percent a year by days, the shortest first."""
    minimum: Amount
    maximum: Amount
    """Of one contract."""
    limits: Annotated[Mapping[int, Money], made_with(_limits)]
    """What one person may have in deposits, by tier; a tier that is not named may have none."""
    demand_rate: Number
    """Percent a year on what is taken out early."""
    asked_days_before: Whole
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
