"""What a circle can be set to, and what it cannot: each refusal says what would be taken (CIRCLES §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import lasts_at_most
from finance_core.circles.rules.paying import MOST_FINE
from finance_core.circles.rules.shortfalls import ShortfallRule
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Money


class Kind(StrEnum):
    """What a circle does with what is paid in."""

    ROTATING = "rotating"  # each round one place receives
    ACCUMULATING = "accumulating"  # it is saved and lent, and shared out at the end


class Order(StrEnum):
    """Who receives when."""

    FIXED = "fixed"  # by turn: the chair's order, or as members pick
    WHOLE = "whole"  # drawn for all rounds at the start
    LOTTERY = "lottery"  # drawn before each round
    AUCTION = "auction"  # who bids the highest discount
    NONE = "none"  # nobody receives in turn: an accumulating circle


class Security(StrEnum):
    """What stands for who has received."""

    NONE = "none"
    DEPOSIT = "deposit"  # paid in at the start, back with the last payment
    GUARANTORS = "guarantors"
    RETENTION = "retention"  # kept back from the payout


class CommissionTo(StrEnum):
    """Who has the commission."""

    INSTITUTION = "institution"
    ORGANISER = "organiser"


TITLE_CHARACTERS: Final = 60
_ALL: Final = 100
"""Percent."""
MOST_DAYS_AHEAD: Final = 366
"""How far ahead the first due day may be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a rotating circle is set to, as its organiser says it.

    Attributes:
        contribution: What one place pays in a round.
        members_pick: Fixed order: members pick a free turn; else it is the chair's.
        commission_percent: Of the pot.
        fine_percent: Of the contribution, once a round for who is late.
        kept_percent: Of what a leaver gets back; it goes to the others.
        security_amount: For one place: its deposit, what its guarantors stand for, or what is kept back of its payout.
        least_reliability: Percent of rounds paid on time that who joins has; None: none is asked for.
        place_id: The group whose circle it is, by an id of ours; None: none.
    """

    title: str
    contribution: Money
    places: int
    period: Period
    first_due_on: date
    order: Order = Order.WHOLE
    members_pick: bool = False
    commission_percent: Decimal = Decimal(0)
    commission_to: CommissionTo = CommissionTo.INSTITUTION
    fine_percent: Decimal = Decimal(2)
    kept_percent: Decimal = Decimal(0)
    shortfall: ShortfallRule = ShortfallRule.PAY
    is_covered: bool = False
    security: Security = Security.NONE
    security_amount: Money | None = None
    needs_approval: bool = False
    least_reliability: int | None = None
    language: str = "en"
    place_id: int | None = None

    @property
    def secured(self) -> int:
        """The security of one place, minor units; 0 where there is none."""
        return self.security_amount.amount if self.security_amount is not None else 0

    @property
    def pot(self) -> Money:
        """What all places pay in together in a round."""
        return self.contribution * self.places


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the catalogue lets a circle be; percents are at most."""

    minimum: Money
    maximum: Money
    fewest_places: int
    most_places: int
    longest_months: int
    commission_percent: Decimal
    kept_percent: Decimal
    covers: bool


def checked(settings: Settings, bounds: Bounds, today: date) -> Settings:
    """Return the settings if a circle can be made of them on a day.

    Raises InvalidInput:
        `circle_title` (most), `circle_contribution` (minimum, maximum), `circle_places` (fewest, most), `circle_start`
        (from_on, until_on), `circle_long` (months), `circle_commission` (most), `circle_fine` (most), `circle_kept`
        (most), `circle_security` (maximum), `circle_shortfall` (security: what the rule needs), `circle_cover`,
        `circle_reliability`, `circle_order`.
    """
    _require_what_it_is(settings, bounds)
    _require_its_time(settings, bounds, today)
    _require_percents(settings, bounds)
    _require_security(settings, bounds)
    return settings


def _require_what_it_is(settings: Settings, bounds: Bounds) -> None:
    if not 0 < len(" ".join(settings.title.split())) <= TITLE_CHARACTERS:
        raise InvalidInput(ErrorCode.CIRCLE_TITLE, most=TITLE_CHARACTERS)
    if not bounds.minimum <= settings.contribution <= bounds.maximum:
        raise InvalidInput(ErrorCode.CIRCLE_CONTRIBUTION, minimum=bounds.minimum, maximum=bounds.maximum)
    if not bounds.fewest_places <= settings.places <= bounds.most_places:
        raise InvalidInput(ErrorCode.CIRCLE_PLACES, fewest=bounds.fewest_places, most=bounds.most_places)
    if settings.order is Order.NONE or (settings.members_pick and settings.order is not Order.FIXED):
        raise InvalidInput(ErrorCode.CIRCLE_ORDER)


def _require_its_time(settings: Settings, bounds: Bounds, today: date) -> None:
    from_on, until_on = today + timedelta(days=1), today + timedelta(days=MOST_DAYS_AHEAD)
    if not from_on <= settings.first_due_on <= until_on:
        raise InvalidInput(ErrorCode.CIRCLE_START, from_on=from_on, until_on=until_on)
    if not lasts_at_most(settings.first_due_on, settings.places, settings.period, bounds.longest_months):
        raise InvalidInput(ErrorCode.CIRCLE_LONG, months=bounds.longest_months)


def _require_percents(settings: Settings, bounds: Bounds) -> None:
    for percent, most, code in (
        (settings.commission_percent, bounds.commission_percent, ErrorCode.CIRCLE_COMMISSION),
        (settings.fine_percent, MOST_FINE, ErrorCode.CIRCLE_FINE),
        (settings.kept_percent, bounds.kept_percent, ErrorCode.CIRCLE_KEPT),
    ):
        if not 0 <= percent <= most:
            raise InvalidInput(code, most=most)
    if settings.least_reliability is not None and not 0 <= settings.least_reliability <= _ALL:
        raise InvalidInput(ErrorCode.CIRCLE_RELIABILITY)


def _require_security(settings: Settings, bounds: Bounds) -> None:
    most = settings.contribution * (settings.places - 1)
    if (settings.security is Security.NONE) != (settings.secured == 0) or not 0 <= settings.secured <= most.amount:
        raise InvalidInput(ErrorCode.CIRCLE_SECURITY, maximum=most)
    needed = _NEEDED.get(settings.shortfall)
    if needed is not None and settings.security is not needed:
        raise InvalidInput(ErrorCode.CIRCLE_SHORTFALL, security=str(needed))
    if settings.is_covered and not bounds.covers:
        raise InvalidInput(ErrorCode.CIRCLE_COVER)


_NEEDED: Final = {ShortfallRule.DEPOSIT: Security.DEPOSIT, ShortfallRule.GUARANTORS: Security.GUARANTORS}
"""What stands behind each place where the shortfall rule uses it."""
