"""Alembic's environment: runs on asyncpg, as the owner of the schema (never as `susu_app`)."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection

from finance_core.storage.engine import create_engine


def _run(connection: Connection) -> None:
    context.configure(connection=connection)  # no metadata: migrations are written by hand, never generated
    with context.begin_transaction():
        context.run_migrations()


async def _run_on(url: str) -> None:
    engine = create_engine(url, role=None)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_run)
            await connection.commit()
    finally:
        await engine.dispose()


asyncio.run(_run_on(context.config.attributes["url"]))
