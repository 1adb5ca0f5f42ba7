"""How far a run has come: read from counts, so it costs the same however many people it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from finance_core.customers.offer_checks import Skip
from finance_core.offers.running.counting import counts
from finance_core.offers.running.models import BroadcastRun
from finance_core.offers.running.recalling import RECALLED
from finance_core.offers.running.starting import run_of
from finance_core.offers.running.states import LEFT_OUT, OVER, Paused, RecipientState, RunState
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Progress:
    """What has become of all who were frozen: `waiting` and the states add up to `frozen`, always."""

    run_id: int
    state: RunState
    paused_why: Paused | None
    frozen: int
    waiting: int
    """Not sent yet: not looked at, waiting for their hours or a place among the week's offers, or on their way."""
    ahead: int
    """Of these in the outbox or on the wire."""
    sent: int
    refused: int
    blocked: int
    """Of those refused: an old block, found now."""
    unknown: int
    skipped: Mapping[str, int]
    """By reason (`Skip`)."""
    held: int
    left_out: Mapping[str, int]
    """Who fell out before anybody was frozen, by reason."""
    recalled: Mapping[str, int]
    rate: int
    ends_at: datetime
    go_on_at: datetime | None

    @property
    def done(self) -> int:
        """How many are settled."""
        return self.frozen - self.waiting

    @property
    def seconds_left(self) -> float:
        """How long the rest takes at its rate."""
        return self.waiting / self.rate


async def progress(unit: Unit, run_id: int) -> Progress:
    """Return how far a run has come. Raises NotFound: `broadcast`."""
    run = await run_of(unit, run_id)
    return _progress(run, await counts(unit, run_id))


async def states_by_variant(unit: Unit, run_id: int) -> Mapping[tuple[int, str, str], int]:
    """Return how many recipients of each variant have come to which state, by reason ("" for none).

    Of a run that is over nobody waits: who was never fed is skipped.
    """
    run = await run_of(unit, run_id)
    found: Counter[tuple[int, str, str]] = Counter()
    for (variant, state, reason), people in (await counts(unit, run_id)).items():
        if state not in (LEFT_OUT, RECALLED):
            found[variant, *_state_now(run, state, reason)] += people
    return found


def _progress(run: BroadcastRun, found: Mapping[tuple[int, str, str], int]) -> Progress:
    sums: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = {
        name: Counter() for name in (RecipientState.SKIPPED, RecipientState.REFUSED, LEFT_OUT, RECALLED)
    }
    for (_, state, reason), people in found.items():
        now, why = _state_now(run, state, reason)
        sums[now] += people
        if now in reasons:
            reasons[now][why] += people
    waiting = sums[RecipientState.WAITING] + sums[RecipientState.LATER] + sums[RecipientState.FED]
    return Progress(
        run_id=run.id,
        state=RunState(run.state),
        paused_why=Paused(run.paused_why) if run.paused_why else None,
        frozen=sum(sums[each] for each in RecipientState),
        waiting=waiting,
        ahead=sums[RecipientState.FED],
        sent=sums[RecipientState.SENT],
        refused=sums[RecipientState.REFUSED],
        blocked=reasons[RecipientState.REFUSED]["blocked"],
        unknown=sums[RecipientState.UNKNOWN],
        skipped=dict(reasons[RecipientState.SKIPPED]),
        held=sums[RecipientState.HELD],
        left_out=dict(reasons[LEFT_OUT]),
        recalled=dict(reasons[RECALLED]),
        rate=run.rate,
        ends_at=run.ends_at,
        go_on_at=run.go_on_at,
    )


def _state_now(run: BroadcastRun, state: str, reason: str) -> tuple[str, str]:
    """Return state and reason; once a run is over, who still waits is skipped, a million of them without a write."""
    if run.state not in OVER or state not in (RecipientState.WAITING, RecipientState.LATER):
        return state, reason
    waited = reason if state == RecipientState.LATER and run.state != RunState.CANCELLED else ""
    return str(RecipientState.SKIPPED), waited or str(Skip.ENDED)
