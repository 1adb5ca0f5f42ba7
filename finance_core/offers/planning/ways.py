"""Ways out of an offer into a product, as the lines register them: what a button under an offer may lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from finance_core.customers.consents import Topic
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput

MOST_WAYS: Final = 3
"""Under one offer: two more buttons are everybody's, *No more offers* and *Why me?*."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way into a product. The chat says what its button reads and opens (`handlers/lines.py`)."""

    name: str
    topic: Topic
    """Which consent an offer takes that leads there."""
    line: str
    """The line of the catalogue whose contracts are credited to it; "" where there are none."""


def ways_by_name(ways: Iterable[Way]) -> Mapping[str, Way]:
    """Return ways by their names. Raises ValueError: two lines register one name."""
    found: dict[str, Way] = {}
    for way in ways:
        if way.name in found:
            raise ValueError(f"two ways are called {way.name}")
        found[way.name] = way
    return found


def checked_ways(ways: Mapping[str, Way], names: Iterable[str], topic: Topic | None) -> list[str]:
    """Return names of ways in their order, each once.

    Raises:
        InvalidInput: `offer_ways`: one is unknown or leads to another topic than the offer's, or there are too many.
    """
    chosen = list(dict.fromkeys(names))
    if len(chosen) > MOST_WAYS or any(name not in ways or ways[name].topic != topic for name in chosen):
        raise InvalidInput(ErrorCode.OFFER_WAYS, most=MOST_WAYS)
    return chosen
