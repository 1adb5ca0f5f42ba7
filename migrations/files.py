"""Runs a revision's SQL files, each as it stands and as a whole."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final, cast

import asyncpg
from alembic import op
from sqlalchemy.engine import AdaptedConnection

_SQL: Final = Path(__file__).parent / "sql"


def run(folder: str, *names: str) -> None:
    """Run files of `migrations/sql/<folder>` in the order given, inside Alembic's transaction.

    The driver hands a file to the server unread, so it may hold several statements, and `:` and `%` mean in it what
    they mean in SQL. (SQLAlchemy would take them for parameters, and prepares one statement at a time.)

    Raises:
        asyncpg.PostgresError: a statement failed; a note names its file. Nothing of the upgrade stays.
    """
    connection = cast("AdaptedConnection", op.get_bind().connection.dbapi_connection)
    for name in names:
        statements = (_SQL / folder / name).read_text(encoding="utf-8")
        connection.run_async(partial(_run, statements=statements, source=f"{folder}/{name}"))


async def _run(driver: asyncpg.Connection, statements: str, source: str) -> None:
    # SQLAlchemy begins with Alembic's own first statement. Outside of a transaction each file would commit by itself.
    assert driver.is_in_transaction()
    try:
        await driver.execute(statements)
    except asyncpg.PostgresError as error:
        error.add_note(f"in migrations/sql/{source}")
        raise
