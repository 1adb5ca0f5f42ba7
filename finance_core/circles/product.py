"""The terms under which circles run, parsed from the catalogue: limits and times. A circle keeps its own version."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import ValidationInfo, model_validator

from finance_core.catalogue import ProductVersion, product_version
from finance_core.catalogue import product as product_on_sale
from finance_core.catalogue.terms import (
    Amount,
    Days,
    Flag,
    MainAsset,
    Percent,
    ProductNumber,
    ProductTerms,
    amount_in,
    made_by,
    made_with,
    number,
    whole,
    whole_in,
)
from finance_core.circles.rules.auctions import FEWEST_PLACES, MOST_COMMISSION, MOST_PLACES
from finance_core.circles.rules.settings import Bounds
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import Money
from finance_core.storage.unit import Unit

CIRCLES: Final = "circles"


def _counts(table: TomlTable) -> dict[int, int]:
    return {whole_in(tier, 0, 9): whole_in(most, 0, 1_000) for tier, most in table.items()}


def _amounts(table: TomlTable, info: ValidationInfo) -> dict[int, Money]:
    return {whole_in(tier, 0, 9): amount_in(most, info) for tier, most in table.items()}


_Small = Annotated[Decimal, number(0, 5)]


class CircleProduct(ProductTerms):
    """What a circle may be, and when what happens in it. Percents are of the pot, the contribution or the income."""

    number: ProductNumber
    asset: MainAsset
    minimum: Amount
    maximum: Amount
    """Of a contribution."""
    fewest_places: Annotated[int, whole(FEWEST_PLACES, MOST_PLACES)]
    most_places: Annotated[int, whole(FEWEST_PLACES, MOST_PLACES)]
    fewest_people: Annotated[int, whole(FEWEST_PLACES, MOST_PLACES)]
    longest_months: Annotated[int, whole(1, 60)]
    commission_percent: _Small
    """At most."""
    fine_percent: _Small
    """Where the circle says nothing else."""
    kept_percent: _Small
    """At most, of what a leaver gets back."""
    covers: Flag
    """Whether the institution may cover shortfalls at all."""
    lost_after_days: Days
    """When what was covered is given up."""
    income_percent: Percent
    """What contributions and loan instalments of `income_days` may take of the monthly income that somebody said."""
    income_days: Days
    at_once: Annotated[Mapping[int, int], made_by(_counts)]
    """How many circles one person may be in, by tier; a tier that is not named may be in none."""
    exposure: Annotated[Mapping[int, Money], made_with(_amounts)]
    """What one person may still have to pay after having received, less deposit and retention, by tier."""
    first_places: Annotated[int, whole(FEWEST_PLACES, MOST_PLACES)]
    """At most, of an organiser's first circle."""
    first_pot: Amount
    grace_days: Days
    wait_days: Days
    """How long a pot that is not full waits, where the circle's rule is to wait."""
    guarantors_after_days: Days
    notice_after_days: Days
    mend_days: Days
    """From the notice to the closing of the place."""
    vote_days: Days
    confirm_days: Days
    """How long people have to confirm the new total where the chair starts with fewer."""
    case_days: Days
    """How long an operator has to decide on a dispute or a suspension."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not Money.zero(self.asset) < self.minimum <= self.maximum:
            raise ValueError("the minimum is above 0 and at most the maximum")
        if not self.fewest_people <= self.fewest_places <= self.most_places:
            raise ValueError("people, places and most places are in this order")
        if self.commission_percent > MOST_COMMISSION:
            raise ValueError("a commission is at most 5 %")
        if not self.vote_days or not self.case_days or not self.confirm_days:
            raise ValueError("votes, cases and confirmations last at least a day")
        return self

    @property
    def bounds(self) -> Bounds:
        """What a circle's settings are held against."""
        return Bounds(
            self.minimum,
            self.maximum,
            self.fewest_places,
            self.most_places,
            self.longest_months,
            self.commission_percent,
            self.kept_percent,
            self.covers,
        )

    def most_circles(self, tier: int) -> int:
        """Return how many circles a person of a tier may be in at once."""
        return self.at_once.get(tier, 0)

    def most_exposure(self, tier: int) -> Money:
        """Return the exposure that a person of a tier may have."""
        return self.exposure.get(tier, Money.zero(self.asset))

    def next_tier(self, tier: int) -> int | None:
        """Return the tier above, None when there is none."""
        return next((other for other in sorted({*self.at_once, *self.exposure}) if other > tier), None)


async def circles_on_sale(unit: Unit, code: str = CIRCLES) -> CircleProduct:
    """Return the terms of circles on the book's day. Raises NotFound: `product`."""
    return circle_product(await product_on_sale(unit, code))


async def terms_of(unit: Unit, code: str, version: int) -> CircleProduct:
    """Return the terms that a circle keeps, by its product and that version. Raises NotFound: `product`."""
    return circle_product(await product_version(unit, code, version))


def circle_product(sold: ProductVersion) -> CircleProduct:
    """Return the terms behind a version of the catalogue."""
    return CircleProduct.parsed(sold.code, sold.version, sold.terms)


def check(code: str, terms: TomlTable) -> None:
    """Refuse terms that no circle can have. Raises InvalidInput: `product_terms` with product, field and reason."""
    CircleProduct.parsed(code, 0, terms)
