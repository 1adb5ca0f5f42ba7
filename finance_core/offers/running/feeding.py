"""The outbox is fed from a run's recipients, at most 500 rows ahead, each person checked again before."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.customers.offer_checks import OfferCheck
from finance_core.notices.fed import Fed, feed_outbox
from finance_core.offers.running.checking import held_up
from finance_core.offers.running.counting import Move, counts, move
from finance_core.offers.running.models import BroadcastRun
from finance_core.offers.running.naming import about, key_of, kind_of
from finance_core.offers.running.states import RecipientState
from finance_core.offers.running.watching import AHEAD, AHEAD_WAIT, DECI_STARS
from finance_core.storage.unit import Unit

MOST_AHEAD: Final = 500
"""How many rows of a run are in the outbox at most."""
FEED_SECONDS: Final = 0.3
"""After how long a round ends, however many people were passed over: it holds the run's lock."""
OVERALL_RATE: Final = 25
"""What delivery keeps to by itself, for all: only a slower rate needs a pace of its own."""

_DUE: Final = text(
    """
    SELECT customer_id, variant FROM broadcast_recipient
    WHERE run_id = :run AND state = 'later' AND wait_until <= :now ORDER BY wait_until, customer_id LIMIT :limit
    """
)
_FRESH: Final = text(
    """
    SELECT customer_id, variant, state, position FROM broadcast_recipient
    WHERE run_id = :run AND position > :after ORDER BY position LIMIT :limit
    """
)
_NEXT_LATER: Final = text("SELECT min(wait_until) FROM broadcast_recipient WHERE run_id = :run AND state = 'later'")
_WALL: Final = text("SELECT clock_timestamp() AS now, travelling_until > clock_timestamp() AS travelling FROM book")


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of a run's recipients stand where, of all its variants."""

    of: Mapping[str, int]

    def __getitem__(self, state: RecipientState) -> int:
        return self.of.get(str(state), 0)

    @property
    def tried(self) -> int:
        """How many went out or are about to."""
        return (
            self[RecipientState.FED]
            + self[RecipientState.SENT]
            + self[RecipientState.REFUSED]
            + self[RecipientState.UNKNOWN]
        )


async def standing(unit: Unit, run_id: int) -> Standing:
    """Return where a run's recipients stand."""
    found: dict[str, int] = {}
    for (_, state, _), people in (await counts(unit, run_id)).items():
        found[state] = found.get(state, 0) + people
    return Standing(found)


async def feed(unit: Unit, run: BroadcastRun, checks: Sequence[OfferCheck]) -> int:
    """Feed the outbox from a run that is sending, and is locked; return how many rows."""
    began, fed = time.monotonic(), 0
    while True:
        stands = await standing(unit, run.id)
        room = _room(run, stands, unit.now)
        if room <= 0:
            return fed
        candidates = await _candidates(unit, run, room)
        if not candidates:
            return fed
        fed += await _feed(unit, run, checks, candidates)
        if time.monotonic() - began > FEED_SECONDS:
            return fed


def _room(run: BroadcastRun, stands: Standing, now: datetime) -> int:
    """Return how many may be fed now: the first 100, then none for two minutes after the last of them, then all."""
    room = MOST_AHEAD - stands[RecipientState.FED]
    if run.is_paid:
        room = min(room, run.stars_at_most * DECI_STARS - stands.tried)
    if run.go_on_at is not None:
        return room if now >= run.go_on_at else 0
    if stands.tried >= AHEAD and stands[RecipientState.FED] == 0:
        run.go_on_at = now + AHEAD_WAIT
        return 0
    return min(room, AHEAD - stands.tried)


async def _candidates(unit: Unit, run: BroadcastRun, room: int) -> dict[int, int]:
    """Return the next people with their variants: first those who have waited, then on in the order that was drawn."""
    due = await unit.session.execute(_DUE, {"run": run.id, "now": unit.now, "limit": room})
    found = {row.customer_id: row.variant for row in due}
    is_over = len(found) >= room
    while not is_over:
        bound = {"run": run.id, "after": run.fed_to, "limit": room - len(found)}
        fresh = (await unit.session.execute(_FRESH, bound)).all()
        found |= {row.customer_id: row.variant for row in fresh if row.state == RecipientState.WAITING}
        run.fed_to = fresh[-1].position if fresh else run.fed_to
        is_over = bool(found) or not fresh  # held out, or withdrawn meanwhile: the next are looked at
    return found


async def _feed(unit: Unit, run: BroadcastRun, checks: Sequence[OfferCheck], candidates: Mapping[int, int]) -> int:
    held = await held_up(unit, run, checks, list(candidates))
    moves = [held.get(each) or Move(each, RecipientState.FED) for each in candidates]
    moved = await move(unit, run.id, moves, of=(RecipientState.WAITING, RecipientState.LATER))
    going = [each for each in candidates if each in moved and each not in held]
    paces = await _paces(unit, run, len(going))
    rows = [
        Fed(each, key_of(run.id, each), {"broadcast": run.id, "variant": candidates[each]}, seconds)
        for each, seconds in zip(going, paces, strict=True)
    ]
    await feed_outbox(unit, kind_of(run.kind), about(run.id), rows)
    return len(rows)


async def _paces(unit: Unit, run: BroadcastRun, number: int) -> Sequence[float]:
    """Return how many seconds each row waits, so that no more go out in a second than the run's rate allows."""
    if run.rate >= OVERALL_RATE or number == 0:
        return [0.0] * number
    wall = (await unit.session.execute(_WALL)).one()
    if wall.travelling:
        return [0.0] * number
    begins = max(0.0, (run.next_slot_at - wall.now).total_seconds()) if run.next_slot_at is not None else 0.0
    paces = [begins + each / run.rate for each in range(number + 1)]
    run.next_slot_at = wall.now + timedelta(seconds=paces[-1])
    return paces[:-1]


async def next_later(unit: Unit, run_id: int) -> datetime | None:
    """Return when the next of those who wait may be sent it."""
    later: datetime | None = await unit.session.scalar(_NEXT_LATER, {"run": run_id})
    return later
