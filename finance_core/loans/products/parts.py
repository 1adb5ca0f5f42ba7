"""The parts of a loan product's terms: tenors, fees, who may have it; the catalogue's tables are read into them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from finance_core.catalogue.terms import (
    Amount,
    Days,
    Flag,
    Percent,
    Tier,
    amount_in,
    made_by,
    made_with,
    many,
    number,
    whole,
)
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.kernel.rounding import Rounding, rounded


@dataclass(frozen=True, slots=True)
class RateCap:
    """From a day on no all-in rate may be above `percent`, for contracts signed then."""

    from_on: Annotated[date, made_by(lambda said: date.fromisoformat(str(said))), Field(alias="from")]
    percent: Percent


@dataclass(frozen=True, slots=True)
class Tenor:
    """How long a loan runs: `count` periods of `every` units. A bullet loan's is all paid at its end."""

    count: int
    unit: PeriodUnit
    every: int = 1


@dataclass(frozen=True, slots=True)
class Fees:
    """What is charged beside interest. All but the late fee are in the all-in rate."""

    at_disbursement: Amount
    at_disbursement_percent: Annotated[Decimal, number(0, 100)]
    """Percent of the principal, beside the fixed sum; both withheld from what is paid out."""
    each_instalment: Amount
    late: Amount
    """Once for an instalment that is overdue beyond the grace days."""

    def withheld_from(self, principal: Money) -> Money:
        """Return what is withheld when `principal` is paid out, half-up: 0.5 % of 1,000.00 is 5.00."""
        share = rounded(principal.amount * self.at_disbursement_percent / 100, Rounding.HALF_UP)
        return self.at_disbursement + Money(int(share), principal.asset)


@dataclass(frozen=True, slots=True)
class Season:
    """A stretch of each year, first and last day included as (month, day), in which a product is offered."""

    first: tuple[int, int]
    last: tuple[int, int]

    def holds(self, day: date) -> bool:
        """Return whether a day of any year falls into the season."""
        return self.first <= (day.month, day.day) <= self.last

    def next_first(self, day: date) -> date:
        """Return the first day of the season that begins after `day`."""
        this_year = date(day.year, *self.first)
        return this_year if this_year > day else date(day.year + 1, *self.first)


def _season(table: TomlTable) -> Season:
    return Season(_month_day(table["from"]), _month_day(table["until"]))


def _month_day(said: str) -> tuple[int, int]:
    """Return "03-01" as (3, 1); a year that is none of ours says whether there is such a day."""
    day = date.fromisoformat(f"2025-{said}")
    return day.month, day.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Who may have the product at all."""

    tier: Tier
    loans_repaid: Annotated[int, whole(0, 1_000)] = 0
    one_at_a_time: Flag
    refinance_from_percent: Annotated[int | None, whole(1, 100)] = None
    """Once so much of a running loan's principal is repaid, a new one may pay it off; None: it never may."""
    seasons: Annotated[tuple[Annotated[Season, made_by(_season)], ...], many] = ()
    """When it is offered; none: always."""

    def opens_on(self, day: date) -> date | None:
        """Return the day from which on it is offered again, None when it is offered on `day`."""
        if not self.seasons or any(season.holds(day) for season in self.seasons):
            return None
        return min(season.next_first(day) for season in self.seasons)


@dataclass(frozen=True, slots=True)
class Referral:
    """What an officer looks at before it is lent."""

    first_above: Annotated[Money | None, made_with(amount_in)] = None
    """A first loan of this product above this sum."""
    arrears_days: Days = 3
    """Somebody who has been overdue for longer than this …"""
    within_days: Days = 180
    """… so many days ago or fewer."""


@dataclass(frozen=True, slots=True)
class Draws:
    """How a line is drawn in tranches."""

    most: Annotated[int, whole(2, 100)]
    """How many, the first included."""
    within_days: Annotated[int, whole(1, 3_660)]
    """After that what is not drawn expires."""
    least: Amount


@dataclass(frozen=True, slots=True)
class Guarantees:
    """Who stands for a loan beside its borrower."""

    least: Annotated[int, whole(1, 100)]
    most: Annotated[int, whole(1, 100)]
    asked_after_days: Days
    """Days overdue after which guarantors are asked for their share."""
