"""A past that several tests share: it is lived once in a module, and put back to for each test that goes on from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from finance_core.kernel.clock import ManualClock
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.builders import SHANGHAI
from tests.first_day import OPEN_ON, START, ZONE
from tests.lending import LentDatabase

if TYPE_CHECKING:
    from tests.embedded import Cluster

People = TypeVar("People")


class Past(Generic[People]):
    """What `begin` makes on the tests' first day, lived on by `live` to whichever moments tests ask for.

    A later moment is lived from the latest one before it: no day is lived twice where `moments` names all that tests
    ask for, whichever of them is asked for first.
    """

    def __init__(
        self,
        cluster: Cluster,
        begin: Callable[[Units], Awaitable[People]],
        live: Callable[[Units, ManualClock, str], Awaitable[None]],
        moments: Iterable[str] = (),
    ) -> None:
        self._moments = frozenset(moments)
        self._cluster = cluster
        self._begin = begin
        self._live = live
        self._lived: dict[str, tuple[LentDatabase, People]] = {}
        """By moment ("2026-04-20 12:00" in Shanghai): a database as it was then, and who is in it."""
        self._lent: set[str] = set()

    @asynccontextmanager
    async def at(self, until: str, clock: ManualClock) -> AsyncIterator[tuple[Units, People]]:
        """Give the past at a moment to one test at a time, and set the clock to it."""
        assert until not in self._lent, "somebody goes on from that moment already"
        earlier = {moment for moment in self._moments if moment < until}
        for moment in sorted({until, *earlier} - self._lived.keys()):
            self._lived[moment] = await self._live_on(moment)
        database, people = self._lived[until]
        clock.set(_in_shanghai(until))
        self._lent.add(until)
        try:
            yield Units(database.engine, clock), people
        finally:
            self._lent.remove(until)
            if not await database.put_back():
                del self._lived[until]
                await database.drop()

    async def forget(self) -> None:
        """Drop what was lived."""
        for database, _ in self._lived.values():
            await database.drop()

    async def _live_on(self, until: str) -> tuple[LentDatabase, People]:
        before = max((moment for moment in self._lived if moment < until), default=None)
        if before is None:
            database, clock = LentDatabase(self._cluster), ManualClock(START)
            async with database.engine.begin() as connection:
                await found(connection, ZONE, OPEN_ON)
            people = await self._begin(Units(database.engine, clock))
        else:
            source, people = self._lived[before]
            await source.rest()
            database, clock = LentDatabase(self._cluster, source.name), ManualClock(_in_shanghai(before))
        await self._live(Units(database.engine, clock), clock, until)
        return await database.prepare(), people


def _in_shanghai(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
