"""What every test may ask for: a moment, a migrated database, units of work in it.

`units` is the default: one outer transaction on a database and a connection that are shared by the whole worker, rolled
back afterwards.
`cloned_units` is for tests that commit, `cloned_url` for those in which other processes or roles take part.
"""

from __future__ import annotations

import gc
import ssl
import subprocess
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import AbstractAsyncContextManager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

import bot  # noqa: F401  (before any test imports aiogram: its models are built when they are used)
from finance_core.kernel.clock import ManualClock
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.server import THROWAWAY, EmbeddedServer
from finance_core.storage.unit import Units
from tests.compiled import share_what_is_compiled
from tests.embedded import Cluster, running_cluster
from tests.first_day import OPEN_ON, START, ZONE
from tests.lending import Lender, an_engine_on

if TYPE_CHECKING:
    from tests.conversations.whole_service import Susu

vars(ssl).update(create_default_context=cache(ssl.create_default_context))
"""Each HTTP client makes a context, which reads all authorities: no test speaks TLS, so one of a kind is enough."""
share_what_is_compiled()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave what collecting imports out of garbage collections: some hundred MB that never become garbage.

    Walked over and over they cost seconds, most of them at the end: pytest collects five times then, and a worker that
    is not gone after ten seconds is killed by xdist, with a warning about a subprocess that is still running.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture
def clock() -> ManualClock:
    """Business time: 10:00 in Shanghai on the day that the book is open on, until a test moves it."""
    return ManualClock(START)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The PostgreSQL of this run, started and migrated by whichever process comes first."""
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def database_url(cluster: Cluster) -> Iterator[str]:
    """A migrated, empty database of this worker's own. Leave nothing committed in it."""
    with cluster.cloned() as url:
        yield url


@pytest.fixture(scope="session")
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """The worker's own engine: its statements are compiled, and its connection has planned them, for all its tests."""
    engine = create_engine(database_url, pool_size=1)
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection (as the service's role) inside one outer transaction, with a founded book; rolled back."""
    async with engine.connect() as connection:
        outer = await connection.begin()
        await found(connection, ZONE, OPEN_ON)
        yield connection
        await outer.rollback()


@pytest.fixture
async def units(connection: AsyncConnection, clock: ManualClock) -> Units:
    """Units of work in one outer transaction that is rolled back after the test."""
    return Units(connection, clock)


@pytest.fixture
def cloned_url(cluster: Cluster) -> Iterator[str]:
    """The address of a migrated database that is this test's alone; its book is not founded yet."""
    with cluster.cloned() as url:
        yield url


@pytest.fixture(scope="session")
async def lender(cluster: Cluster) -> AsyncIterator[Lender]:
    """The worker's database for tests that commit."""
    lender = Lender(cluster)
    yield lender
    await lender.close()


@pytest.fixture
def ground(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[AsyncEngine]:
    """A database to commit in: the clone of a test that asks for its address, else the one that the worker lends.

    So who acts as another role than the service's, or cuts connections, asks for `cloned_url` too.
    """
    if "cloned_url" in request.fixturenames:
        return an_engine_on(request.getfixturevalue("cloned_url"))
    lender: Lender = request.getfixturevalue("lender")
    return lender.lent()


@pytest.fixture
async def cloned_units(ground: AbstractAsyncContextManager[AsyncEngine], clock: ManualClock) -> AsyncIterator[Units]:
    """Units of work that really commit, on several connections, in a database of the test's own, founded."""
    async with ground as engine:
        async with engine.begin() as connection:
            await found(connection, ZONE, OPEN_ON)
        yield Units(engine, clock)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def timeless_susu(cluster: Cluster) -> AsyncIterator[Susu]:
    """The whole service, once for a worker, in which it stays the morning of the first day."""
    from tests.conversations.whole_service import whole_service

    async with whole_service(cluster, may_travel=False) as running:
        yield running
        await running.left_in_order()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own_susu(cluster: Cluster) -> AsyncIterator[Susu]:
    """The whole service, once for a module."""
    from tests.conversations.whole_service import whole_service

    async with whole_service(cluster) as running:
        yield running
        await running.left_in_order()


@pytest.fixture
def susu(request: pytest.FixtureRequest) -> Susu:
    """Susu and the sandbox, running, for many scripts: people of one test are strangers to another's.

    A module whose scripts let time pass, or look at the whole book, says `SERVICE_OF_ITS_OWN = True`.
    """
    its_own = getattr(request.module, "SERVICE_OF_ITS_OWN", False)
    running: Susu = request.getfixturevalue("own_susu" if its_own else "timeless_susu")
    return running


@pytest.fixture(scope="session")
def blank_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an empty cluster at rest, made once: a copy is there sooner than another one."""
    home = Path(tmp_path_factory.mktemp("blank")) / "postgres"
    with EmbeddedServer(home, THROWAWAY):
        return home


@pytest.fixture
def own_server(blank_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A PostgreSQL that a test may kill: a cluster of its own, empty, with nobody else attached."""
    home = Path(tmp_path_factory.mktemp("server")) / "postgres"
    subprocess.run(["cp", "-a", blank_home, home], check=True)
    with EmbeddedServer(home, THROWAWAY) as server:
        yield server
