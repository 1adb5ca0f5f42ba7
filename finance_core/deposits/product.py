"""A term deposit's terms, parsed from the catalogue and checked to be sellable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from finance_core.catalogue import ProductVersion
from finance_core.catalogue import product as product_on_sale
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.storage.unit import Unit

TERM_DEPOSIT: Final = "term_deposit"


@dataclass(frozen=True, slots=True)
class DepositProduct:
    """What is sold: how long at which rate, from and up to how much."""

    code: str
    version: int
    asset: Asset
    minimum: Money
    maximum: Money
    """Of one contract."""
    limits: Mapping[int, Money]
    """What one person may have in deposits, by tier; a tier that is not named may have none."""
    rates: Mapping[int, Decimal]
    """Percent a year by days, the shortest first."""
    demand_rate: Decimal
    """Percent a year on what is taken out early."""
    asked_days_before: int
    """How long before maturity people are asked whether to roll over."""

    def limit(self, tier: int) -> Money:
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
    return parsed(sold.code, sold.version, sold.terms)


def check(code: str, terms: TomlTable) -> None:
    """Refuse terms that cannot be sold. Raises InvalidInput: `product_terms` with product, field and reason."""
    parsed(code, 0, terms)


def parsed(code: str, version: int, terms: TomlTable) -> DepositProduct:
    """Return the deposit that the catalogue's table describes. Raises InvalidInput: `product_terms`."""
    try:
        return _checked(_parsed(code, version, terms))
    except KeyError as missing:
        raise InvalidInput("product_terms", product=code, field=str(missing.args[0]), reason="missing") from None
    except (ValueError, TypeError, InvalidOperation) as fault:
        raise InvalidInput("product_terms", product=code, field="", reason=str(fault)) from fault


def _parsed(code: str, version: int, terms: TomlTable) -> DepositProduct:
    asset = ASSETS[terms["asset"]]
    rates = {int(each["days"]): Decimal(each["rate"]) for each in terms["terms"]}
    return DepositProduct(
        code=code,
        version=version,
        asset=asset,
        minimum=Money.of(terms["minimum"], asset),
        maximum=Money.of(terms["maximum"], asset),
        limits={int(tier): Money.of(most, asset) for tier, most in terms["limits"].items()},
        rates=dict(sorted(rates.items())),
        demand_rate=Decimal(terms["demand_rate"]),
        asked_days_before=int(terms["asked_days_before"]),
    )


def _checked(product: DepositProduct) -> DepositProduct:
    if not product.rates or min(product.rates) <= product.asked_days_before:
        raise ValueError("a deposit lasts longer than the days before its end on which people are asked")
    if product.demand_rate < 0 or min(product.rates.values()) < product.demand_rate:
        raise ValueError("no deposit earns less than on demand")
    if not Money.zero(product.asset) < product.minimum <= product.maximum:
        raise ValueError("the minimum is above 0 and at most the maximum")
    return product
