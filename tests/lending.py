"""A database that tests use one after another, though they commit in it: in between it is put back to how it was made.

A clone for each such test costs the copy, the connections, and all that these find out anew (the catalogue, functions,
plans). Here the connections stay. The tests act as the service's role, which changes rows and sequences and nothing
else, so these are put back. That nobody else is in the database, no lock is left and the catalogue is as it was is
looked at each time; a database of which that is not so is not lent again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Self

from sqlalchemy import event, text
from sqlalchemy.pool import AsyncAdaptedQueuePool

from finance_core.storage.engine import create_engine

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from tests.embedded import Cluster

LONGEST_UNVACUUMED_BYTES: Final = 1 << 18
"""Rows that were deleted are gone through by whoever goes through their table, until it is vacuumed."""

_FILLED: Final = "SELECT '{table}' AS name WHERE EXISTS (SELECT FROM public.{table})"
_KEEP: Final = "CREATE TABLE lending.{table} AS TABLE public.{table}"
_RESTORE: Final = """
    IF EXISTS (
        (TABLE public.{table} EXCEPT ALL TABLE lending.{table}) UNION ALL
        (TABLE lending.{table} EXCEPT ALL TABLE public.{table})
    ) THEN
        DELETE FROM public.{table};
        INSERT INTO public.{table} OVERRIDING SYSTEM VALUE TABLE lending.{table};
    END IF;
"""
_PREPARE: Final = """
DROP SCHEMA IF EXISTS lending CASCADE;
CREATE SCHEMA lending;
CREATE TABLE lending.used_up_to AS SELECT seqrelid, pg_sequence_last_value(seqrelid) AS number FROM pg_sequence;
DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN SELECT tgrelid::regclass AS guarded, tgname FROM pg_trigger WHERE tgenabled = 'A' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER %I', kept.guarded, kept.tgname);
    END LOOP;
END $$;
{kept};
CREATE FUNCTION lending.put_back() RETURNS void LANGUAGE plpgsql SET session_replication_role TO replica AS $$
DECLARE
    filled text;
BEGIN
    FOR filled IN {filled} LOOP
        EXECUTE 'DELETE FROM public.' || filled;
    END LOOP;
    {restored}
    PERFORM setval(seqrelid, coalesce(number, seqstart), number IS NOT NULL)
    FROM pg_sequence JOIN lending.used_up_to USING (seqrelid)
    WHERE pg_sequence_last_value(seqrelid) IS DISTINCT FROM number;
END $$;
"""
"""Acting as a replica, no trigger is fired: none that keeps rows from being deleted, none that looks for references.

Some are migrated to be fired even so. Here they are not; only a superuser could tell, who alone may act as a replica.
"""

_TABLES: Final = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
_CATALOGUE: Final = text(
    """
    WITH ours AS (SELECT oid, xmin FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    SELECT (SELECT (count(*), max(xmin::text::bigint))::text FROM ours),
           (SELECT (count(*), max(xmin::text::bigint))::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
           (SELECT (count(*), max(xmin::text::bigint))::text FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace),
           (SELECT (count(*), max(pg_trigger.xmin::text::bigint))::text FROM pg_trigger JOIN ours ON ours.oid = tgrelid)
    """
)
"""What a change to tables, functions, constraints or triggers leaves behind: another number of rows, or a later one."""

_OTHERS: Final = text(
    """
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()),
           (SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
            WHERE datname = current_database() AND locktype IN ('advisory', 'relation') AND pid <> pg_backend_pid())
    """
)
_LONG: Final = text(
    """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > :longest
    """
)


class LentDatabase:
    """One clone, its engine as the service has it, and a connection of the superuser that puts it back.

    It is put back to what stood in it when it was prepared: of the template, what the migrations say.
    """

    def __init__(self, cluster: Cluster, source: str | None = None) -> None:
        self._cluster = cluster
        self.name = cluster.clone(source)
        self.url = cluster.server.url(self.name)
        self.engine = create_engine(self.url)
        self._owner = create_engine(cluster.server.url(self.name, "postgres"), role=None, pool_size=1)
        self._catalogue: tuple[object, ...] = ()
        self._open: set[int] = set()
        event.listen(self.engine.sync_engine, "connect", lambda connection, _: self._open.add(id(connection)))
        for gone in ("close", "detach"):
            event.listen(self.engine.sync_engine, gone, lambda connection, _: self._open.discard(id(connection)))

    async def prepare(self) -> Self:
        """Keep what stands in tables, and make the function that puts everything back to it."""
        async with self._owner.begin() as connection:
            tables = (await connection.scalars(_TABLES)).all()
            full = (await connection.scalars(text(_filled(tables)))).all()
            await _execute_all(connection, _put_back_for(tables, full))
        await self.remember()
        return self

    async def remember(self) -> None:
        """Take the catalogue as it is for what it has to be."""
        async with self._owner.begin() as connection:
            self._catalogue = await _catalogue(connection)

    async def put_back(self) -> bool:
        """Put everything back; return False where that cannot be, as somebody is still in it or has changed more."""
        async with self._owner.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            others, locks = (await connection.execute(_OTHERS)).one()
            if locks or others != self._resting():
                return False
            await connection.execute(text("SELECT lending.put_back()"))
            for name in (await connection.scalars(_LONG, {"longest": LONGEST_UNVACUUMED_BYTES})).all():
                await connection.execute(text(f"VACUUM public.{name}"))
            return await _catalogue(connection) == self._catalogue

    def _resting(self) -> int | None:
        """Return how many connections the engine keeps open, None while it has lent one out."""
        pool = self.engine.pool
        assert isinstance(pool, AsyncAdaptedQueuePool)
        return None if pool.checkedout() else len(self._open)

    async def rest(self) -> None:
        """Close every connection, so that it can be cloned."""
        await self.engine.dispose()
        await self._owner.dispose()

    async def drop(self) -> None:
        await self.rest()
        self._cluster.drop(self.name)


async def _execute_all(connection: AsyncConnection, statements: str) -> None:
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    await driver.execute(statements)


def _put_back_for(tables: Sequence[str], full: Sequence[str]) -> str:
    return _PREPARE.format(
        kept=";\n".join(_KEEP.format(table=name) for name in full),
        filled=_filled(set(tables) - set(full)),
        restored="\n".join(_RESTORE.format(table=name) for name in full),
    )


def _filled(tables: Iterable[str]) -> str:
    return "\n UNION ALL ".join(_FILLED.format(table=name) for name in tables)


async def _catalogue(connection: AsyncConnection) -> tuple[object, ...]:
    return tuple((await connection.execute(_CATALOGUE)).one())


class Lender:
    """Lends a worker's databases: mostly one, to one test after another; a new one where none rests."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._rest: list[LentDatabase] = []

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[AsyncEngine]:
        """Give the engine of a database that is as it was migrated; one that cannot be put back is dropped."""
        database = self._rest.pop() if self._rest else await LentDatabase(self._cluster).prepare()
        is_fit = False
        try:
            yield database.engine
            is_fit = await database.put_back()
        finally:
            if is_fit:
                self._rest.append(database)
            else:
                await database.drop()

    async def close(self) -> None:
        for database in self._rest:
            await database.drop()


@asynccontextmanager
async def an_engine_on(url: str) -> AsyncIterator[AsyncEngine]:
    """Give an engine, and dispose of it."""
    engine = create_engine(url)
    try:
        yield engine
    finally:
        await engine.dispose()
