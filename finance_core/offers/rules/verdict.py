"""What a comparison shows: one plain verdict, by intention to treat, once its window is over.

Two-proportion z (pooled, two-sided), the interval of the difference by Newcombe's hybrid of Wilson intervals, whether
the split itself is as it was drawn (χ²), and how small a difference could be seen at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import ceil, erfc, exp, gamma, sqrt
from statistics import NormalDist
from typing import Final

LEVEL: Final = 0.05
POWER: Final = 0.8
FEWEST: Final = 10
"""Of what is measured, in each arm: below it a difference is too few to say anything of."""
SPLIT_OFF: Final = 0.001
"""Below this probability the arms are not as they were drawn, which is a fault and no result."""

_NORMAL: Final = NormalDist()
_Z: Final = _NORMAL.inv_cdf(1 - LEVEL / 2)
_Z_POWER: Final = _NORMAL.inv_cdf(POWER)
_HALVINGS: Final = 60


class Outcome(StrEnum):
    """What is said of two arms."""

    MORE = "more"  # the second brings more
    LESS = "less"  # the first brings more
    NO_DIFFERENCE = "no_difference"
    TOO_FEW = "too_few"
    SPLIT_OFF = "split_off"  # the arms are not as they were drawn


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm of a comparison: how many were assigned, and how many of them did what is measured."""

    assigned: int
    did: int

    @property
    def share(self) -> float:
        """The part that did it."""
        return self.did / self.assigned if self.assigned else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The second arm beside the first. Shares are parts of one; `p` is of all pairs that are looked at together."""

    first: Arm
    second: Arm
    difference: float
    low: float
    high: float
    z: float
    p: float
    outcome: Outcome

    @property
    def added(self) -> tuple[int, int, int]:
        """How many more the second arm has than it would have had as the first one: at the difference, and between."""
        low, middle, high = (round(part * self.second.assigned) for part in (self.low, self.difference, self.high))
        return middle, low, high


def compared(first: Arm, second: Arm, pairs: int = 1) -> Comparison:
    """Return what two arms show. With several texts `pairs` is the number of their pairs, and multiplies p."""
    difference = second.share - first.share
    low, high = _interval(first, second)
    z = _z(first, second)
    p = min(1.0, pairs * erfc(abs(z) / sqrt(2)))
    return Comparison(first, second, difference, low, high, z, p, _outcome(first, second, difference, p))


def all_pairs(arms: Sequence[Arm]) -> list[tuple[int, int, Comparison]]:
    """Return the comparisons of all texts with each other, by their places."""
    pairs = list(combinations(range(len(arms)), 2))
    return [(one, other, compared(arms[one], arms[other], len(pairs))) for one, other in pairs]


def _outcome(first: Arm, second: Arm, difference: float, p: float) -> Outcome:
    if min(first.did, second.did) < FEWEST:
        return Outcome.TOO_FEW
    if p >= LEVEL:
        return Outcome.NO_DIFFERENCE
    return Outcome.MORE if difference > 0 else Outcome.LESS


def _z(first: Arm, second: Arm) -> float:
    whole = first.assigned + second.assigned
    pooled = (first.did + second.did) / whole if whole else 0.0
    if not first.assigned or not second.assigned or pooled in {0.0, 1.0}:
        return 0.0
    return (second.share - first.share) / sqrt(pooled * (1 - pooled) * (1 / first.assigned + 1 / second.assigned))


def _wilson(arm: Arm) -> tuple[float, float]:
    """Return Wilson's interval of an arm's share."""
    if not arm.assigned:
        return 0.0, 1.0
    middle = arm.did + _Z**2 / 2
    spread = _Z * sqrt(arm.did * (1 - arm.share) + _Z**2 / 4)
    return (middle - spread) / (arm.assigned + _Z**2), (middle + spread) / (arm.assigned + _Z**2)


def _interval(first: Arm, second: Arm) -> tuple[float, float]:
    (low_1, high_1), (low_2, high_2) = _wilson(first), _wilson(second)
    difference = second.share - first.share
    below = sqrt((second.share - low_2) ** 2 + (high_1 - first.share) ** 2)
    above = sqrt((high_2 - second.share) ** 2 + (first.share - low_1) ** 2)
    return difference - below, difference + above


# -- the split --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Split:
    """How far the arms are from how they were drawn."""

    chi2: float
    degrees: int
    p: float

    @property
    def is_off(self) -> bool:
        """Whether there is no verdict on such arms."""
        return self.p < SPLIT_OFF


def split(assigned: Sequence[int], expected: Sequence[int]) -> Split:
    """Return the χ² of arms against the shares they were drawn by; arms of no share are left out."""
    pairs = [(count, share) for count, share in zip(assigned, expected, strict=True) if share]
    whole, shares = sum(count for count, _ in pairs), sum(share for _, share in pairs)
    wanted = [whole * share / shares for _, share in pairs]
    chi2 = sum((count - due) ** 2 / due for (count, _), due in zip(pairs, wanted, strict=True) if due)
    degrees = max(len(pairs) - 1, 0)
    return Split(chi2, degrees, _chi2_beyond(chi2, degrees))


def _chi2_beyond(value: float, degrees: int) -> float:
    """Return how likely χ² is to lie beyond `value`, by the recurrence over its degrees."""
    if not degrees:
        return 1.0
    half = value / 2
    beyond, at = (erfc(sqrt(half)), 1) if degrees % 2 else (exp(-half), 2)
    while at < degrees:
        beyond += half ** (at / 2) * exp(-half) / gamma(at / 2 + 1)
        at += 2
    return beyond


# -- before sending ---------------------------------------------------------------------------------------------------


def needed(share: float, other: float) -> int:
    """Return how many each arm takes for a difference between two shares to be seen four times in five."""
    return ceil(_needed(share, other))


def least_seen(share: float, assigned: int) -> float:
    """Return the smallest difference above `share` that arms of `assigned` show four times in five; 1 − share: none."""
    low, high = 0.0, 1 - share
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _needed(share, share + middle) <= assigned else (middle, high)
    return high


def _needed(share: float, other: float) -> float:
    mean = (share + other) / 2
    spread = _Z * sqrt(2 * mean * (1 - mean)) + _Z_POWER * sqrt(share * (1 - share) + other * (1 - other))
    return (spread / (other - share)) ** 2
