"""A run is looked after: what came of its messages is taken over, it is fed, watched, and ended when its time is over.

Any number of processes may: the run's lock lets one at a time, and the others pass it over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.customers.offer_checks import OfferCheck
from finance_core.offers.running.controls import pause_locked, take_back
from finance_core.offers.running.feeding import Standing, feed, next_later, standing
from finance_core.offers.running.models import BroadcastRun
from finance_core.offers.running.settling import settle
from finance_core.offers.running.starting import home
from finance_core.offers.running.states import Paused, RecipientState, RunState
from finance_core.offers.running.watching import UNKNOWN_WITHIN, Seen, why_to_pause
from finance_core.schedule.steps import TimedWork
from finance_core.storage.unit import Unit, Units

LOOK_AGAIN: Final = timedelta(seconds=1)
"""How soon a run is looked at again while something of it is on its way."""
LOOKED_AFTER: Final = timedelta(minutes=10)
"""For how long after its end: a late answer may still settle what nobody knew."""
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)

WANTED: Final = (
    "SELECT FROM broadcast_run WHERE state <> 'freezing' AND (idle_until IS NULL OR idle_until < '9999-01-01Z')"
)
_NEXT_LOOK: Final = text(
    """
    SELECT min(coalesce(idle_until, CAST(:now AS timestamptz))) FROM broadcast_run WHERE state <> 'freezing'
    """
)

_LEAVING: Final = text(
    """
    SELECT (SELECT count(*) FROM broadcast_leaving
            WHERE run_id = :run AND at > coalesce(CAST(:since AS timestamptz), '-infinity')) AS leaving,
           (SELECT count(*) FROM broadcast_recipient
            WHERE run_id = :run AND state = 'unknown' AND sent_at > :lately
                AND sent_at > coalesce(CAST(:since AS timestamptz), '-infinity')) AS unknown
    """
)


async def run_all(units: Units, checks: Sequence[OfferCheck]) -> int:
    """Look after every run for which it is time; return how many there were."""
    async with units.begin() as unit:
        due = await due_runs(unit)
    looked = 0
    for run_id in due:
        async with units.begin() as unit:
            looked += await look_after(unit, run_id, checks)
    return looked


async def due_runs(unit: Unit) -> list[int]:
    """Return the runs that it is time to look at, those that end first before others."""
    statement = select(BroadcastRun.id).where(
        col(BroadcastRun.state) != RunState.FREEZING,
        col(BroadcastRun.idle_until).is_(None) | (col(BroadcastRun.idle_until) <= unit.now),
    )
    return list(await unit.session.scalars(statement.order_by(col(BroadcastRun.ends_at), col(BroadcastRun.id))))


async def next_look(unit: Unit) -> datetime | None:
    """Return when the next run wants to be looked at, None where none does."""
    soonest: datetime | None = await unit.session.scalar(_NEXT_LOOK, {"now": unit.now})
    return soonest if soonest is None or soonest < NEVER else None


def timed_work(checks: Sequence[OfferCheck]) -> TimedWork:
    """Return the work that looks after runs. `checks` are of all lines."""
    return TimedWork("offers.run", WANTED, next_look, lambda units: run_all(units, checks))


async def look_after(unit: Unit, run_id: int, checks: Sequence[OfferCheck]) -> bool:
    """Do what is to be done for a run now; False where another process is at it."""
    statement = select(BroadcastRun).where(BroadcastRun.id == run_id)
    statement = statement.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    run = await unit.session.scalar(statement)
    if run is None:
        return False
    moved = await settle(unit, run)
    stands = await standing(unit, run.id)
    if moved or stands[RecipientState.FED] == 0:
        run.moved_at = unit.now
    if run.state == RunState.SENDING:
        await _go_on(unit, run, stands, checks)
    await _end(unit, run)
    run.idle_until = await _idle_until(unit, run)
    return True


async def _go_on(unit: Unit, run: BroadcastRun, stands: Standing, checks: Sequence[OfferCheck]) -> None:
    why = await _why_to_pause(unit, run, stands)
    if why is not None:
        await pause_locked(unit, run, why)
    elif run.starts_at <= unit.now < run.ends_at:
        await feed(unit, run, checks)


async def _why_to_pause(unit: Unit, run: BroadcastRun, stands: Standing) -> Paused | None:
    if run.home != await home(unit):
        return Paused.RESTORED
    left = stands[RecipientState.WAITING] + stands[RecipientState.LATER] + stands[RecipientState.FED]
    if unit.now >= run.ends_at or not left:
        return None
    bound = {"run": run.id, "since": run.watched_from, "lately": unit.now - UNKNOWN_WITHIN}
    found = (await unit.session.execute(_LEAVING, bound)).one()
    return why_to_pause(
        Seen(
            recent=run.recent,
            sent=stands[RecipientState.SENT] - run.watched_sent,
            leaving=found.leaving,
            unknown_lately=found.unknown,
            now=unit.now,
            looked_until=run.idle_until,
            moved_at=run.moved_at,
            paid=stands.tried - stands[RecipientState.FED],
            stars_at_most=run.stars_at_most if run.is_paid and left > stands[RecipientState.FED] else None,
        )
    )


async def _end(unit: Unit, run: BroadcastRun) -> None:
    """End a run whose time is over, or whose recipients are all settled; what is on the wire is waited for."""
    if run.state not in (RunState.SENDING, RunState.PAUSED):
        return
    if unit.now >= run.ends_at:
        await take_back(unit, run, ended=True)
    stands = await standing(unit, run.id)
    is_all = stands[RecipientState.WAITING] + stands[RecipientState.LATER] == 0
    if stands[RecipientState.FED] == 0 and (unit.now >= run.ends_at or (is_all and run.state == RunState.SENDING)):
        run.state, run.paused_why, run.ended_at = str(_ended_as(stands)), None, unit.now


def _ended_as(stands: Standing) -> RunState:
    """What was never begun before its end is missed, and says so."""
    never = stands.tried == 0 and stands[RecipientState.SKIPPED] == 0 and stands[RecipientState.WAITING] > 0
    return RunState.MISSED if never else RunState.FINISHED


async def _idle_until(unit: Unit, run: BroadcastRun) -> datetime:
    """Return when to look at a run again: in a second while something of it is on its way."""
    soon, stands = unit.now + LOOK_AGAIN, await standing(unit, run.id)
    if stands[RecipientState.FED]:
        return soon
    if run.ended_at is not None:
        late = stands[RecipientState.UNKNOWN] and unit.now < run.ended_at + LOOKED_AFTER
        return run.ended_at + LOOKED_AFTER if late else NEVER
    if run.state == RunState.PAUSED:
        return run.ends_at
    begins = max(run.starts_at, run.go_on_at or run.starts_at)
    if begins > unit.now:
        return min(begins, run.ends_at)
    later = None if stands[RecipientState.WAITING] else await next_later(unit, run.id) or run.ends_at
    return max(soon, min(later or soon, run.ends_at))
