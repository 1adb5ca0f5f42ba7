"""Change Plus's terms, parsed from the catalogue and checked to be sellable."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import AfterValidator, ValidationInfo, model_validator
from sqlmodel import col, select

from finance_core.catalogue import ProductVersion
from finance_core.catalogue import product as product_on_sale
from finance_core.catalogue.terms import (
    Amount,
    MainAsset,
    OtherAsset,
    ProductNumber,
    ProductTerms,
    Text,
    WallTime,
    many,
    number,
)
from finance_core.change_plus.portfolio import Instrument, income_per_10000
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import Asset, Money
from finance_core.storage.unit import Unit
from finance_core.suitability.rules import RISKS

CHANGE_PLUS: Final = "change_plus"


def _of_its_moneys_scale(unit_asset: Asset, info: ValidationInfo) -> Asset:
    if "asset" in info.data and info.data["asset"].scale != unit_asset.scale:
        raise ValueError("a unit worth 1.00 has the decimals of its money")
    return unit_asset


def _known_risk(risk: str) -> str:
    if risk not in RISKS:
        raise ValueError(f"a risk is one of {', '.join(RISKS)}")
    return risk


class MoneyFund(ProductTerms):
    """A money-market wallet. Its units are worth 1.00 each; sums in its asset."""

    asset: MainAsset
    unit_asset: Annotated[OtherAsset, AfterValidator(_of_its_moneys_scale)]
    portfolio: Annotated[tuple[Instrument, ...], many] = ()
    number: ProductNumber
    """The fund's id: the owner of its accounts, and the name of its books."""
    minimum: Amount
    holding_cap: Amount
    """The most that one person may hold, whatever the tier."""
    day_quota: Amount
    """The most that all people together may put in on one day."""
    fast_quota: Amount
    """The most that one person may take out at once on one day."""
    advance_line: Amount
    """The most that the institution advances for fast redemptions, all people together, until the fund pays it back."""
    cash_share: Annotated[Decimal, number(0, 1)]
    """Of the fund's assets: what it keeps at its bank, once nobody waits for money."""
    daily_liquidity: Amount
    """The most that its instruments bring in cash on a dealing day without an operator's doing."""
    cut_off: WallTime
    """On the institution's wall, of a dealing day."""
    risk: Annotated[Text, AfterValidator(_known_risk)]
    portfolio_yield: Annotated[Decimal | None, number(-100, 100)] = None
    """Percent a year; None: an operator publishes each day's income."""

    @model_validator(mode="after")
    def _whole_portfolio(self) -> Self:
        if not Money.zero(self.asset) < self.minimum <= self.holding_cap:
            raise ValueError("the minimum is above 0 and at most what one person may hold")
        if self.portfolio_yield is not None and sum(each.share for each in self.portfolio) != 1:
            raise ValueError("the shares of the portfolio do not add up to 1")
        return self

    def computed_income(self, day: date) -> Decimal | None:
        """Return r of a day as the portfolio earns it, None for a fund whose income is published."""
        if self.portfolio_yield is None:
            return None
        return income_per_10000(day, self.portfolio_yield, self.portfolio)


async def fund_on_sale(unit: Unit, code: str = CHANGE_PLUS) -> MoneyFund:
    """Return a fund's terms on the book's day. Raises NotFound: `product`."""
    return money_fund(await product_on_sale(unit, code))


async def terms_on(unit: Unit, code: str, on: date) -> MoneyFund:
    """Return a fund's terms as they were on a day."""
    statement = (
        select(ProductVersion)
        .where(ProductVersion.code == code, ProductVersion.valid_from <= on)
        .order_by(col(ProductVersion.version).desc())
        .limit(1)
    )
    return money_fund((await unit.session.scalars(statement)).one())


def money_fund(sold: ProductVersion) -> MoneyFund:
    """Return the fund behind a version of the catalogue."""
    return MoneyFund.parsed(sold.code, sold.version, sold.terms)


def check(code: str, terms: TomlTable) -> None:
    """Refuse terms that cannot be sold. Raises InvalidInput: `product_terms` with product, field and reason."""
    MoneyFund.parsed(code, 0, terms)
