"""What a person may take on by joining a circle, and what an organiser may open (CIRCLES §5). Minor units.

Each limit that is broken is returned with what would keep it, so that a refusal says what would change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

MOST_PLACES_EACH: Final = 3
FEWEST_PEOPLE: Final = 3
SHARE_OF_INCOME: Final = Decimal(40)
"""Percent: contributions due in 30 days and instalments of loans, together."""
ORGANISERS_FIRST_PLACES: Final = 12


class Limit(StrEnum):
    """What keeps somebody from joining, or an organiser from opening."""

    INCOME = "income"  # `left` of 40 % of the income
    CIRCLES = "circles"  # how many at once
    EXPOSURE = "exposure"  # what is still to be paid after having received
    PLACES_EACH = "places_each"  # at most three, and at most half
    FIRST_PLACES = "first_places"  # an organiser's first circle: places
    FIRST_POT = "first_pot"  # and its pot
    CHAIR_EARLY = "chair_early"  # and the chair is not in the first third without full security


@dataclass(frozen=True, slots=True)
class Broken:
    """A limit that is broken: what there would be, and the most there may be (counts, or minor units)."""

    limit: Limit
    would_be: int
    most: int


@dataclass(frozen=True, slots=True)
class TierLimits:
    """What a tier allows: circles at once, exposure in minor units, percent of the income."""

    circles: int
    exposure: int
    income_percent: Decimal = SHARE_OF_INCOME


@dataclass(frozen=True, slots=True)
class Joining:
    """What somebody would have after joining.

    Attributes:
        income: What they said they earn in a month.
        contributions: Due in 30 days, the new ones included.
        instalments: Of their loans, due in 30 days.
        circles: At once, the new one included.
        exposure: The highest that it can become, the new places included.
        places: In the new circle, of `of_places`.
    """

    income: int
    contributions: int
    instalments: int
    circles: int
    exposure: int
    places: int
    of_places: int


def broken_by(joining: Joining, tier: TierLimits) -> list[Broken]:
    """Return the limits that joining would break, in the order in which they are told."""
    allowed = int(joining.income * Fraction(tier.income_percent) / 100)
    found = (
        Broken(Limit.PLACES_EACH, joining.places, most_places_each(joining.of_places)),
        Broken(Limit.INCOME, joining.contributions + joining.instalments, allowed),
        Broken(Limit.CIRCLES, joining.circles, tier.circles),
        Broken(Limit.EXPOSURE, joining.exposure, tier.exposure),
    )
    return [each for each in found if each.would_be > each.most]


def most_places_each(places: int) -> int:
    """Return how many places one person may hold: three, and at most half. Of 3 places 1, of 5 places 2."""
    return min(MOST_PLACES_EACH, places // 2)


def exposure(contribution: int, rounds: int, turn: int | None, secured: int = 0) -> int:
    """Return what one place still owes after having received in round `turn`, less deposit and retention.

    10 rounds of 500.00: 4,500.00 in the first turn, nothing in the last; a turn not drawn yet counts as the first.
    """
    return max(0, contribution * (rounds - (turn or 1)) - secured)


def organiser_broken_by(
    places: int,
    contribution: int,
    most_pot: int,
    chair_turns: Sequence[int | None],
    chair_secured: int,
    *,
    most_places: int = ORGANISERS_FIRST_PLACES,
) -> list[Broken]:
    """Return the limits that an organiser's first circle would break.

    Args:
        places: Of the circle.
        contribution: Of each.
        most_pot: Minor units: 10,000.00 where the catalogue says nothing else; `most_places` likewise 12.
        chair_turns: The rounds in which the chair's own places receive; None: not known before the draw.
        chair_secured: The least deposit or retention of each place of the chair.
    """
    found = [
        Broken(Limit.FIRST_PLACES, places, most_places),
        Broken(Limit.FIRST_POT, places * contribution, most_pot),
    ]
    early = [
        Broken(Limit.CHAIR_EARLY, turn, places // 3)
        for turn in chair_turns
        if turn is not None and is_early(turn, places) and chair_secured < contribution * (places - turn)
    ]
    return [each for each in found if each.would_be > each.most] + early


def is_early(turn: int, places: int) -> bool:
    """Say whether a turn is in the first third: of 10 places 1 to 3, of 12 places 1 to 4."""
    return turn * 3 <= places
