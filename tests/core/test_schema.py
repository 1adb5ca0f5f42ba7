"""The models say what the migrations made: column by column, constraint by constraint, index by index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import wanted_revision
from finance_core.storage.base import Table
from finance_core.storage.engine import create_engine
from migrations.upgrade import head
from tests.tables import load_all_tables

COLUMNS = """
    SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
        || CASE WHEN a.attidentity <> '' THEN ' IDENTITY' ELSE '' END
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = CAST(:schema AS regnamespace) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND a.attnum > 0 AND NOT a.attisdropped
"""
CONSTRAINTS = """
    SELECT c.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = CAST(:schema AS regnamespace) AND k.contype <> 'n' AND NOT c.relispartition
"""
INDEXES = """
    SELECT c.relname || '.' || i.relname, pg_get_indexdef(i.oid)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
    WHERE c.relnamespace = CAST(:schema AS regnamespace) AND NOT c.relispartition
"""


@pytest.fixture(scope="module", autouse=True)
def all_models() -> None:
    """Load every module that declares tables, so that the metadata is whole."""
    load_all_tables()


@asynccontextmanager
async def as_owner(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_engine(url, role=None, pool_size=1)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


def create_from_models(connection: Connection) -> None:
    """Make what the models say in a schema of its own, beside what the migrations made."""
    connection.execute(text("CREATE SCHEMA model"))
    mapped = connection.execution_options(schema_translate_map={None: "model"})
    Table.metadata.create_all(mapped)


async def said(connection: AsyncConnection, query: str, schema: str) -> dict[str, str]:
    rows = await connection.execute(text(query), {"schema": schema})
    return {name: what.replace("model.", "").replace("public.", "") for name, what in rows}


@pytest.mark.parametrize("query", [COLUMNS, CONSTRAINTS, INDEXES], ids=["columns", "constraints", "indexes"])
async def test_the_models_and_the_migrations_agree(cloned_url: str, query: str) -> None:
    async with as_owner(cloned_url) as connection:
        await connection.run_sync(create_from_models)
        migrated, modelled = [await said(connection, query, schema) for schema in ("public", "model")]
    migrated = {name: what for name, what in migrated.items() if not name.startswith("alembic_version")}
    only_in_one = {name: (migrated.get(name), modelled.get(name)) for name in migrated.keys() ^ modelled.keys()}
    differing = {
        name: (migrated[name], modelled[name])
        for name in migrated.keys() & modelled.keys()
        if migrated[name] != modelled[name]
    }
    assert migrated
    assert only_in_one == {}, "(migrated, modelled)"
    assert differing == {}, "(migrated, modelled)"


async def test_alembic_finds_nothing_to_do(database_url: str) -> None:
    def differences(connection: Connection) -> Any:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Table.metadata)

    async with as_owner(database_url) as connection:
        found = await connection.run_sync(differences)
    assert found == []


def test_the_quick_answer_which_schema_is_wanted_is_alembics_own() -> None:
    assert wanted_revision() == head()


def test_every_constraint_of_the_models_has_a_name_to_quote_in_a_refusal() -> None:
    nameless = [
        f"{table.name}: {constraint}"
        for table in Table.metadata.tables.values()
        for constraint in table.constraints
        if not constraint.name
    ]
    assert nameless == []
