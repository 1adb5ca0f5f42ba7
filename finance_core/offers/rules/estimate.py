"""How long a broadcast takes and what it costs in Stars, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

FREE_RATE: Final = 30
"""Messages a second that Telegram takes for nothing."""
STARS_EACH: Final = Decimal("0.1")
FIRST_HOUR: Final = time(9)
LAST_HOUR: Final = time(20)
MOST_STEPS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Hours:
    """Between which times of a person's own day offers go out; `until` is the first moment at which they do not."""

    first: time = FIRST_HOUR
    until: time = LAST_HOUR

    def opens(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return `at` where it is within the hours of that zone, else when they next begin there."""
        local = at.astimezone(zone)
        begins = self._on(local, self.first, zone)
        if local.time() < self.first:
            return begins
        return at if local.time() < self.until else self._on(local + timedelta(days=1), self.first, zone)

    def closes(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return when the hours end that `at` is within."""
        return self._on(at.astimezone(zone), self.until, zone)

    @staticmethod
    def _on(day: datetime, wall: time, zone: ZoneInfo) -> datetime:
        return datetime.combine(day.date(), wall, zone).astimezone(day.tzinfo)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long it takes: when the last one goes, and how many go in time."""

    reach: int
    in_time: int
    ends_at: datetime | None
    """When the last goes out of those that do; None: nobody does."""
    stars: Decimal
    most_stars: Decimal


def estimated(
    reach: Mapping[ZoneInfo, int],
    starts_at: datetime,
    ends_at: datetime,
    rate: Decimal,
    others: Decimal = Decimal(0),
    hours: Hours | None = None,
    *,
    is_paid: bool = False,
) -> Estimate:
    """Return how long a reach by zone takes at `rate − others` messages a second, within each zone's hours.

    Args:
        others: what else goes out a second, on average.
    """
    whole = sum(reach.values())
    pace, last, left = float(max(rate - others, Decimal(0))), None, {zone: float(n) for zone, n in reach.items() if n}
    at = starts_at
    for _ in range(MOST_STEPS):
        if not left or at >= ends_at or pace <= 0:
            break
        step = _step(left, at, ends_at, pace, hours or Hours())
        last = step.until if step.sent else last
        left, at = step.left, step.until
    in_time = whole - round(sum(left.values()))
    stars = _stars(in_time, rate) if is_paid else Decimal(0)
    return Estimate(whole, in_time, last, stars, whole * STARS_EACH if is_paid else Decimal(0))


@dataclass(frozen=True, slots=True)
class _Step:
    left: dict[ZoneInfo, float]
    until: datetime
    sent: bool


def _step(left: dict[ZoneInfo, float], at: datetime, ends_at: datetime, pace: float, hours: Hours) -> _Step:
    """Return what is left when the next zone opens or closes, or the open ones are done: they share the pace."""
    opening = {zone: hours.opens(at, zone) for zone in left}
    now = {zone: count for zone, count in left.items() if opening[zone] <= at}
    later = [opens for opens in opening.values() if opens > at]
    if not now:
        return _Step(left, min(ends_at, *later), sent=False)
    until = min(ends_at, *later, *(hours.closes(at, zone) for zone in now))
    waiting = sum(now.values())
    until = min(until, at + timedelta(seconds=waiting / pace))
    sent = min((until - at).total_seconds() * pace / waiting, 1.0)
    rest = {zone: count * (1 - sent) if zone in now else count for zone, count in left.items()}
    return _Step({zone: count for zone, count in rest.items() if round(count, 3) > 0}, until, sent=True)


def _stars(messages: int, rate: Decimal) -> Decimal:
    """Return what messages cost beyond the free 30 a second: 1,000,000 at 1,000 a second are 97,000."""
    beyond = max(rate - FREE_RATE, Decimal(0))
    return messages * STARS_EACH * beyond / rate if rate else Decimal(0)
