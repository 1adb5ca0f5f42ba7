"""The tick: does what has fallen due, one move after another, until nothing is. Safe from any number of processes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from finance_core import ledger
from finance_core.business_day.models import DayStep, StepState
from finance_core.business_day.operators import tell_operators
from finance_core.business_day.plan import BookState, Move, MoveDate, RunStep, Seal, next_move
from finance_core.storage.steps import Held, Step, TimedWork
from finance_core.storage.unit import SYSTEM, Unit, Units

_TICK_LOCK: Final = 0x5355_5355_0001
"""The advisory lock that one ticker (or one journey through time) holds at a time."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that happens by itself: the steps of a day, and the work that falls due at instants."""

    steps: Sequence[Step]
    timed: Sequence[TimedWork]


@asynccontextmanager
async def alone(units: Units) -> AsyncIterator[bool]:
    """Hold the tick lock: yields False when another process is ticking or travelling."""
    if isinstance(units.bind, AsyncConnection):
        yield True
        return
    async with units.bind.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        got = bool(await connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _TICK_LOCK}))
        try:
            yield got
        finally:
            if got:
                await connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _TICK_LOCK})


async def tick(units: Units, calendar: Calendar) -> int:
    """Do what is due, unless another process is at it; return how many moves were made."""
    async with alone(units) as got:
        return await run_due(units, calendar) if got else 0


async def run_due(units: Units, calendar: Calendar) -> int:
    """Do everything that is due now, in order. The caller holds the tick lock."""
    moves = 0
    while await _one_move(units, calendar):
        moves += 1
    return moves


async def next_due(unit: Unit, calendar: Calendar) -> datetime:
    """Return the instant at which the next thing happens by itself: a move of the day, or timed work."""
    _, due = next_move(await _book_state(unit), calendar.steps, unit.zone)
    others = [await work.next_due(unit) for work in calendar.timed]
    return min([due, *(instant for instant in others if instant is not None)])


async def _one_move(units: Units, calendar: Calendar) -> bool:
    done = 0
    async with units.begin(SYSTEM) as unit:
        move, due = next_move(await _book_state(unit), calendar.steps, unit.zone)
        earlier = [work for work in calendar.timed if await _is_due(unit, work, due)]
    for work in earlier:
        done += await work.run(units)
    if done:
        return True
    if due > unit.now:
        return False
    await _make(units, move)
    return True


async def _is_due(unit: Unit, work: TimedWork, before: datetime) -> bool:
    instant = await work.next_due(unit)
    return instant is not None and instant <= min(unit.now, before)


async def _make(units: Units, move: Move) -> None:
    match move:
        case RunStep(step, on):
            await _run_step(units, step, on)
        case Seal(on):
            async with units.begin(SYSTEM) as unit:
                head = await ledger.seal_day(unit, on)
                sealed = {"on": on.isoformat(), "seal": head.hex()}
                await tell_operators(unit, kind="operator.day_sealed", params=sealed, key=f"seal:{on}")
        case MoveDate(to):
            async with units.begin(SYSTEM) as unit:
                await ledger.move_date(unit, to)


async def _run_step(units: Units, step: Step, on: date) -> None:
    state, note = StepState.DONE, None
    try:
        await step.run(units, on)
    except Held as held:
        state, note = StepState.HELD, str(held.details["what"])
    async with units.begin(SYSTEM) as unit:
        unit.session.add(DayStep(on_date=on, step=step.name, state=state, note=note, ended_at=unit.now))
        if note is not None:
            held_step = {"on": on.isoformat(), "step": step.name, "what": note}
            await tell_operators(unit, kind="operator.step_held", params=held_step, key=f"held:{step.name}:{on}")


async def _book_state(unit: Unit) -> BookState:
    dates = [day for day in (unit.open_on, unit.closing_on) if day is not None]
    rows = await unit.session.execute(select(DayStep.on_date, DayStep.step).where(DayStep.on_date.in_(dates)))
    ended: dict[date, set[str]] = {day: set() for day in dates}
    for on_date, step in rows:
        ended[on_date].add(step)
    return BookState(
        open_on=unit.open_on,
        closing_on=unit.closing_on,
        ended_open=ended[unit.open_on],
        ended_closing=ended[unit.closing_on] if unit.closing_on else set(),
    )
