"""A database of an earlier release, with a life in it, becomes what a fresh one is; a failed one leaves no trace."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import asyncpg
import pytest

from finance_core import ledger
from finance_core.ledger.chart import CHART
from finance_core.lines import EQUATIONS
from finance_core.storage.engine import create_engine
from finance_core.storage.server import OWNER_ROLE
from finance_core.storage.unit import Units
from migrations.upgrade import head, upgrade
from tests.embedded import Cluster

RELEASES: Final = sorted((Path(__file__).parents[1] / "releases").glob("*.sql.gz"))
"""Databases as releases left them, lived in; tests/releases/README.md says how one is made."""
BEFORE_0019: Final = [release for release in RELEASES if release.name.startswith("0018.")]
"""The last whose charts may lack codes, which migration 0019 adds."""
CHART_COLUMNS: Final = "code, name, kind, side, owned_by, floored, client_money"


def revision_of(release: Path) -> str:
    return release.name.partition(".")[0]


@pytest.fixture(scope="module", params=RELEASES, ids=revision_of)
def released(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database as a release left it. Read it, or copy it: it is the module's."""
    with cluster.restored(gzip.decompress(request.param.read_bytes()).decode()) as url:
        yield url


@pytest.fixture(scope="module")
def migrated(cluster: Cluster, released: str) -> Iterator[str]:
    """A copy of it, brought to today's schema. Read it only: it is the module's."""
    with cluster.cloned(released) as url:
        upgrade(url)
        yield url


def asked(cluster: Cluster, url: str, *statements: str) -> list[list[str]]:
    """Run statements as the owner and return the rows of all of them, each value as psql prints it."""
    name = urlsplit(url).path.lstrip("/")
    said = cluster.server.run_sql(";\n".join(statements), database=name, user=OWNER_ROLE)
    return [line.split("|") for line in said.splitlines()]


def objects(cluster: Cluster, url: str) -> dict[str, str]:
    """Return all that a database's schema consists of by name, type and owner, each with white space made one space."""
    before, *parts = re.split(r"^-- (Name: .+)$", cluster.dump(url, "--schema-only"), flags=re.MULTILINE)
    assert "CREATE" not in before
    found = dict(zip(parts[::2], (" ".join(part.split()) for part in parts[1::2]), strict=True))
    assert len(found) == len(parts) / 2, "two objects of one name and type"
    return found


def restored_objects(cluster: Cluster, url: str) -> dict[str, str]:
    """Return the `objects` of a database that is made from a dump of the schema of this one."""
    with cluster.restored(cluster.dump(url, "--schema-only")) as copy:
        return objects(cluster, copy)


def rows(cluster: Cluster, url: str) -> dict[str, int]:
    """Return how many rows each table has."""
    tables = [table for [table] in asked(cluster, url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    counts = asked(cluster, url, *(f"SELECT '{table}', count(*) FROM {table}" for table in tables))
    return {table: int(count) for table, count in counts}


def chart(cluster: Cluster, url: str) -> list[list[str]]:
    return asked(cluster, url, f"SELECT {CHART_COLUMNS} FROM chart ORDER BY code")


def chart_in_code() -> list[list[str]]:
    printed = {None: "", True: "t", False: "f"}
    return [
        [printed.get(value, value) for value in astuple(line)] for line in sorted(CHART, key=lambda line: line.code)
    ]


def test_the_dump_of_a_release_has_something_in_every_table(cluster: Cluster, released: str) -> None:
    assert [table for table, count in rows(cluster, released).items() if count == 0] == []


def test_a_migrated_database_has_the_catalogue_of_a_fresh_one(
    cluster: Cluster, migrated: str, database_url: str
) -> None:
    """Columns, constraints, indexes, triggers, functions, sequences, rights: whatever `pg_dump` knows of.

    PostgreSQL words a CHECK differently once it has been restored, so each of the two is looked at after that.
    """
    old, fresh = [restored_objects(cluster, url) for url in (migrated, database_url)]
    assert {name: (old.get(name), fresh.get(name)) for name in old.keys() ^ fresh.keys()} == {}, "(migrated, fresh)"
    differing = {name: (old[name], fresh[name]) for name in old if old[name] != fresh[name]}
    assert differing == {}, "(migrated, fresh)"
    assert len(old) > len(rows(cluster, migrated))


def test_no_row_is_lost_on_the_way(cluster: Cluster, released: str, migrated: str) -> None:
    before, after = rows(cluster, released), rows(cluster, migrated)
    assert {table: (count, after[table]) for table, count in before.items() if after[table] < count} == {}
    assert asked(cluster, migrated, "SELECT version_num FROM alembic_version") == [[head()]]


async def test_the_books_of_a_migrated_database_agree(migrated: str) -> None:
    engine = create_engine(migrated)
    async with Units(engine).begin() as unit:
        report = await ledger.verify(unit, EQUATIONS)
    await engine.dispose()
    assert report.ok, report


def test_the_chart_in_code_is_the_one_that_a_fresh_database_has(cluster: Cluster, database_url: str) -> None:
    """A code that is added to the chart comes with a migration that inserts it."""
    assert chart(cluster, database_url) == chart_in_code()


@pytest.mark.parametrize("released", BEFORE_0019, ids=revision_of, indirect=True)
def test_a_database_whose_chart_lacks_codes_gets_them(cluster: Cluster, released: str) -> None:
    with cluster.cloned(released) as url:
        asked(cluster, url, "DELETE FROM chart WHERE code NOT IN (SELECT code FROM account)")
        assert len(chart(cluster, url)) < len(CHART)
        upgrade(url)
        assert chart(cluster, url) == chart_in_code()


@pytest.mark.parametrize("released", BEFORE_0019, ids=revision_of, indirect=True)
def test_a_failed_upgrade_names_its_file_and_leaves_all_as_it_was(cluster: Cluster, released: str) -> None:
    with cluster.cloned(released) as url:
        asked(cluster, url, "ALTER TABLE chart RENAME TO elsewhere")
        before = objects(cluster, url)
        with pytest.raises(asyncpg.UndefinedTableError) as failed:
            upgrade(url)
        assert failed.value.__notes__[0].endswith("02_chart_rows.sql")
        assert objects(cluster, url) == before
        assert asked(cluster, url, "SELECT version_num FROM alembic_version") != [[head()]]
