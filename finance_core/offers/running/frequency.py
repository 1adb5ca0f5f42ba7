"""How often somebody may be sent an offer, and at which hours. Pure.

At most two offers in any 7 × 24 hours, one of them of credit; one, for who wants fewer. Counted from the instants at
which earlier ones went on the wire: one that is exactly 168 hours old counts no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from finance_core.customers.offer_checks import Skip
from finance_core.notices.quiet_hours import next_allowed

WINDOW: Final = timedelta(hours=168)
MOST: Final = 2
MOST_OF_CREDIT: Final = 1
MOST_WITH_FEWER: Final = 1

OFFERS_FROM: Final = time(9, 0)
OFFERS_UNTIL: Final = time(20, 0)
ASK_AGAIN: Final = timedelta(minutes=10)
"""How long somebody waits whose place another broadcast has that ends first: until then it has used it, or not."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An offer that somebody was sent, or that is on its way to them (then `at` is now)."""

    at: datetime
    is_credit: bool


@dataclass(frozen=True, slots=True)
class Rival:
    """Another broadcast that wants the same person and goes first: it ends first, or is older."""

    is_credit: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """From when on somebody may be sent it, and why not before; both None: now."""

    until: datetime | None = None
    reason: Skip | None = None


def offer_hours(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return `instant` where it is 09:00 to 20:00 on the person's wall, else the next 09:00, in UTC."""
    local = instant.astimezone(zone)
    if OFFERS_FROM <= local.time() < OFFERS_UNTIL:
        return instant.astimezone(UTC)
    day = local.date() + timedelta(days=local.time() >= OFFERS_UNTIL)
    return datetime.combine(day, OFFERS_FROM, tzinfo=zone).astimezone(UTC)


def hours(kind: str, instant: datetime, zone: ZoneInfo) -> datetime:
    """Return from when on a broadcast of a kind may go: offers by their own hours, what is about safety by none."""
    if kind == "offer":
        return offer_hours(instant, zone)
    return instant if kind == "safety" else next_allowed(instant, zone)


def free_from(now: datetime, earlier: Sequence[Earlier], *, is_credit: bool, wants_fewer: bool) -> datetime:
    """Return from when on there is a place for one more offer."""
    most = MOST_WITH_FEWER if wants_fewer else MOST
    free = _free(now, [each.at for each in earlier], most)
    if is_credit:
        free = max(free, _free(now, [each.at for each in earlier if each.is_credit], MOST_OF_CREDIT))
    return free


def _free(now: datetime, instants: Sequence[datetime], most: int) -> datetime:
    latest = sorted((at for at in instants if at > now - WINDOW), reverse=True)
    return latest[most - 1] + WINDOW if len(latest) >= most else now


def is_outrun(
    now: datetime, earlier: Sequence[Earlier], rivals: Sequence[Rival], *, is_credit: bool, wants_fewer: bool
) -> bool:
    """Say whether others that go first want all the places that are left."""
    if not rivals:
        return False
    counted = [each for each in earlier if each.at > now - WINDOW]
    places = (MOST_WITH_FEWER if wants_fewer else MOST) - len(counted)
    of_credit = MOST_OF_CREDIT - sum(each.is_credit for each in counted)
    return len(rivals) >= places or (is_credit and sum(each.is_credit for each in rivals) >= of_credit)


def wait(
    now: datetime,
    kind: str,
    zone: ZoneInfo,
    earlier: Sequence[Earlier] = (),
    rivals: Sequence[Rival] = (),
    *,
    is_credit: bool = False,
    wants_fewer: bool = False,
) -> Wait:
    """Return until when somebody waits for a broadcast, and why."""
    if kind != "offer":
        allowed = hours(kind, now, zone)
        return Wait(allowed, Skip.HOURS) if allowed > now else Wait()
    free = free_from(now, earlier, is_credit=is_credit, wants_fewer=wants_fewer)
    if free <= now and is_outrun(now, earlier, rivals, is_credit=is_credit, wants_fewer=wants_fewer):
        free = now + ASK_AGAIN
    allowed = offer_hours(free, zone)
    if allowed <= now:
        return Wait()
    return Wait(allowed, Skip.FREQUENCY if free > now else Skip.HOURS)


def skip_of(waits: Wait, ends_at: datetime) -> Skip | None:
    """Return why somebody who would wait so long is skipped, None where there is time: at its end nothing goes out."""
    return waits.reason if waits.until is not None and waits.until >= ends_at else None
