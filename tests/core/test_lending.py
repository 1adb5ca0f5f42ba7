"""What one test commits in the worker's database the next one does not see; a doubtful database is not lent again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from finance_core.kernel.clock import ManualClock
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.builders import a_customer, a_loan, an_operator, live, the_catalogue, verified
from tests.embedded import Cluster
from tests.first_day import OPEN_ON, START, ZONE
from tests.lending import Lender, LentDatabase, an_engine_on

CHANGES: Final = (
    "ALTER TABLE loan ADD COLUMN colour text",
    "ALTER TABLE account DISABLE TRIGGER append_only",
    "ALTER TABLE book DROP CONSTRAINT ck_book_only_row",
    "CREATE FUNCTION ours() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "GRANT DELETE ON entry TO susu_app",
    "CREATE TABLE left_behind (id int)",
)


@pytest.fixture
async def lent(cluster: Cluster) -> AsyncIterator[LentDatabase]:
    database = await LentDatabase(cluster).prepare()
    yield database
    await database.drop()


async def a_few_days(engine: AsyncEngine) -> None:
    """Fill most kinds of tables, as tests do."""
    clock = ManualClock(START)
    units = Units(engine, clock)
    async with engine.begin() as connection:
        await found(connection, ZONE, OPEN_ON)
    await the_catalogue(units)
    await an_operator(units)
    await a_loan(units, await a_customer(units, money=100))
    await live(units, clock, until="2026-03-14 12:00")
    await verified(units)


async def as_owner(lent: LentDatabase, *statements: str) -> None:
    """Do what the service's role may not do, and be gone."""
    engine = create_engine(lent.url, role=None)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def contents(engine: AsyncEngine) -> dict[str, str]:
    """Return what stands in each table, and where each sequence is."""
    tables = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    sequences = text("SELECT sequencename, coalesce(last_value::text, 'unused') FROM pg_sequences")
    async with engine.connect() as connection:
        standing = {name: str(value) for name, value in await connection.execute(sequences)}
        for table in (await connection.scalars(tables)).all():
            rows = text(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            standing[table] = str(await connection.scalar(rows))
    return standing


async def test_rows_and_sequences_are_put_back_to_those_of_a_fresh_clone(lent: LentDatabase, cloned_url: str) -> None:
    for _ in range(2):
        await a_few_days(lent.engine)
        assert await lent.put_back()
    async with an_engine_on(cloned_url) as fresh:
        migrated = await contents(fresh)
        assert await contents(lent.engine) == migrated
        await a_few_days(lent.engine)
        lived = await contents(lent.engine)
        assert sum(lived[name] != migrated[name] for name in lived) > 25
        assert len([name for name in lived if lived[name] == "unused"]) < len(lived) / 2


async def test_rows_of_the_migrations_come_back_too(lent: LentDatabase) -> None:
    before = await contents(lent.engine)
    await as_owner(lent, "DELETE FROM row_guard", "INSERT INTO row_guard VALUES ('chart', '4711', '')")
    assert await contents(lent.engine) != before
    assert await lent.put_back()
    assert await contents(lent.engine) == before


async def test_a_lived_past_is_put_back_to_its_moment(lent: LentDatabase) -> None:
    clock = ManualClock(START)
    await a_few_days(lent.engine)
    await lent.prepare()
    at_the_moment = await contents(lent.engine)
    for _ in range(2):
        clock.set(START + timedelta(days=2, hours=2))
        await live(Units(lent.engine, clock), clock, until="2026-03-15 12:00")
        await a_loan(Units(lent.engine, clock), await a_customer(Units(lent.engine, clock)))
        assert await contents(lent.engine) != at_the_moment
        assert await lent.put_back()
        assert await contents(lent.engine) == at_the_moment


async def test_the_connection_stays(lent: LentDatabase) -> None:
    async def backend() -> int:
        async with lent.engine.connect() as connection:
            return int(await connection.scalar(text("SELECT pg_backend_pid()")) or 0)

    first = await backend()
    assert await lent.put_back()
    assert await backend() == first


async def test_a_database_that_was_changed_otherwise_is_not_lent_again(lent: LentDatabase) -> None:
    for change in CHANGES:
        await as_owner(lent, change)
        assert not await lent.put_back(), change
        await lent.remember()
        assert await lent.put_back()


async def test_nor_is_one_that_somebody_is_still_in(lent: LentDatabase) -> None:
    for left in ("BEGIN", "SELECT pg_advisory_lock(1)", "SET search_path = public"):
        async with an_engine_on(lent.url) as another, another.connect() as connection:
            await connection.execute(text(left))
            assert not await lent.put_back(), left


async def test_nor_is_one_of_whose_own_connections_one_is_in_use_or_holds_a_lock(lent: LentDatabase) -> None:
    async with lent.engine.connect() as connection:
        assert not await lent.put_back()
        await connection.execute(text("SELECT pg_advisory_lock(1)"))
    assert not await lent.put_back()


async def test_the_next_gets_the_same_database_or_another_after_a_fault(cluster: Cluster) -> None:
    lender, lent = Lender(cluster), []
    for fails in (False, True, False):
        with pytest.raises(RuntimeError) if fails else nullcontext():
            async with lender.lent() as engine:
                lent.append(engine)
                if fails:
                    raise RuntimeError("a test that fails")
    await lender.close()
    assert lent[0] is lent[1]
    assert lent[1] is not lent[2]
