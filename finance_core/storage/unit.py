"""The unit of work: one use case, one transaction, one instant, one actor. Use cases never commit; the unit does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from finance_core.kernel.calendars import Calendars, put_in_force
from finance_core.kernel.clock import Clock
from finance_core.storage.calendars import stored_calendars
from finance_core.storage.cipher import Cipher
from finance_core.storage.rows import Fetched

MOST_KNOWN_IDS: Final = 100_000
_READ_BOOK: Final = """
    SELECT zone, open_on, closing_on, clock_offset, clock_timestamp() AS wall,
           (SELECT max(id) FROM calendar_year) AS last_year
    FROM book
    WHERE id = 1
"""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: `kind` is customer, operator or system; `id` is the customer's id (0 for the system)."""

    kind: str
    id: int = 0

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


SYSTEM = Actor("system")


@dataclass(slots=True)
class Unit:
    """What a use case is handed first. `now` and `open_on` are read once, so a use case sees one moment throughout."""

    session: AsyncSession
    connection: Connection
    """The session's own, for `driver.fetch`: its transaction has begun, and the unit ends it."""
    actor: Actor
    now: datetime
    """Business time, aware, in UTC."""
    open_on: date
    """The business date that people's postings go to."""
    closing_on: date | None
    """The business date that is being closed, if one is."""
    zone: ZoneInfo
    """The institution's zone, which rules money."""
    wall: datetime
    """The instant without what was travelled: PostgreSQL's clock, unless the units were handed another."""
    known_ids: Mapping[Any, int]
    """Ids of rows that are never changed nor deleted, by natural key, which units that were committed have found."""
    found_ids: dict[Any, int] = field(default_factory=dict)
    """Those that this unit has found: known as soon as it is committed, as it may have made them."""

    def local_now(self) -> datetime:
        """Return the instant on the institution's wall."""
        return self.now.astimezone(self.zone)


class Units:
    """Opens units of work on one engine (or, in tests, on one connection inside an outer transaction).

    The instant of a unit is PostgreSQL's, by the statement that reads the book: one clock for all processes, whatever
    the clocks of their machines say. A test hands in its own.
    """

    def __init__(
        self, bind: AsyncEngine | AsyncConnection, clock: Clock | None = None, cipher: Cipher | None = None
    ) -> None:
        self.bind = bind
        self.clock = clock
        self.cipher = cipher
        """What opens sealed values for what happens by itself: a draw's key. None: such work says that it cannot."""
        self._known_ids: dict[Any, int] = {}
        self._calendars: tuple[int | None, Calendars] | None = None
        """The calendars as they were read last, by the last row there was: the next unit sees what has been applied."""

    @asynccontextmanager
    async def begin(self, actor: Actor = SYSTEM) -> AsyncIterator[Unit]:
        """Open a unit: commits when the block ends, rolls back when it raises."""
        session = AsyncSession(self.bind, expire_on_commit=False, join_transaction_mode="create_savepoint")
        try:
            connection, book = await session.run_sync(_begun)
            wall = book.wall if self.clock is None else self.clock.now()
            put_in_force(await self._calendars_at(session, book.last_year))
            unit = Unit(
                session=session,
                connection=connection,
                actor=actor,
                now=wall + book.clock_offset,
                open_on=book.open_on,
                closing_on=book.closing_on,
                zone=ZoneInfo(book.zone),
                wall=wall,
                known_ids=self._known_ids,
            )
            yield unit
            await session.run_sync(_committed)
        except BaseException as error:
            if isinstance(error, DBAPIError):  # a restored database may have given the ids to others
                self._known_ids.clear()
            # Rolls back, to the end even where the task is being cancelled.
            await asyncio.shield(asyncio.create_task(session.close()))
            raise
        self._learn(unit.found_ids)

    def _learn(self, found: Mapping[Any, int]) -> None:
        if len(self._known_ids) + len(found) > MOST_KNOWN_IDS:
            self._known_ids.clear()
        self._known_ids.update(found)

    async def _calendars_at(self, session: AsyncSession, last_year: int | None) -> Calendars:
        known = self._calendars
        if known is None or known[0] != last_year:
            known = self._calendars = (last_year, await stored_calendars(session))
        return known[1]


def _begun(session: Session) -> tuple[Connection, Fetched]:
    """Begin and read the book, in one go: each change between the event loop and SQLAlchemy's own thread of control
    costs as much as a small statement.
    """
    session.begin()
    connection = session.connection()
    return connection, connection.exec_driver_sql(_READ_BOOK).one()


def _committed(session: Session) -> None:
    session.commit()
    session.close()
