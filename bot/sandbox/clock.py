"""The telegram's time. Susu travels with a `Traveller` from the processes around; alone, the sandbox does by itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.sandbox.errors import WrongCall

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
REFRESH_SECONDS = 1.0
REFRESH_WHILE_TRAVELLING_SECONDS = 0.1
PATIENCE_SECONDS = 1.0
"""How long a question for the time may wait for the traveller."""
JUMP = timedelta(seconds=2)
LONGEST_JOURNEY = timedelta(days=5 * 366)
log = logging.getLogger(__name__)


class Traveller(Protocol):
    """Who owns business time. Both answer `{"now": instant, "business_date": date}`, values or their ISO texts.

    `now` may add `"travelling": true` while somebody else travels. `advance` returns once everything that fell due on
    the way has been done.
    """

    async def now(self) -> dict[str, Any]: ...

    async def advance(self, target: datetime) -> dict[str, Any]: ...


class OffsetTraveller:
    """Time for a sandbox alone: the wall plus what was travelled, the business date in Shanghai."""

    def __init__(self, offset: timedelta) -> None:
        self._offset = offset

    async def now(self) -> dict[str, Any]:
        now = datetime.now(UTC) + self._offset
        return {"now": now, "business_date": business_date(now)}

    async def advance(self, target: datetime) -> dict[str, Any]:
        self._offset = target - datetime.now(UTC)
        return await self.now()


def business_date(now: datetime) -> date:
    """Return the date that it is in Shanghai."""
    return now.astimezone(BUSINESS_ZONE).date()


class SandboxClock:
    """Tells the time at once, from an offset that it keeps in step with the traveller."""

    def __init__(self, traveller: Traveller, offset: timedelta, moved: Callable[[timedelta], None]) -> None:
        """Follow `traveller`; `offset` is what was known last, `moved` is told a new one when time has jumped."""
        self._traveller = traveller
        self._offset = offset
        self._moved = moved
        self._business_date: str | None = None
        self._journey = asyncio.Lock()
        self._elsewhere = False

    @property
    def travelling(self) -> bool:
        """Whether time is on its way, by us or by somebody else."""
        return self._journey.locked() or self._elsewhere

    def now(self) -> datetime:
        """Return the sandbox's instant, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    async def read(self) -> dict[str, str]:
        """Return `{now, business_date}` as ISO texts: the traveller's, or what was known last while it is away."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return self._learn(await self._traveller.now())
        except Exception as fault:  # noqa: BLE001 - the traveller's database may not be there yet
            log.debug("the clock could not be read: %r", fault)
            now = self.now()
            return {"now": now.isoformat(), "business_date": self._business_date or str(business_date(now))}

    async def advance(self, target: datetime) -> dict[str, str]:
        """Travel to `target`, one journey at a time, and return `{now, business_date}` on arrival.

        Raises:
            WrongCall: the target is in the past, or further than `LONGEST_JOURNEY`; 503 when the traveller fails.
        """
        async with self._journey:
            await self.read()
            if target <= self.now():
                raise WrongCall(f"Time only goes forward: it is {self.now().isoformat(timespec='seconds')} already.")
            if target - self.now() > LONGEST_JOURNEY:
                raise WrongCall(f"One journey is at most {LONGEST_JOURNEY.days} days.")
            async with self._kept_in_step(REFRESH_WHILE_TRAVELLING_SECONDS):
                return self._learn(await self._journey_to(target))

    async def _journey_to(self, target: datetime) -> dict[str, Any]:
        try:
            return await self._traveller.advance(target)
        except WrongCall:
            raise
        except Exception as fault:
            log.exception("the journey through time failed")
            raise WrongCall(f"The journey could not be finished ({type(fault).__name__}); try again.", 503) from fault

    @contextlib.asynccontextmanager
    async def kept_in_step(self) -> AsyncIterator[None]:
        """Follow the traveller while the body runs: others may move time too."""
        async with self._kept_in_step(REFRESH_SECONDS):
            yield

    @contextlib.asynccontextmanager
    async def _kept_in_step(self, every_seconds: float) -> AsyncIterator[None]:
        following = asyncio.create_task(self._follow(every_seconds))
        try:
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _follow(self, every_seconds: float) -> None:
        while True:
            await self.read()
            await asyncio.sleep(every_seconds)

    def _learn(self, answer: dict[str, Any]) -> dict[str, str]:
        now = _instant(answer["now"])
        self._business_date = str(answer["business_date"])
        before, self._offset = self._offset, now - datetime.now(UTC)
        self._elsewhere = bool(answer.get("travelling", False))
        if abs(self._offset - before) > JUMP:
            self._moved(self._offset)
        return {"now": now.isoformat(), "business_date": self._business_date}


def _instant(value: datetime | str) -> datetime:
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.astimezone(UTC)
