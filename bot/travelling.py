"""Business time as the sandbox sees it: read from the book, moved by the real close of business."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import text

from bot.database import House
from finance_core.business_day.everything import CALENDAR
from finance_core.business_day.travel import travel
from finance_core.kernel.errors import Conflict
from finance_core.storage.unit import Units

BUSY_TIMEOUT_SECONDS: Final = 30.0
_BUSY_PAUSE_SECONDS: Final = 0.05
_TRAVELLING = text("SELECT coalesce(travelling_until > :now, false) FROM book WHERE id = 1")


class BookTraveller:
    """Owns business time for the sandbox. It may be asked before the database is up: then it waits for `live_in`."""

    def __init__(self) -> None:
        self._house: asyncio.Future[Units] = asyncio.get_running_loop().create_future()

    async def live_in(self, opening: AbstractAsyncContextManager[House]) -> None:
        """Keep the time of the book in this house, until cancelled."""
        async with opening as house:
            self._house.set_result(house.units)
            await asyncio.Event().wait()

    async def now(self) -> dict[str, Any]:
        """Return the instant, the business date, and whether somebody travels."""
        units = await asyncio.shield(self._house)
        async with units.begin() as unit:
            travelling = await unit.session.scalar(_TRAVELLING, {"now": datetime.now(UTC)})
            return {"now": unit.now, "business_date": unit.open_on, "travelling": bool(travelling)}

    async def advance(self, target: datetime) -> dict[str, Any]:
        """Travel to `target`, once nobody else is ticking or travelling. Raises what `travel` raises."""
        units = await asyncio.shield(self._house)
        deadline = asyncio.get_running_loop().time() + BUSY_TIMEOUT_SECONDS
        while True:
            try:
                await travel(units, target, CALENDAR)
            except Conflict:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(_BUSY_PAUSE_SECONDS)
            else:
                return await self.now()
