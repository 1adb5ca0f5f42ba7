"""Which offer a contract is credited to: the last one of its line that the person tapped shortly before signing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(days=7)
FEWEST_DAYS, MOST_DAYS = 1, 30


@dataclass(frozen=True, slots=True)
class Tap:
    """Somebody tapped a product's button of an offer."""

    offer: int
    line: str
    at: datetime


def credited(taps: Iterable[Tap], line: str, signed_at: datetime, window: timedelta = WINDOW) -> int | None:
    """Return the offer of the last tap for that line within `window` before signing, None: nobody's.

    A tap that is exactly as old as the window still counts.
    """
    near = [tap for tap in taps if tap.line == line and signed_at - window <= tap.at <= signed_at]
    return max(near, key=lambda tap: (tap.at, tap.offer)).offer if near else None
