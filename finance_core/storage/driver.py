"""A statement by the driver itself, for what is done so often that SQLAlchemy's way to the server costs more than it.

The transaction is SQLAlchemy's: it begins with the unit and ends with it, savepoints are its own, and an error is
raised as SQLAlchemy raises it, so whoever tries a unit again need not know which way its statements went.
"""

from __future__ import annotations

from typing import cast

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from finance_core.storage.unit import Unit


async def fetch(unit: Unit, sql: str, *arguments: object) -> list[asyncpg.Record]:
    """Run a statement with parameters `$1`, `$2` … inside the unit's transaction and return its rows.

    Raises:
        sqlalchemy.exc.DBAPIError: as a statement of the session would; `orig` has the SQLSTATE.
    """
    if unit.session.in_nested_transaction():
        await unit.session.connection()  # SQLAlchemy sets a savepoint only when it is asked for the connection
    driver = _driver(unit.connection)
    assert driver.is_in_transaction(), "SQLAlchemy has begun it"
    try:
        rows: list[asyncpg.Record] = await driver.fetch(sql, *arguments)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _as_sqlalchemy_raises(unit.connection, sql, error) from error
    return rows


def _driver(connection: Connection) -> asyncpg.Connection:
    return cast("asyncpg.Connection", connection.connection.driver_connection)


def _as_sqlalchemy_raises(connection: Connection, sql: str, error: Exception) -> DBAPIError:
    kind = IntegrityError if isinstance(error, asyncpg.IntegrityConstraintViolationError) else DBAPIError
    is_lost = _driver(connection).is_closed()
    if is_lost:
        connection.invalidate(error)
    return kind(sql, None, error, connection_invalidated=is_lost)
