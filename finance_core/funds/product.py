"""A fund's terms, parsed from the catalogue and checked to be sellable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlalchemy import select

from finance_core.catalogue import ProductVersion, product_version
from finance_core.catalogue import product as product_on_sale
from finance_core.funds.rules import AmountTier, TimeTier
from finance_core.funds.series import nav_in, series_called
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import ASSETS, UNITS_PREFIX, Asset, Money
from finance_core.storage.unit import Unit
from finance_core.suitability.rules import RISKS

LINE: Final = "funds"
FIRST_NUMBER: Final = 11
"""Funds of Change Plus's line have the numbers before: a number names the books of one fund only."""

DIVIDEND_CHOICES: Final = ("cash", "units")
LANGUAGES: Final = ("en", "zh")
SHORT_DAYS: Final = 7
SHORT_PERCENT: Final = Decimal("1.5")
"""Units held fewer days than that leave at least this much in the fund (CSRC's rules on open-ended funds)."""


@dataclass(frozen=True, slots=True)
class NavFundTerms:
    """A fund as it is sold. Sums in its asset, units in its own."""

    code: str
    version: int
    number: int
    """The fund's id: the owner of its accounts, and the name of its books."""
    asset: Asset
    unit_asset: Asset
    name: Mapping[str, str]
    """By language."""
    holds: Mapping[str, str]
    """What it invests in, by language."""
    aliases: tuple[str, ...]
    """Other names that people write."""
    risk: str
    """R1 to R5."""
    minimum: Money
    minimum_units: Money
    """The fewest units of a redemption, unless it is all that is held."""
    holding_limits: tuple[Money, ...]
    """What one person may have in it, by tier."""
    cut_off: time
    """On the institution's wall, of a dealing day."""
    subscription_fees: tuple[AmountTier, ...]
    redemption_fees: tuple[TimeTier, ...]
    management_fee: Decimal
    """Percent a year; the NAV knows it already."""
    pays_after: int
    """Dealing days from a redemption's confirmation to its money."""
    dividends: str
    """How distributions are taken unless the holder chooses: `cash` or `units`."""
    navs: str | None
    """The table of prices that publishes itself; None: an operator publishes each day's."""

    def series_nav(self, day: date) -> Decimal | None:
        """Return the NAV that the fund's own table has for a day, None when an operator has to say it."""
        return nav_in(self.navs, self.code, day) if self.navs is not None else None

    def units(self, minor: int) -> Money:
        return Money(minor, self.unit_asset)

    def money(self, minor: int) -> Money:
        return Money(minor, self.asset)


async def fund_on_sale(unit: Unit, code: str) -> NavFundTerms:
    """Return a fund's terms on the book's day. Raises NotFound: `product`."""
    return terms_of(await product_on_sale(unit, code))


async def fund_as_of(unit: Unit, code: str, version: int) -> NavFundTerms:
    """Return the terms that an order was given under. Raises NotFound: `product`."""
    return terms_of(await product_version(unit, code, version))


async def funds_on_sale(unit: Unit) -> list[NavFundTerms]:
    """Return all funds on sale on the book's day, by number."""
    statement = (
        select(ProductVersion)
        .where(ProductVersion.line == LINE, ProductVersion.valid_from <= unit.open_on)
        .order_by(ProductVersion.version)
    )
    newest = {each.code: each for each in await unit.session.scalars(statement)}
    return sorted((terms_of(each) for each in newest.values()), key=lambda fund: fund.number)


def named(funds: Sequence[NavFundTerms], said: str) -> NavFundTerms | None:
    """Return the fund that people mean by a name, an alias, a code or a unit's code, None when none is."""
    wanted = said.strip().casefold()
    return next((fund for fund in funds if wanted in _names(fund)), None)


def terms_of(sold: ProductVersion) -> NavFundTerms:
    """Return the fund behind a version of the catalogue."""
    return parsed(sold.code, sold.version, sold.terms)


def check(code: str, terms: TomlTable) -> None:
    """Refuse terms that cannot be sold. Raises InvalidInput: `product_terms` with product, field and reason."""
    parsed(code, 0, terms)


def parsed(code: str, version: int, terms: TomlTable) -> NavFundTerms:
    """Return the fund that the catalogue's table describes. Raises InvalidInput: `product_terms`."""
    try:
        fund = _parsed(code, version, terms)
        _require_sellable(fund)
    except KeyError as missing:
        raise InvalidInput("product_terms", product=code, field=str(missing.args[0]), reason="missing") from None
    except (ValueError, TypeError, InvalidOperation) as fault:
        raise InvalidInput("product_terms", product=code, field="", reason=str(fault)) from fault
    return fund


def _parsed(code: str, version: int, terms: TomlTable) -> NavFundTerms:
    asset, unit_asset = ASSETS[terms["asset"]], ASSETS[terms["unit_asset"]]
    return NavFundTerms(
        code=code,
        version=version,
        number=int(terms["number"]),
        asset=asset,
        unit_asset=unit_asset,
        name={language: str(terms["name"][language]) for language in LANGUAGES},
        holds={language: str(terms["holds"][language]) for language in LANGUAGES},
        aliases=tuple(str(alias) for alias in terms.get("aliases", ())),
        risk=str(terms["risk"]),
        minimum=Money.of(terms["minimum"], asset),
        minimum_units=Money.of(terms["minimum_units"], unit_asset),
        holding_limits=tuple(Money.of(limit, asset) for limit in terms["holding_limits"]),
        cut_off=time.fromisoformat(terms["cut_off"]),
        subscription_fees=tuple(_amount_tier(tier, asset) for tier in terms["subscription_fees"]),
        redemption_fees=tuple(_time_tier(tier) for tier in terms["redemption_fees"]),
        management_fee=Decimal(terms["management_fee"]),
        pays_after=int(terms["pays_after"]),
        dividends=str(terms["dividends"]),
        navs=str(terms["navs"]) if "navs" in terms else None,
    )


def _amount_tier(tier: TomlTable, asset: Asset) -> AmountTier:
    below = Money.of(tier["below"], asset).amount if "below" in tier else None
    return AmountTier(below, Decimal(tier["percent"]))


def _time_tier(tier: TomlTable) -> TimeTier:
    return TimeTier(int(tier["below_days"]) if "below_days" in tier else None, Decimal(tier["percent"]))


def _require_sellable(fund: NavFundTerms) -> None:
    """Raises ValueError with what is wrong."""
    if fund.number < FIRST_NUMBER:
        raise ValueError(f"numbers of funds begin at {FIRST_NUMBER}")
    if not fund.unit_asset.code.startswith(UNITS_PREFIX):
        raise ValueError(f"the code of a fund's units begins with {UNITS_PREFIX}")
    if fund.risk not in RISKS:
        raise ValueError(f"a risk is one of {', '.join(RISKS)}")
    if fund.dividends not in DIVIDEND_CHOICES:
        raise ValueError("dividends are taken in cash or units")
    short = [tier for tier in fund.redemption_fees if tier.below_days is None or tier.below_days <= SHORT_DAYS]
    if not fund.redemption_fees or any(tier.percent < SHORT_PERCENT for tier in short if tier.below_days is not None):
        raise ValueError(f"units held fewer than {SHORT_DAYS} days leave at least {SHORT_PERCENT} % in the fund")
    if fund.redemption_fees[0].below_days is None or fund.redemption_fees[0].below_days < SHORT_DAYS:
        raise ValueError(f"the first redemption fee covers the first {SHORT_DAYS} days")
    if fund.navs is not None:
        series_called(fund.navs)


def _names(fund: NavFundTerms) -> set[str]:
    names = (fund.code, fund.code.replace("_", " "), fund.unit_asset.code, *fund.name.values(), *fund.aliases)
    return {name.casefold() for name in names}
