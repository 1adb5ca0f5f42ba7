"""Pausing, going on, cancelling and recalling a run: each touches the 500 rows that are ahead, and no more."""

from __future__ import annotations

from typing import Final

from finance_core.customers.offer_checks import Skip
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.notices import fed
from finance_core.notices.notice import Notice
from finance_core.notices.quiet_hours import working_hours
from finance_core.notices.service import enqueue_many
from finance_core.notices.urgency import Urgency
from finance_core.offers.running.counting import Move, move
from finance_core.offers.running.feeding import standing
from finance_core.offers.running.models import BroadcastRun
from finance_core.offers.running.naming import about, customer_of
from finance_core.offers.running.notices import BroadcastPaused
from finance_core.offers.running.starting import home, run_of
from finance_core.offers.running.states import Paused, RecipientState, RunState
from finance_core.storage.unit import Unit

RECALLED_FROM: Final = (RunState.PAUSED, RunState.FINISHED, RunState.CANCELLED)


async def pause(unit: Unit, run_id: int, why: Paused = Paused.BY_HAND) -> bool:
    """Stop feeding and take back what waits in the outbox; nothing new goes on the wire from the commit on.

    Returns False where it is paused already. Raises: NotFound: `broadcast`. Conflict: `broadcast_state`: it is over.
    """
    run = await run_of(unit, run_id, lock=True)
    if run.state == RunState.PAUSED:
        return False
    _require(run, RunState.SENDING)
    await pause_locked(unit, run, why)
    return True


async def pause_locked(unit: Unit, run: BroadcastRun, why: Paused) -> None:
    """Pause a run that is sending, and is locked. By itself, its maker and checker are told."""
    run.state, run.paused_why, run.idle_until = str(RunState.PAUSED), str(why), unit.now
    await take_back(unit, run, ended=False)
    if why is not Paused.BY_HAND:
        await _tell(unit, run, why)


async def resume(unit: Unit, run_id: int) -> bool:
    """Let a paused run go on; what it was paused for is accepted, and counted anew from here.

    Returns False where it is sending already. Raises: NotFound: `broadcast`. Conflict: `broadcast_state`: it is over,
    its end has passed, or it is being recalled.
    """
    run = await run_of(unit, run_id, lock=True)
    if run.state == RunState.SENDING:
        return False
    _require(run, RunState.PAUSED)
    if unit.now >= run.ends_at or run.recall is not None:
        raise Conflict(ErrorCode.BROADCAST_STATE, state=str(RunState.FINISHED))
    run.state, run.paused_why, run.recent = str(RunState.SENDING), None, ""
    run.home = await home(unit)
    run.watched_from, run.watched_sent = unit.now, (await standing(unit, run.id))[RecipientState.SENT]
    run.moved_at = run.idle_until = unit.now
    return True


async def cancel(unit: Unit, run_id: int) -> bool:
    """End a run for good: who was reached is a fair sample, who was not is skipped.

    Returns False where it is cancelled already. Raises: NotFound: `broadcast`. Conflict: `broadcast_state`: it is over.
    """
    run = await run_of(unit, run_id, lock=True)
    if run.state == RunState.CANCELLED:
        return False
    _require(run, RunState.FREEZING, RunState.SENDING, RunState.PAUSED)
    run.state, run.paused_why, run.ended_at, run.idle_until = str(RunState.CANCELLED), None, unit.now, unit.now
    await take_back(unit, run, ended=True)
    return True


async def recall(unit: Unit, run_id: int) -> bool:
    """Begin to take a run's messages back: deleted within 48 hours, edited after. It takes two people, asked before.

    Returns False where it is being recalled. Raises: NotFound: `broadcast`. Conflict: `broadcast_state`: it is sending.
    """
    run = await run_of(unit, run_id, lock=True)
    if run.recall is not None:
        return False
    _require(run, *RECALLED_FROM)
    run.recall, run.idle_until = "running", unit.now
    return True


def _require(run: BroadcastRun, *states: RunState) -> None:
    if run.state not in states:
        raise Conflict(ErrorCode.BROADCAST_STATE, state=run.state)


async def take_back(unit: Unit, run: BroadcastRun, *, ended: bool) -> int:
    """Take what waits in the outbox back into the recipients, 500 at most: to go later, or, `ended`, not at all."""
    keys = await fed.take_back(unit, about(run.id))
    people = sorted(customer_of(key) for key in keys)
    moves = [
        Move(each, RecipientState.SKIPPED, str(Skip.ENDED))
        if ended
        else Move(each, RecipientState.LATER, wait_until=unit.now)
        for each in people
    ]
    return len(await move(unit, run.id, moves, of=(RecipientState.FED,)))


async def _tell(unit: Unit, run: BroadcastRun, why: Paused) -> None:
    told = BroadcastPaused(broadcast=run.id, why=str(why))
    await enqueue_many(
        unit,
        [
            Notice(
                content=told,
                urgency=Urgency.RECEIPT,
                not_before=working_hours(unit.now, unit.zone),
                key=f"{told.kind}:{run.id}:{unit.now.isoformat()}:{each}",
                customer_id=each,
                about=about(run.id),
            )
            for each in (run.maker_id, run.checker_id)
        ],
    )
