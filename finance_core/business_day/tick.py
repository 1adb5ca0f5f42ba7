"""The tick: does what has fallen due, one move after another, until nothing is. Safe from any number of processes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from finance_core import ledger
from finance_core.business_day.asking import Wanted, ask, looked_at
from finance_core.business_day.leap import may_open
from finance_core.business_day.notices import DaySealed, StepHeld, StepResumed
from finance_core.business_day.operators import tell_operators, warn_of_calendars
from finance_core.business_day.plan import BookState, MoveDate, Next, RunStep, Seal, falls_due, next_move
from finance_core.notices import wake
from finance_core.schedule.models import DayStep, StepState
from finance_core.schedule.record import ended_steps, write_ended, write_passed_over
from finance_core.schedule.steps import Held, Step, TimedWork
from finance_core.storage.unit import SYSTEM, Actor, Unit, Units

_TICK_LOCK: Final = 0x5355_5355_0001
"""The advisory lock that one ticker (or one journey through time) holds at a time."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that happens by itself: the steps of a day, and the work that falls due at instants."""

    steps: Sequence[Step]
    timed: Sequence[TimedWork]

    def __post_init__(self) -> None:
        """Refuse two steps of one name, or of one phase and rank, whose order would be chance. Raises ValueError."""
        for names in ([step.name for step in self.steps], [f"{step.phase} {step.rank}" for step in self.steps]):
            twice = [name for name in names if names.count(name) > 1]
            if twice:
                raise ValueError(f"two steps are {twice[0]}")


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


async def tick(units: Units, calendar: Calendar, *, guarded: bool = True) -> int:
    """Do what is due, unless another process is at it; return how many moves were made.

    Args:
        guarded: whether more than a day to live through waits for an operator's yes (`leap.py`).
    """
    async with alone(units) as got:
        return (await run_due(units, calendar, guarded=guarded)).moves if got else 0


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run has done: how many moves, and the instant at which something falls due next, as `next_due` says."""

    moves: int
    next_due: datetime


async def run_due(units: Units, calendar: Calendar, *, guarded: bool = False) -> Ran:
    """Do everything that is due now, in order. The caller holds the tick lock."""
    run = _Run(guarded)
    while True:
        to_write_down = run.ended
        async with AsyncExitStack() as opened:
            unit = await opened.enter_async_context(units.begin(SYSTEM))
            look = await _look(unit, calendar, run)
            run.ended = None
            if look.next_due is not None:
                return Ran(run.moves, look.next_due)
            if look.step is not None and not look.moved and (look.step.step.name, look.step.on) not in run.apart:
                together = _LookFirst(units, unit, opened)
                run.ended = await _run_step(together, look.step, again=look.again)
                if run.ended.missing is not None and together.begun:  # what the look wrote may be rolled back
                    run.look_anew(to_write_down, apart=look.step)
                    continue
        run.moves += bool(look.timed or look.step)
        for work in look.timed:
            await work.run(units)
        if look.step is not None:
            run.ended = run.ended or await _run_step(units, look.step, again=look.again)
            if run.ended.missing is not None:
                run.held_again.add((look.step.step.name, look.step.on))


class _LookFirst(Units):
    """The units of a step, the first of which is that of the look, still open: one transaction instead of two.

    What the look wrote is rolled back where the step's first unit is; it is found anew then, as after a crash.
    """

    def __init__(self, units: Units, unit: Unit, opened: AsyncExitStack) -> None:
        super().__init__(units.bind, units.clock)
        self._units = units
        self._look: Unit | None = unit
        self._opened = opened

    @property
    def begun(self) -> bool:
        """Whether the step has begun a unit."""
        return self._look is None

    @asynccontextmanager
    async def begin(self, actor: Actor = SYSTEM) -> AsyncIterator[Unit]:
        unit, self._look = self._look, None
        if unit is None or actor != unit.actor:
            await self._opened.aclose()
            async with self._units.begin(actor) as later:
                yield later
            return
        async with self._opened.pop_all():
            yield unit


async def next_due(unit: Unit, calendar: Calendar) -> datetime:
    """Return the instant at which something next happens by itself, as far as the book tells now.

    A step that has nothing to do is no such instant; midnight is one, after which another day is looked at.
    """
    wanted = await ask(unit, calendar.steps, calendar.timed)
    due = next_move(_book_state(unit, wanted.ended), calendar.steps, unit.zone, wanted.idle).due
    return await _soonest(unit, calendar, due, wanted, frozenset())


async def _soonest(
    unit: Unit, calendar: Calendar, due: datetime, wanted: Wanted, held_again: AbstractSet[tuple[str, date]]
) -> datetime:
    """Return the instant of the next move, which is `due`, or of what does not stand in the day's order before it."""
    others = [await work.next_due(unit) for work in wanted.timed]
    if wanted.held and await _resumed(unit, calendar, held_again) is not None:
        others.append(unit.now)
    return min([due, *(instant for instant in others if instant is not None)])


async def moves_are_due(unit: Unit, calendar: Calendar) -> bool:
    """Say whether a move of the day has fallen due and is not done: days, or the steps of one, are being caught up.

    Reminders wait meanwhile: the next step may write a later one, or find that all is paid.
    """
    ended = await ended_steps(unit, looked_at(unit))
    return next_move(_book_state(unit, ended), calendar.steps, unit.zone).due <= unit.now


@dataclass(frozen=True, slots=True)
class _Ended:
    """A step that has run; `missing` names the data that it waits for, if it was held."""

    step: RunStep
    missing: str | None
    again: bool
    """It had been held before."""


@dataclass(slots=True)
class _Run:
    """What one run has done so far, and what it need not look at again."""

    guarded: bool
    moves: int = 0
    ended: _Ended | None = None
    """The step that has just run, to be written down with the next look."""
    held_again: set[tuple[str, date]] = field(default_factory=set)
    known_on: date | None = None
    ended_steps: set[str] = field(default_factory=set)
    """The steps that have ended on `known_on`: nobody else writes any while the caller holds the lock."""
    wanted_steps: AbstractSet[str] = frozenset()
    """The steps that had something to do on `known_on` when that was asked last."""
    quiet_until: datetime | None = None
    """Up to here no timed work was due, and no held step could go on: steps of one instant ask for neither again."""
    apart: set[tuple[str, date]] = field(default_factory=set)
    """The steps that run apart from the look that found them: they are held, and take back what it wrote."""

    def look_anew(self, ended: _Ended | None, apart: RunStep) -> None:
        """Forget the last look; `ended` is still to be written down, and `apart` is run apart from the next look."""
        self.ended, self.known_on = ended, None
        self.apart.add((apart.step.name, apart.on))


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at the book found to do: work that came due first, or a step; a sealing or a moved date is done.

    Where nothing is due, `next_due` is the instant at which something will be.
    """

    timed: Sequence[TimedWork] = ()
    step: RunStep | None = None
    again: bool = False
    next_due: datetime | None = None
    moved: bool = False
    """The day was sealed or the date moved on the way. Nobody posts until that is committed, so a step waits for it."""


async def _look(unit: Unit, calendar: Calendar, run: _Run) -> _Look:
    """Write down the step that has ended, if one has, and find out what comes next; a day is sealed, and a date moved
    on, right here. Once the date has moved, what is due after it waits for the next look.
    """
    if run.ended is not None:
        await _write_down(unit, run.ended)
        if run.ended.step.on == run.known_on:
            run.ended_steps.add(run.ended.step.step.name)
    moved = False
    while True:
        look, move = await _look_once(unit, calendar, run)
        if move is None:
            return replace(look, moved=moved)
        if moved and unit.closing_on is not None:
            return _Look()
        await _turn(unit, move)
        run.moves, moved = run.moves + 1, True


async def _look_once(unit: Unit, calendar: Calendar, run: _Run) -> tuple[_Look, Seal | MoveDate | None]:
    """Return what is to be done next, or a sealing or a move of the date that is due."""
    known = _known_next(unit, calendar, run)
    if known is not None:
        return (_Look(step=known), None) if isinstance(known, RunStep) else (_Look(), known)
    wanted = await ask(unit, calendar.steps, calendar.timed)
    run.known_on, run.ended_steps, run.wanted_steps = looked_at(unit), set(wanted.ended), wanted.steps
    coming = next_move(_book_state(unit, wanted.ended), calendar.steps, unit.zone, wanted.idle)
    before = min(unit.now, coming.due)
    if run.quiet_until is None or run.quiet_until < before:
        out_of_order = await _out_of_order_work(unit, calendar, wanted, before, run.held_again)
        if out_of_order is not None:
            return out_of_order, None
        run.quiet_until = before
    over = [each for each in coming.idle if falls_due(each, unit.zone) <= unit.now]
    await _pass_over(unit, over)
    run.ended_steps.update(each.step.name for each in over)
    if coming.due <= unit.now and await _may_begin(unit, coming, run):
        return (_Look(step=coming.move), None) if isinstance(coming.move, RunStep) else (_Look(), coming.move)
    if run.moves:
        await wake(unit)  # reminders waited for the last step to end
    return _Look(next_due=await _soonest(unit, calendar, coming.due, wanted, run.held_again)), None


def _known_next(unit: Unit, calendar: Calendar, run: _Run) -> RunStep | Seal | None:
    """Return what comes next of a close where nothing is to be asked: no step is left, or the next one was wanted when
    that was asked last. Nothing that a night does takes away what a later step of it has to do. In the day, debits do.
    """
    if unit.closing_on is None or run.known_on != unit.closing_on or run.quiet_until is None:
        return None
    coming = next_move(_book_state(unit, run.ended_steps), calendar.steps, unit.zone)
    if coming.due > min(unit.now, run.quiet_until) or isinstance(coming.move, MoveDate):
        return None
    is_known = isinstance(coming.move, Seal) or coming.move.step.name in run.wanted_steps
    return coming.move if is_known else None


async def _may_begin(unit: Unit, coming: Next, run: _Run) -> bool:
    return not run.guarded or not isinstance(coming.move, MoveDate) or await may_open(unit, coming.move.to)


async def _pass_over(unit: Unit, idle: Sequence[RunStep]) -> None:
    """Write down that steps have ended which had nothing to do."""
    if idle:
        await write_passed_over(unit, idle[0].on, [each.step.name for each in idle])


async def _out_of_order_work(
    unit: Unit, calendar: Calendar, wanted: Wanted, before: datetime, held_again: AbstractSet[tuple[str, date]]
) -> _Look | None:
    """Return what does not stand in the day's order: timed work that is due, else a held step that can go on."""
    timed = [work for work in wanted.timed if await _is_due(unit, work, before)]
    if timed:
        return _Look(timed=timed)
    resumed = await _resumed(unit, calendar, held_again) if wanted.held else None
    return _Look(step=resumed, again=True) if resumed is not None else None


async def _resumed(unit: Unit, calendar: Calendar, held_again: AbstractSet[tuple[str, date]]) -> RunStep | None:
    """Return the oldest held step that can go on, None while a day is being closed: that one comes first."""
    if unit.closing_on is not None:
        return None
    steps = {step.name: step for step in calendar.steps if step.resumes is not None}
    held = (
        select(DayStep)
        .where(DayStep.state == StepState.HELD, col(DayStep.step).in_(steps))
        .order_by(col(DayStep.on_date))
    )
    for row in (await unit.session.scalars(held)).all() if steps else ():
        step = steps[row.step]
        if (row.step, row.on_date) not in held_again and step.resumes and await step.resumes(unit, row.on_date):
            return RunStep(step, row.on_date)
    return None


async def _is_due(unit: Unit, work: TimedWork, before: datetime) -> bool:
    instant = await work.next_due(unit)
    return instant is not None and instant <= before


async def _turn(unit: Unit, move: Seal | MoveDate) -> None:
    if isinstance(move, MoveDate):
        await ledger.move_date(unit, move.to)
        await warn_of_calendars(unit, move.to)
        return
    head = await ledger.seal_day(unit, move.on)
    await tell_operators(unit, DaySealed(on=move.on, seal=head.hex()), key=f"seal:{move.on}")


async def _run_step(units: Units, due: RunStep, *, again: bool) -> _Ended:
    try:
        await due.step.run(units, due.on)
    except Held as held:
        return _Ended(due, str(held.details["what"]), again)
    return _Ended(due, None, again)


async def _write_down(unit: Unit, ended: _Ended) -> None:
    name, on = ended.step.step.name, ended.step.on
    await write_ended(unit, on, name, ended.missing)
    if ended.missing is not None:
        await tell_operators(unit, StepHeld(on=on, step=name, what=ended.missing), key=f"held:{name}:{on}")
    elif ended.again:
        await tell_operators(unit, StepResumed(on=on, step=name), key=f"resumed:{name}:{on}")


def _book_state(unit: Unit, ended: AbstractSet[str]) -> BookState:
    return BookState(unit.open_on, unit.closing_on, ended)
