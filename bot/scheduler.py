"""The scheduler: APScheduler says that a moment has passed; what is due is in tables, and the tick does it."""

from __future__ import annotations

import asyncio
from datetime import UTC
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from finance_core.business_day.tick import Calendar, tick
from finance_core.storage.unit import Units

TICK_SECONDS: Final = 1
SHOWN_CHARACTERS: Final = 200
_log = structlog.get_logger(__name__)


class Scheduler:
    """Ticks until cancelled. Any number of processes may: one at a time does what is due, and nothing is done twice.

    APScheduler's jobs live in memory and carry no meaning: a moment that is missed, doubled or late changes nothing,
    since the next tick finds everything that is due, however long the service was away.
    """

    def __init__(self, units: Units, calendar: Calendar, *, guarded: bool = True) -> None:
        self._units = units
        self._calendar = calendar
        self._guarded = guarded
        self._moment = asyncio.Event()

    async def run(self) -> None:
        """Do what is due, now and after each moment. A tick that fails is logged, and tried again at the next."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        scheduler.add_job(self._moment.set, "interval", seconds=TICK_SECONDS, misfire_grace_time=None, coalesce=True)
        scheduler.start()
        try:
            while True:
                self._moment.clear()
                await self._tick()
                await self._moment.wait()
        finally:
            scheduler.shutdown(wait=False)

    async def _tick(self) -> None:
        try:
            moves = await tick(self._units, self._calendar, guarded=self._guarded)
        except Exception as error:  # noqa: BLE001 - a step that fails stops the day, and not the scheduler
            _log.error("tick_failed", exc_info=error)
        else:
            if moves:
                _log.info("ticked", moves=moves)
