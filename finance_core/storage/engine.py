"""The connection pool: asyncpg, time limits on every statement, and a role that owns nothing."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

APP_ROLE: Final = "susu_app"
"""What the service acts as: it may not change a posted entry, nor any table's shape. Migrations run without it."""

STATEMENT_TIMEOUT_MS: Final = 30_000
LOCK_TIMEOUT_MS: Final = 10_000
IDLE_IN_TRANSACTION_TIMEOUT_MS: Final = 60_000
CONNECT_TIMEOUT_SECONDS: Final = 10


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
    return create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"server_settings": settings, "timeout": CONNECT_TIMEOUT_SECONDS},
    )
