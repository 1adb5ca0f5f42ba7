"""What a picture shows, as plain values: four forms are enough. Light to load, and everything in it can be pickled.

Amounts are floats here, in major units: a picture's points are not money, and the words beside it have the figures.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """How figures stand on an axis: `Measure("¥", per=10_000, suffix="万")` shows 120,000 as ¥12万."""

    prefix: str = ""
    suffix: str = ""
    per: int = 1


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of figures, a value for each place; None: there is none there."""

    name: str
    values: tuple[float | None, ...]
    done: tuple[float, ...] = ()
    """In bars, what part of each value is over and drawn pale; () for none."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of stacked parts, one for each label. `done` are the places that are over: pale, with a tick above."""

    title: str
    note: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    measure: Measure
    done: frozenset[int] = frozenset()
    done_name: str = ""
    """What the pale ones are called in the legend."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on the axis below, with its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over a common axis of numbers (days as ordinals, months on book). Later series are drawn on top."""

    title: str
    note: str
    places: tuple[float, ...]
    ticks: tuple[Tick, ...]
    series: tuple[Series, ...]
    measure: Measure
    steps: bool = False
    """Whether a value holds until the next place (a balance) instead of moving towards it."""
    filled: bool = False
    """Whether the space below the first line is tinted (one value over time)."""
    dashed: frozenset[int] = frozenset()
    """Which series are plans rather than facts."""
    from_zero: bool = True
    """Whether the axis begins at zero; a yield that hardly moves is told from its own range."""
    cut_axis: str = ""
    """What says so where it does not."""
    mark: Tick | None = None
    """A line across: today."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of a whole: its size, and the words in the list beside the ring."""

    name: str
    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Shares:
    """A ring of parts with a list of them, and what they come to in its middle."""

    title: str
    note: str
    slices: tuple[Slice, ...]
    middle: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a roll: a name, what stands behind it, and whether it is done (None: it does not matter here)."""

    name: str
    words: str
    done: bool | None


@dataclass(frozen=True, slots=True)
class Roll:
    """A list of people with a mark each, in as many columns as it takes: who has paid."""

    title: str
    note: str
    entries: tuple[Entry, ...]


Plot = Bars | Lines | Shares | Roll
