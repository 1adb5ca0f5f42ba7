"""When a broadcast pauses by itself. Pure: all is counted elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from finance_core.offers.running.states import Paused, RecipientState, Refusal

RECENT: Final = 500
"""How many of the last that were tried are looked at."""
FIRST: Final = 20
CONTENT_AMONG_FIRST: Final = 3
CONTENT_AMONG_RECENT: Final = RECENT * 5 // 100
LEAST_SENT: Final = 500
LEAVING_PERCENT: Final = 2
LEAVING_WITHIN: Final = timedelta(hours=1)
UNKNOWN_MOST: Final = 20
UNKNOWN_WITHIN: Final = timedelta(minutes=10)
SILENCE: Final = timedelta(hours=6)

AHEAD: Final = 100
AHEAD_WAIT: Final = timedelta(minutes=2)
"""The first 100 go, and so long is waited."""

DECI_STARS: Final = 10
"""A paid message costs a tenth of a Star at most: those within 30 a second cost nothing, which nobody tells us."""

_SENT, _CONTENT, _BLOCKED, _UNKNOWN = "s", "c", "b", "u"


def letter(state: RecipientState, reason: str | None) -> str:
    """Return the letter by which `recent` remembers what became of a message."""
    if state is RecipientState.REFUSED:
        return _CONTENT if reason == Refusal.CONTENT else _BLOCKED
    return _UNKNOWN if state is RecipientState.UNKNOWN else _SENT


def remembered(recent: str, letters: Iterable[str]) -> str:
    """Return `recent` with what came since, the last 500 of them."""
    return (recent + "".join(letters))[-RECENT:]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a run: `sent` and `leaving` since it was begun or gone on with; instants are business time."""

    recent: str
    sent: int
    leaving: int
    unknown_lately: int
    now: datetime
    looked_until: datetime | None
    """Until when there was nothing to do, as the last look said."""
    moved_at: datetime | None
    """When something went out last, or nothing waited."""
    paid: int
    """How many paid messages have gone out."""
    stars_at_most: int | None
    """None: it is not paid."""


def why_to_pause(seen: Seen) -> Paused | None:
    """Return why a run that is sending is to pause, None while all is well."""
    refused = seen.recent.count(_CONTENT)
    if refused >= (CONTENT_AMONG_FIRST if len(seen.recent) <= FIRST else CONTENT_AMONG_RECENT):
        return Paused.CONTENT
    if seen.sent >= LEAST_SENT and seen.leaving * 100 >= seen.sent * LEAVING_PERCENT:
        return Paused.LEAVING
    if seen.unknown_lately >= UNKNOWN_MOST:
        return Paused.UNKNOWN
    if any(since is not None and seen.now - since >= SILENCE for since in (seen.looked_until, seen.moved_at)):
        return Paused.SILENCE
    if seen.stars_at_most is not None and seen.paid >= seen.stars_at_most * DECI_STARS:
        return Paused.STARS
    return None
