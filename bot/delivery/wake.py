"""The connection by which delivery hears that there is something to send, and by which others see that it lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from finance_core.notices.claims import WORKER_LOCKS
from finance_core.notices.service import CHANNEL

RECONNECT_SECONDS: Final = 1
PROBE_SECONDS: Final = 30
"""How often a silent connection is asked whether it is still one."""

_log = logging.getLogger(__name__)


class Wake:
    """Calls `nudge` at each notice in the outbox, and holds the worker's advisory lock. Reconnects for ever."""

    def __init__(self, engine: AsyncEngine, worker: int, nudge: Callable[[], None]) -> None:
        self._engine = engine
        self._worker = worker
        self._nudge = nudge
        self.listening = asyncio.Event()
        """Set while the connection stands."""

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                _log.warning("the outbox's channel is lost, connecting again: %s", type(error).__name__)
            self.listening.clear()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        async with self._engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            lost = asyncio.Event()
            driver.add_termination_listener(lambda _: lost.set())
            try:
                await driver.execute(f"SELECT pg_advisory_lock({WORKER_LOCKS}, {self._worker})")
                await driver.add_listener(CHANNEL, lambda *_: self._nudge())
                self.listening.set()
                self._nudge()
                await self._until_lost(driver, lost)
            finally:
                await connection.invalidate()

    async def _until_lost(self, driver: Any, lost: asyncio.Event) -> None:
        while not lost.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(PROBE_SECONDS):
                    await lost.wait()
            if not lost.is_set():
                await driver.execute("SELECT 1")
