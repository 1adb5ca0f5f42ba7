"""The pool never hands out a connection that is known or found to be dead."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from finance_core.storage import engine as engines
from tests.embedded import Cluster

BACKEND = text("SELECT pg_backend_pid()")


async def backend_of(engine: AsyncEngine) -> int:
    """Return the server process behind the connection that is used next."""
    async with engine.connect() as connection:
        return int(await connection.scalar(BACKEND) or 0)


def ended(cluster: Cluster, backend: int) -> None:
    """End a server process, without our event loop turning meanwhile."""
    cluster.server.run_sql(f"SELECT pg_terminate_backend({backend}, 5000)", database="postgres")


async def test_connection_is_used_again_without_asking(cluster: Cluster, cloned_url: str) -> None:
    engine = engines.create_engine(cloned_url, pool_size=4)
    assert await backend_of(engine) == await backend_of(engine)
    await engine.dispose()


async def test_connection_whose_end_was_noticed_is_replaced(cluster: Cluster, cloned_url: str) -> None:
    engine = engines.create_engine(cloned_url, pool_size=4)
    is_over = asyncio.Event()
    async with engine.connect() as connection:
        backend = int(await connection.scalar(BACKEND) or 0)
        driver: Any = (await connection.get_raw_connection()).driver_connection
        driver.add_termination_listener(lambda _: is_over.set())
    ended(cluster, backend)
    await is_over.wait()
    assert await backend_of(engine) != backend
    await engine.dispose()


async def test_connection_that_rested_is_asked_and_replaced_when_it_is_gone(
    cluster: Cluster, cloned_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "PING_AFTER_IDLE_SECONDS", 0.0)
    engine = engines.create_engine(cloned_url, pool_size=4)
    backend = await backend_of(engine)
    ended(cluster, backend)
    assert await backend_of(engine) != backend
    await engine.dispose()
