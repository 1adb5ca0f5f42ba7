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
from finance_core.offers.running.states import LEFT_OUT, OVER, Fate, Paused, RunState
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Progress:
    """What has become of all who were frozen: `waiting` and the fates add up to `frozen`, always."""

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


async def fates_by_variant(unit: Unit, run_id: int) -> Mapping[tuple[int, str, str], int]:
    """Return how many recipients of each variant have come to which fate, by reason ("" for none).

    Of a run that is over nobody waits: who was never fed is skipped.
    """
    run = await run_of(unit, run_id)
    found: Counter[tuple[int, str, str]] = Counter()
    for (variant, state, reason), people in (await counts(unit, run_id)).items():
        if state not in (LEFT_OUT, RECALLED):
            found[variant, *_fate(run, state, reason)] += people
    return found


def _progress(run: BroadcastRun, found: Mapping[tuple[int, str, str], int]) -> Progress:
    sums: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = {name: Counter() for name in (Fate.SKIPPED, Fate.REFUSED, LEFT_OUT, RECALLED)}
    for (_, state, reason), people in found.items():
        fate, why = _fate(run, state, reason)
        sums[fate] += people
        if fate in reasons:
            reasons[fate][why] += people
    waiting = sums[Fate.WAITING] + sums[Fate.LATER] + sums[Fate.FED]
    return Progress(
        run_id=run.id,
        state=RunState(run.state),
        paused_why=Paused(run.paused_why) if run.paused_why else None,
        frozen=sum(sums[fate] for fate in Fate),
        waiting=waiting,
        ahead=sums[Fate.FED],
        sent=sums[Fate.SENT],
        refused=sums[Fate.REFUSED],
        blocked=reasons[Fate.REFUSED]["blocked"],
        unknown=sums[Fate.UNKNOWN],
        skipped=dict(reasons[Fate.SKIPPED]),
        held=sums[Fate.HELD],
        left_out=dict(reasons[LEFT_OUT]),
        recalled=dict(reasons[RECALLED]),
        rate=run.rate,
        ends_at=run.ends_at,
        go_on_at=run.go_on_at,
    )


def _fate(run: BroadcastRun, state: str, reason: str) -> tuple[str, str]:
    """Return fate and reason; once a run is over, who still waits is skipped, a million of them without a write."""
    if run.state not in OVER or state not in (Fate.WAITING, Fate.LATER):
        return state, reason
    waited = reason if state == Fate.LATER and run.state != RunState.CANCELLED else ""
    return str(Fate.SKIPPED), waited or str(Skip.ENDED)
