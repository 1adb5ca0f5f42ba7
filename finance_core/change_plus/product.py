"""Change Plus's terms, parsed from the catalogue and checked to be sellable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlalchemy import select

from finance_core.catalogue import ProductVersion
from finance_core.catalogue import product as product_on_sale
from finance_core.change_plus.portfolio import Instrument, income_per_10000
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.storage.unit import Unit

CHANGE_PLUS: Final = "change_plus"


@dataclass(frozen=True, slots=True)
class MoneyFund:
    """A money-market wallet. Its units are worth 1.00 each; sums in its asset."""

    code: str
    version: int
    number: int
    """The fund's id: the owner of its accounts, and the name of its books."""
    asset: Asset
    unit_asset: Asset
    minimum: Money
    holding_cap: Money
    """The most that one person may hold, whatever the tier."""
    day_quota: Money
    """The most that all people together may put in on one day."""
    fast_quota: Money
    """The most that one person may take out at once on one day."""
    advance_line: Money
    """The most that the institution advances for fast redemptions, all people together, until the fund pays it back."""
    cash_share: Decimal
    """Of the fund's assets: what it keeps at its bank, once nobody waits for money."""
    daily_liquidity: Money
    """The most that its instruments bring in cash on a dealing day without an operator's doing."""
    cut_off: time
    """On the institution's wall, of a dealing day."""
    risk: str
    portfolio_yield: Decimal | None
    """Percent a year; None: an operator publishes each day's income."""
    portfolio: tuple[Instrument, ...]

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
        .order_by(ProductVersion.version.desc())
        .limit(1)
    )
    return money_fund((await unit.session.scalars(statement)).one())


def money_fund(sold: ProductVersion) -> MoneyFund:
    """Return the fund behind a version of the catalogue."""
    return parsed(sold.code, sold.version, sold.terms)


def check(code: str, terms: TomlTable) -> None:
    """Refuse terms that cannot be sold. Raises InvalidInput: `product_terms` with product, field and reason."""
    parsed(code, 0, terms)


def parsed(code: str, version: int, terms: TomlTable) -> MoneyFund:
    """Return the fund that the catalogue's table describes. Raises InvalidInput: `product_terms`."""
    try:
        return _parsed(code, version, terms)
    except KeyError as missing:
        raise InvalidInput("product_terms", product=code, field=str(missing.args[0]), reason="missing") from None
    except (ValueError, TypeError, InvalidOperation) as fault:
        raise InvalidInput("product_terms", product=code, field="", reason=str(fault)) from fault


def _parsed(code: str, version: int, terms: TomlTable) -> MoneyFund:
    asset, unit_asset = ASSETS[terms["asset"]], ASSETS[terms["unit_asset"]]
    if asset.scale != unit_asset.scale:
        raise ValueError("a unit worth 1.00 has the decimals of its money")
    portfolio = tuple(_instrument(each) for each in terms.get("portfolio", ()))
    is_computed = "portfolio_yield" in terms
    if is_computed and sum(each.share for each in portfolio) != 1:
        raise ValueError("the shares of the portfolio do not add up to 1")
    return MoneyFund(
        code=code,
        version=version,
        number=int(terms["number"]),
        asset=asset,
        unit_asset=unit_asset,
        minimum=Money.of(terms["minimum"], asset),
        holding_cap=Money.of(terms["holding_cap"], asset),
        day_quota=Money.of(terms["day_quota"], asset),
        fast_quota=Money.of(terms["fast_quota"], asset),
        advance_line=Money.of(terms["advance_line"], asset),
        cash_share=_share(terms["cash_share"]),
        daily_liquidity=Money.of(terms["daily_liquidity"], asset),
        cut_off=time.fromisoformat(terms["cut_off"]),
        risk=str(terms["risk"]),
        portfolio_yield=Decimal(terms["portfolio_yield"]) if is_computed else None,
        portfolio=portfolio,
    )


def _share(said: str) -> Decimal:
    share = Decimal(said)
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    return share


def _instrument(terms: TomlTable) -> Instrument:
    cycle_days = int(terms["cycle_days"])
    if cycle_days < 1:
        raise ValueError("a cycle takes a day at least")
    return Instrument(
        name=str(terms["name"]),
        share=Decimal(terms["share"]),
        spread=Decimal(terms["spread"]),
        swing=Decimal(terms["swing"]),
        cycle_days=cycle_days,
    )
