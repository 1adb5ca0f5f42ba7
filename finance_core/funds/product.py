"""A fund's terms, parsed from the catalogue and checked to be sellable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Final, Self

from pydantic import ValidationInfo, model_validator
from sqlmodel import col, select

from finance_core.catalogue import ProductVersion, product_version
from finance_core.catalogue import product as product_on_sale
from finance_core.catalogue.terms import (
    Amount,
    MainAsset,
    OtherAsset,
    ProductNumber,
    ProductTerms,
    Text,
    WallTime,
    amount_in,
    amount_of,
    made_by,
    made_with,
    many,
    number,
    number_in,
    text_in,
    whole,
    whole_in,
)
from finance_core.funds.rules import AmountTier, TimeTier
from finance_core.funds.series import nav_in, series_called
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import UNITS_PREFIX, Money
from finance_core.storage.unit import Unit
from finance_core.suitability.rules import RISKS

LINE: Final = "funds"
FIRST_NUMBER: Final = 11
"""Funds of Change Plus's line have the numbers before: a number names the books of one fund only."""

DIVIDEND_CHOICES: Final = ("cash", "units")
LONGEST_DAYS: Final = 36_600
SHORT_DAYS: Final = 7
SHORT_PERCENT: Final = Decimal("1.5")
"""Units held fewer days than that leave at least this much in the fund (CSRC's rules on open-ended funds)."""


def _by_language(table: TomlTable) -> dict[str, str]:
    return {text_in(language): text_in(words) for language, words in table.items()}


def _in_the_same_languages(table: TomlTable, info: ValidationInfo) -> dict[str, str]:
    """Return words by language. Raises KeyError with a language in which the fund's name or these words are missing."""
    names = info.data["name"]
    missing = [language for language in (*names, *table) if language not in table or language not in names]
    if missing:
        raise KeyError(missing[0])
    return _by_language(table)


def _units(value: Any, info: ValidationInfo) -> Money:
    return amount_of(value, info.data["unit_asset"])


def _amount_tier(tier: TomlTable, info: ValidationInfo) -> AmountTier:
    below = amount_in(tier["below"], info).amount if "below" in tier else None
    return AmountTier(below, number_in(tier["percent"], 0, 100))


def _time_tier(tier: TomlTable) -> TimeTier:
    below = whole_in(tier["below_days"], 1, LONGEST_DAYS) if "below_days" in tier else None
    return TimeTier(below, number_in(tier["percent"], 0, 100))


class NavFundTerms(ProductTerms):
    """A fund as it is sold. Sums in its asset, units in its own."""

    asset: MainAsset
    unit_asset: OtherAsset
    number: ProductNumber
    """The fund's id: the owner of its accounts, and the name of its books."""
    name: Annotated[Mapping[str, str], made_by(_by_language)]
    """By language."""
    holds: Annotated[Mapping[str, str], made_with(_in_the_same_languages)]
    """What it invests in, by language."""
    aliases: Annotated[tuple[Text, ...], many] = ()
    """Other names that people write."""
    risk: Text
    """R1 to R5."""
    minimum: Amount
    minimum_units: Annotated[Money, made_with(_units)]
    """The fewest units of a redemption, unless it is all that is held."""
    holding_limits: Annotated[tuple[Amount, ...], many]
    """What one person may have in it, by tier."""
    cut_off: WallTime
    """On the institution's wall, of a dealing day."""
    subscription_fees: Annotated[tuple[Annotated[AmountTier, made_with(_amount_tier)], ...], many]
    redemption_fees: Annotated[tuple[Annotated[TimeTier, made_by(_time_tier)], ...], many]
    management_fee: Annotated[Decimal, number(0, 100)]
    """Percent a year; the NAV knows it already."""
    pays_after: Annotated[int, whole(0, 30)]
    """Dealing days from a redemption's confirmation to its money."""
    dividends: Text
    """How distributions are taken unless the holder chooses: `cash` or `units`."""
    navs: Annotated[str | None, made_by(str)] = None
    """The table of prices that publishes itself; None: an operator publishes each day's."""

    @model_validator(mode="after")
    def _sellable(self) -> Self:
        _require_sellable(self)
        return self

    def series_nav(self, day: date) -> Decimal | None:
        """Return the NAV that the fund's own table has for a day, None when an operator has to say it."""
        return nav_in(self.navs, self.code, day) if self.navs is not None else None

    def holding_limit(self, tier: int) -> Money:
        """Return the most that a person of a tier may have in it."""
        return self.holding_limits[min(tier, len(self.holding_limits) - 1)]

    def units(self, minor: int) -> Money:
        """Return so many minor units as units of the fund."""
        return Money(minor, self.unit_asset)

    def money(self, minor: int) -> Money:
        """Return so many minor units as money of the fund's currency."""
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
        .order_by(col(ProductVersion.version))
    )
    newest = {each.code: each for each in await unit.session.scalars(statement)}
    return sorted((terms_of(each) for each in newest.values()), key=lambda fund: fund.number)


def named(funds: Sequence[NavFundTerms], said: str) -> NavFundTerms | None:
    """Return the fund that people mean by a name, an alias, a code or a unit's code, None when none is."""
    wanted = said.strip().casefold()
    return next((fund for fund in funds if wanted in names_of(fund)), None)


def names_of(fund: NavFundTerms) -> set[str]:
    """Return all that a fund is called, in any language, casefolded."""
    names = (fund.code, fund.code.replace("_", " "), fund.unit_asset.code, *fund.name.values(), *fund.aliases)
    return {name.casefold() for name in names}


def terms_of(sold: ProductVersion) -> NavFundTerms:
    """Return the fund behind a version of the catalogue."""
    return NavFundTerms.parsed(sold.code, sold.version, sold.terms)


def check(code: str, terms: TomlTable) -> None:
    """Refuse terms that cannot be sold. Raises InvalidInput: `product_terms` with product, field and reason."""
    NavFundTerms.parsed(code, 0, terms)


def _require_sellable(fund: NavFundTerms) -> None:
    """Raises ValueError with what is wrong."""
    if fund.number < FIRST_NUMBER:
        raise ValueError(f"numbers of funds begin at {FIRST_NUMBER}")
    if not fund.unit_asset.code.startswith(UNITS_PREFIX):
        raise ValueError(f"the code of a fund's units begins with {UNITS_PREFIX}")
    if fund.risk not in RISKS:
        raise ValueError(f"a risk is one of {', '.join(RISKS)}")
    if not (fund.minimum and fund.minimum_units):
        raise ValueError("the minimum and the fewest units are above 0")
    for tiers in ([tier.below for tier in fund.subscription_fees], [tier.below_days for tier in fund.redemption_fees]):
        _require_rising(tiers)
    if fund.dividends not in DIVIDEND_CHOICES:
        raise ValueError("dividends are taken in cash or units")
    short = [tier for tier in fund.redemption_fees if tier.below_days is None or tier.below_days <= SHORT_DAYS]
    if not fund.redemption_fees or any(tier.percent < SHORT_PERCENT for tier in short if tier.below_days is not None):
        raise ValueError(f"units held fewer than {SHORT_DAYS} days leave at least {SHORT_PERCENT} % in the fund")
    if fund.redemption_fees[0].below_days is None or fund.redemption_fees[0].below_days < SHORT_DAYS:
        raise ValueError(f"the first redemption fee covers the first {SHORT_DAYS} days")
    if fund.navs is not None:
        series_called(fund.navs)


def _require_rising(bounds: Sequence[int | None]) -> None:
    """Raises ValueError unless each tier ends above the one before, and the last, and none else, has no end."""
    ends = [bound for bound in bounds if bound is not None]
    if bounds[-1:] != [None] or len(ends) != len(bounds) - 1 or any(a >= b for a, b in pairwise(ends)):
        raise ValueError("each tier of fees ends above the one before, and the last has no end")
