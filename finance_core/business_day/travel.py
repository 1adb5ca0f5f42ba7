"""Travelling through time, for the sandbox: what falls due on the way is done, in order, by the real tick."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from finance_core.business_day.tick import Calendar, alone, next_due, run_due
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.notices import next_due as next_notice_due
from finance_core.notices import outstanding, wake
from finance_core.storage.book_row import end_journey, set_clock
from finance_core.storage.unit import Unit, Units

FARTHEST: Final = timedelta(days=800)
_DRAIN_TIMEOUT_SECONDS: Final = 20.0
_DRAIN_POLL_SECONDS: Final = 0.01
_GIVEN_UP_AFTER: Final = timedelta(seconds=60)
"""A traveller that dies leaves pacing off for no longer than this."""


async def travel(
    units: Units, target: datetime, calendar: Calendar, *, drained: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Let time pass until `target`: stop at each instant at which something falls due and let it happen.

    Args:
        drained: awaits that what was pushed has been delivered, and that boards show how things stand; by default both
            are watched.

    Raises:
        InvalidInput: `clock_backwards` or `clock_too_far`.
        Conflict: `clock_busy`: another journey is under way.
    """
    async with alone(units) as got:
        if not got:
            raise Conflict(ErrorCode.CLOCK_BUSY)
        async with units.begin() as unit:
            _require_reachable(unit, target)
        try:
            await _arrive_stepwise(units, target, calendar, drained or (lambda: _delivered(units)))
        finally:
            await _end_journey(units)


async def _arrive_stepwise(
    units: Units, target: datetime, calendar: Calendar, drained: Callable[[], Awaitable[None]]
) -> None:
    await run_due(units, calendar)
    while True:
        stop = await _move_clock(units, target, calendar)
        await run_due(units, calendar)
        await drained()
        if stop >= target:
            return


async def _move_clock(units: Units, target: datetime, calendar: Calendar) -> datetime:
    """Set the clock to the next instant at which something falls due, `target` at the latest; return it.

    Delivery is woken, to look at what that makes due.
    """
    async with units.begin() as unit:
        stop = await _next_stop(unit, target, calendar)
        await set_clock(unit, stop - unit.wall, _GIVEN_UP_AFTER)
        await wake(unit)
        return stop


async def _next_stop(unit: Unit, target: datetime, calendar: Calendar) -> datetime:
    moment = await next_due(unit, calendar)
    notice = await next_notice_due(unit)
    due = min(moment, notice) if notice is not None else moment
    return min(max(due, unit.now), target)


async def _end_journey(units: Units) -> None:
    async with units.begin() as unit:
        await end_journey(unit)


async def _delivered(units: Units) -> None:
    """Wait until delivery has sent what is due and boards are current; it is woken, as a changed board wakes nobody."""
    async with asyncio.timeout(_DRAIN_TIMEOUT_SECONDS):
        is_first = True
        while not await _is_delivered(units, wakes=is_first):
            is_first = False
            await asyncio.sleep(_DRAIN_POLL_SECONDS)


async def _is_delivered(units: Units, *, wakes: bool) -> bool:
    async with units.begin() as unit:
        if await outstanding(unit) == 0:
            return True
        if wakes:
            await wake(unit)
    return False


def _require_reachable(unit: Unit, target: datetime) -> None:
    if target < unit.now:
        raise InvalidInput(ErrorCode.CLOCK_BACKWARDS)
    if target - unit.now > FARTHEST:
        raise InvalidInput(ErrorCode.CLOCK_TOO_FAR, days=FARTHEST.days)
