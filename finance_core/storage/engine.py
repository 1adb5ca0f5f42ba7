"""The connection pool: asyncpg, time limits on every statement, and a role that owns nothing."""

from __future__ import annotations

import time
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

APP_ROLE: Final = "susu_app"
"""What the service acts as: it may not change a posted entry, nor any table's shape. Migrations run without it."""

STATEMENT_TIMEOUT_MS: Final = 30_000
LOCK_TIMEOUT_MS: Final = 10_000
IDLE_IN_TRANSACTION_TIMEOUT_MS: Final = 60_000
CONNECT_TIMEOUT_SECONDS: Final = 10
PING_AFTER_IDLE_SECONDS: Final = 5.0
"""A pooled connection that rested this long is asked whether it still stands before it is used."""


def async_url(url: str) -> str:
    """Return any `postgres://` or `postgresql://` address as one for asyncpg."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+asyncpg://{rest}" if scheme.startswith("postgres") else url


def create_engine(url: str, *, role: str | None = APP_ROLE, pool_size: int = 10) -> AsyncEngine:
    """Return an engine on `url` whose connections act as `role` (None: as the address says, for migrations)."""
    settings = {
        "application_name": "susu",
        "timezone": "UTC",
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        "lock_timeout": str(LOCK_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MS),
        "jit": "off",
    }
    if role is not None:
        settings["role"] = role
    engine = create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_use_lifo=True,
        connect_args={"server_settings": settings, "timeout": CONNECT_TIMEOUT_SECONDS},
    )
    _never_hand_out_a_dead_connection(engine)
    return engine


def _never_hand_out_a_dead_connection(engine: AsyncEngine) -> None:
    """Look at each pooled connection before it is used; a dead one takes the whole pool with it, which connects anew.

    SQLAlchemy's `pool_pre_ping` asks the server on each use, which takes three round trips of the seven that a small
    unit of work has. A server that dies closes its sockets, and that is seen here without asking; what vanishes
    without a word (a network) is found by asking those that have rested.
    """
    dialect = engine.sync_engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def rests(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info["resting_since"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def is_used(connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError
        since = entry.info.get("resting_since")
        if since is not None and time.monotonic() - since >= PING_AFTER_IDLE_SECONDS:
            try:
                dialect.do_ping(connection)
            except dialect.loaded_dbapi.Error as gone:
                raise InvalidatePoolError from gone
