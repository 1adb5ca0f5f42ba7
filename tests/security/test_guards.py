"""Who changes what decides about money and power behind the service's back is named by `susu verify`, or it says so."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Final
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.cli import book
from finance_core import ledger
from finance_core.guarding import BY_EQUATIONS, GUARDED, GUARDS, coverage
from finance_core.lines import EQUATIONS
from finance_core.storage.base import Table
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Units
from migrations.upgrade import upgrade
from tests.core.test_migrations import RELEASES
from tests.embedded import Cluster
from tests.tables import load_all_tables

CHANGED: Final = {
    "boolean": "NOT {0}",
    "bytea": "{0} || '\\x00'",
    "character varying": "{0} || 'x'",
    "date": "{0} + 1",
    "interval": "{0} + interval '1 hour'",
    "jsonb": "jsonb_build_object('was', {0})",
    "timestamp with time zone": "{0} + interval '1 hour'",
}
"""Another value of each type; a number grows by one."""
INSTEAD: Final = {
    "bytea": "'\\x00'",
    "boolean": "true",
    "character varying": "'x'",
    "date": "'2026-03-12'",
    "jsonb": "'{}'",
    "timestamp with time zone": "'2026-03-12 10:00+08'",
}


@pytest.fixture(scope="module")
def lived_in(cluster: Cluster) -> Iterator[str]:
    """A book with something in almost every table, lived by an earlier release, migrated to this one."""
    with cluster.restored(gzip.decompress(RELEASES[-1].read_bytes()).decode()) as url:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(upgrade, url).result()
        yield cluster.server.url(urlsplit(url).path.lstrip("/"), user="postgres")


@pytest_asyncio.fixture(loop_scope="session")
async def intruder(lived_in: str) -> AsyncIterator[AsyncConnection]:
    """A superuser's connection; what is done there is rolled back."""
    engine = create_engine(lived_in, role=None, pool_size=1)
    async with engine.connect() as connection:
        outer = await connection.begin()
        yield connection
        await outer.rollback()
    await engine.dispose()


def test_every_column_of_every_table_is_covered_or_said_not_to_be() -> None:
    load_all_tables()
    listed = {each.table: each for each in coverage()}
    wrong = {}
    for table in Table.metadata.sorted_tables:
        each = listed.pop(table.name, None)
        named = [*each.guarded, *each.by_equations, *chain(*each.not_covered.values())] if each else []
        if named != ["*"] and sorted(named) != sorted(column.name for column in table.columns):
            wrong[table.name] = sorted(set(named) ^ {column.name for column in table.columns})
    assert wrong == {}
    assert listed == {}


async def test_the_triggers_guard_the_columns_that_are_said_to_be(connection: AsyncConnection) -> None:
    asked = """
        SELECT tgrelid::regclass::text AS guarded, pg_get_triggerdef(oid) AS definition FROM pg_trigger
        WHERE tgname = 'row_guard'
    """
    found = {}
    for row in await connection.exec_driver_sql(asked):
        key, columns = re.findall(r"'([^']*)'", row.definition)
        updated = re.search(r"UPDATE OF (.*?) ON", row.definition)
        assert updated is not None
        found[row.guarded] = (key.split(), columns.split())
        assert updated[1].split(", ") == [column for column in columns.split() if column not in key.split()]
    assert found == {table: (list(guarded.key), list(guarded.columns)) for table, guarded in GUARDED.items()}


async def _types(connection: AsyncConnection, table: str) -> dict[str, str]:
    asked = text("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = :table")
    return {row.column_name: row.data_type for row in await connection.execute(asked, {"table": table})}


async def _changes(connection: AsyncConnection, table: str, column: str, kind: str) -> bool:
    """Change a column of one row as a superuser; say whether it could be done and was a change."""
    other = CHANGED.get(kind, "{0} + 1").format(f'"{column}"')
    change = (
        f'WITH one AS (SELECT ctid AS place, "{column}" AS old FROM {table} ORDER BY "{column}" NULLS LAST LIMIT 1)'
        f' UPDATE {table} SET "{column}" = coalesce({other}, {INSTEAD.get(kind, "1")}) FROM one'
        f' WHERE {table}.ctid = one.place RETURNING "{column}" IS DISTINCT FROM one.old'
    )
    try:
        async with connection.begin_nested():
            return bool(await connection.scalar(text(change)))
    except DBAPIError:
        return False


async def _broken(connection: AsyncConnection, table: str) -> list[str]:
    [equation] = [each for each in GUARDS if each.name.startswith(f"{table}: each row")]
    return [row.what for row in await connection.execute(text(equation.sql))]


async def test_the_lived_in_book_is_in_order(intruder: AsyncConnection) -> None:
    async with Units(intruder).begin() as unit:
        assert (await ledger.verify(unit, (*EQUATIONS, *GUARDS))).ok


@pytest.mark.parametrize("triggers", ["on", "off"])
async def test_each_guarded_column_that_a_superuser_changes_is_named(intruder: AsyncConnection, triggers: str) -> None:
    unseen, tried = [], 0
    for table, guarded in GUARDED.items():
        if triggers == "off":
            await intruder.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        types = await _types(intruder, table)
        for column in guarded.columns:
            before = await intruder.begin_nested()
            if await _changes(intruder, table, column, types[column]):
                tried += 1
                if not await _broken(intruder, table):
                    unseen.append(f"{table}.{column}")
            await before.rollback()
    assert not unseen, f"nothing is said of {unseen}"
    assert tried > 200


async def test_a_row_that_is_taken_away_or_brought_in_is_named(intruder: AsyncConnection) -> None:
    await intruder.execute(text("DELETE FROM operator_role WHERE id = (SELECT max(id) FROM operator_role)"))
    assert await _broken(intruder, "operator_role") == ["is gone"]
    brought = """
        INSERT INTO operator_role (customer_id, role, granted_by, granted_at)
        SELECT max(customer.id), 'treasurer', 'system:0', now() FROM customer
    """
    await intruder.execute(text(brought))
    assert sorted(await _broken(intruder, "operator_role")) == ["came from elsewhere", "is gone"]


async def test_each_column_that_equations_cover_is_named_when_it_is_changed(intruder: AsyncConnection) -> None:
    unseen, tried = [], 0
    for table, columns in BY_EQUATIONS.items():
        await intruder.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        types = await _types(intruder, table)
        for column in columns.split():
            before = await intruder.begin_nested()
            if await _changes(intruder, table, column, types[column]):
                tried += 1
                async with Units(intruder).begin() as unit:
                    if (await ledger.verify(unit, EQUATIONS)).ok:
                        unseen.append(f"{table}.{column}")
            await before.rollback()
    assert not unseen, f"nothing is said of {unseen}"
    assert tried > 40


def test_the_command_lists_what_is_covered(capsys: pytest.CaptureFixture[str]) -> None:
    book.show_coverage(as_json=False)
    listed = capsys.readouterr().out
    assert re.search(
        r"^send\n  guarded: id token sender_id payee_id .*\n  NOT covered \(.*\): told_at$", listed, re.MULTILINE
    )
    assert "outbox\n  NOT covered" in listed
