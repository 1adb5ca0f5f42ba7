"""A past that several tests share: it is lived once in a module, and each test goes on from a copy of its database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from finance_core.kernel.clock import ManualClock
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.builders import SHANGHAI
from tests.conftest import OPEN_ON, START, ZONE

if TYPE_CHECKING:
    from tests.embedded import Cluster

People = TypeVar("People")


class Past(Generic[People]):
    """What `begin` makes on the tests' first day, lived on by `live` to whichever moments tests ask for.

    A later moment is lived from the latest one before it that a test has asked for: no day is lived twice.
    """

    def __init__(
        self,
        cluster: Cluster,
        begin: Callable[[Units], Awaitable[People]],
        live: Callable[[Units, ManualClock, str], Awaitable[None]],
    ) -> None:
        self._cluster = cluster
        self._begin = begin
        self._live = live
        self._lived: dict[str, tuple[str, People]] = {}
        """By moment ("2026-04-20 12:00" in Shanghai): the address of a database that rests, and who is in it."""
        self._databases = AsyncExitStack()

    @asynccontextmanager
    async def at(self, until: str, clock: ManualClock) -> AsyncIterator[tuple[Units, People]]:
        """Give a copy of the past at a moment that is the caller's alone, and set the clock to it."""
        if until not in self._lived:
            self._lived[until] = await self._live_on(until)
        url, people = self._lived[until]
        clock.set(_in_shanghai(until))
        with self._cluster.cloned(url) as copy:
            engine = create_engine(copy)
            yield Units(engine, clock), people
            await engine.dispose()

    async def forget(self) -> None:
        """Drop what was lived."""
        await self._databases.aclose()

    async def _live_on(self, until: str) -> tuple[str, People]:
        before = max((moment for moment in self._lived if moment < until), default=None)
        source = self._lived[before] if before else None
        url = self._databases.enter_context(self._cluster.cloned(source[0] if source else None))
        engine, clock = create_engine(url), ManualClock(_in_shanghai(before) if before else START)
        units = Units(engine, clock)
        if source is None:
            async with engine.begin() as connection:
                await found(connection, ZONE, OPEN_ON)
        people = source[1] if source else await self._begin(units)
        await self._live(units, clock, until)
        await engine.dispose()
        return url, people


def _in_shanghai(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
