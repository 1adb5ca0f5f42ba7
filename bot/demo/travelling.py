"""Business time as the sandbox sees it: read from the book, moved by the real close of business."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from bot.database import opened
from bot.sandbox.clock import Traveller
from bot.sandbox.errors import WrongCall
from bot.settings import Settings
from finance_core.business_day.travel import FARTHEST, travel
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.lines import CALENDAR
from finance_core.storage.unit import Units

BUSY_TIMEOUT_SECONDS: Final = 30.0
_BUSY_PAUSE_SECONDS: Final = 0.05
_TRAVELLING = text("SELECT coalesce(travelling_until > clock_timestamp(), false) FROM book WHERE id = 1")


class BookTraveller:
    """Owns business time for the sandbox: the book's."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def now(self) -> dict[str, Any]:
        """Return the instant, the business date, and whether somebody travels."""
        async with self._units.begin() as unit:
            travelling = await unit.session.scalar(_TRAVELLING)
            return {"now": unit.now, "business_date": unit.open_on, "travelling": bool(travelling)}

    async def advance(self, target: datetime) -> dict[str, Any]:
        """Travel to `target`, once nobody else is ticking or travelling.

        Raises:
            WrongCall: it is in the past or too far, or somebody else is at it for too long.
        """
        deadline = asyncio.get_running_loop().time() + BUSY_TIMEOUT_SECONDS
        while True:
            try:
                await travel(self._units, target, CALENDAR)
            except Conflict:
                if asyncio.get_running_loop().time() > deadline:
                    raise WrongCall("Somebody else is travelling: try again in a moment.", 409) from None
                await asyncio.sleep(_BUSY_PAUSE_SECONDS)
            except InvalidInput:
                raise WrongCall(f"One journey goes forward, by at most {FARTHEST.days} days.") from None
            else:
                return await self.now()


async def keep_time(settings: Settings, arrived: asyncio.Future[Traveller]) -> None:
    """Say to `arrived` who owns time, once the database is there, and keep it open until cancelled."""
    async with opened(settings, wait=True, pool_size=5) as database:
        arrived.set_result(BookTraveller(database.units))
        await asyncio.Event().wait()
