"""A connection of one's own, for what a pooled one cannot do: listen, and hold a lock as long as a process lives."""

from __future__ import annotations

from contextlib import suppress
from typing import Final, cast

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_KEEPALIVE: Final = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
"""A machine that vanishes without a word loses its locks within half a minute, not after the system's two hours."""


async def own_connection(bind: AsyncEngine | AsyncConnection) -> asyncpg.Connection:
    """Return a new asyncpg connection with the engine's settings and role, taken out of its pool. The caller closes it.

    Raises:
        OSError, asyncpg.PostgresError, sqlalchemy.exc.SQLAlchemyError: the database cannot be reached.
    """
    engine = bind if isinstance(bind, AsyncEngine) else bind.engine
    pooled = await engine.raw_connection()
    connection = cast("asyncpg.Connection", pooled.driver_connection)
    pooled.detach()
    try:
        await connection.execute(_KEEPALIVE)
    except BaseException:
        connection.terminate()
        raise
    return connection


async def part_with(connection: asyncpg.Connection | None) -> None:
    """Close a connection, whatever state it is in; the server frees its locks."""
    if connection is None or connection.is_closed():
        return
    with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await connection.close(timeout=2)
