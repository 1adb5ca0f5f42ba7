"""Watches the clocks: PostgreSQL's, which money goes by, against Telegram's and this machine's; and the book's date."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx
import structlog

from finance_core.business_day.leap import CLOCK_TOLERANCE_SECONDS, look_at_clocks, waiting
from finance_core.storage.unit import Units

LOOK_SECONDS: Final = 60.0
_PATIENCE_SECONDS: Final = 5.0
_log = structlog.get_logger(__name__)

Theirs = Callable[[], Awaitable[datetime | None]]
"""Asks a clock that is none of ours; None where it does not answer."""


def clock_of(address: str) -> Theirs:
    """Return what asks a web server for its time, which stands in the head of each of its answers."""

    async def ask() -> datetime | None:
        try:
            async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS) as client:
                said = (await client.head(address)).headers.get("date")
            return parsedate_to_datetime(said).astimezone(UTC) if said else None
        except (httpx.HTTPError, ValueError):
            return None

    return ask


class ClockWatch:
    """Looks once a minute until cancelled. Operators are told once a day; the log hears it each time."""

    def __init__(self, units: Units, theirs: Theirs) -> None:
        self._units = units
        self._theirs = theirs

    async def run(self) -> None:
        """Look, and look again. What is away is looked at next time."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - a watch that ends sees nothing
                _log.warning("clocks_not_seen", why=f"{type(error).__name__}: {error}"[:200])
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Compare the clocks once."""
        theirs = await self._theirs()
        asked_at = asyncio.get_running_loop().time()
        async with self._units.begin() as unit:
            ours = round((datetime.now(UTC) - unit.wall).total_seconds())
            waited = asyncio.get_running_loop().time() - asked_at
            off = await look_at_clocks(unit, theirs if waited < _PATIENCE_SECONDS else None)
            waits = await waiting(unit)
        if waits is not None:
            _log.error("days_wait_for_a_yes", days=waits.days, open_on=str(waits.open_on), today=str(waits.today))
        if abs(off) > CLOCK_TOLERANCE_SECONDS:
            _log.error("postgresqls_clock_is_off", seconds=off, against="telegram")
        if abs(ours) > CLOCK_TOLERANCE_SECONDS:
            _log.error("this_machines_clock_is_off", seconds=ours, against="postgresql")
