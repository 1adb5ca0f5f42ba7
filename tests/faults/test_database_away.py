"""The database refuses, has no connection free, or is another server from now on: nothing is lost, nothing done twice.

`SUSU_REFUSED_SECONDS=30` lets it refuse for as long as a failover by hand takes; the suite waits for less.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from bot.dispatch.faults import is_away
from bot.intake.inbox import Inbox
from finance_core.storage.engine import create_engine
from finance_core.storage.postgres_programs import RunAs, bundled_programs, run
from finance_core.storage.server import OWNER_ROLE, THROWAWAY, EmbeddedServer
from finance_core.storage.unit import Units
from migrations.upgrade import upgrade
from tests.builders import CIPHER
from tests.conversations.whole_service import Susu, begin, running_susu
from tests.faults.bot_api import BOT_ID, a_message
from tests.faults.test_crashes import asks_for_topups, each_is_topped_up_once

REFUSED_SECONDS: Final = float(os.environ.get("SUSU_REFUSED_SECONDS", "3"))
PEOPLE: Final = 6
POOL_SIZE: Final = 16
SHUT_OUT: Final = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'away'"
WAYS: Final = {
    "no connection is free": ("CONNECTION LIMIT 0", "CONNECTION LIMIT -1"),
    "it takes none": ("ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"),
}
"""How a database refuses, and how it is open again."""


def refuse(server: EmbeddedServer, how: str) -> None:
    """Let the database take no connection, and cut those that there are."""
    server.run_sql(f"ALTER DATABASE away {how}", database="postgres")
    server.run_sql(SHUT_OUT, database="postgres")


async def a_migrated_database(server: EmbeddedServer) -> None:
    server.run_sql(f"CREATE DATABASE away OWNER {OWNER_ROLE}", database="postgres")
    await asyncio.to_thread(upgrade, server.url("away"))


@asynccontextmanager
async def serving(url: str) -> AsyncIterator[tuple[Susu, AsyncEngine]]:
    engine = create_engine(url, pool_size=POOL_SIZE)
    await begin(engine)
    async with running_susu(engine) as susu:
        yield susu, engine
    await engine.dispose()


@pytest.mark.parametrize("way", WAYS)
async def test_what_is_asked_while_the_database_refuses_is_done_once_when_it_is_open(
    own_server: EmbeddedServer, way: str
) -> None:
    closed, opened = WAYS[way]
    await a_migrated_database(own_server)
    with capture_logs() as logs:
        async with serving(own_server.url("away")) as (susu, _):
            people = [await susu.resident("Ana") for _ in range(PEOPLE)]
            await asks_for_topups(people)
            tapping = [asyncio.create_task(person.taps("Confirm")) for person in people for _ in range(3)]
            await asyncio.to_thread(refuse, own_server, closed)
            tapping += [asyncio.create_task(person.taps("Confirm")) for person in people]
            await asyncio.sleep(REFUSED_SECONDS)
            own_server.run_sql(f"ALTER DATABASE away {opened}", database="postgres")
            await each_is_topped_up_once(susu, people, tapping)
    assert {"dispatch_waits", "poll_waits"} <= {entry["event"] for entry in logs}


async def test_an_update_that_a_refusing_database_does_not_take_is_not_acknowledged(
    own_server: EmbeddedServer,
) -> None:
    await a_migrated_database(own_server)
    engine = create_engine(own_server.url("away"))
    await begin(engine)
    inbox = Inbox(Units(engine), CIPHER, BOT_ID)
    for closed, opened in WAYS.values():
        await asyncio.to_thread(refuse, own_server, closed)
        with capture_logs(), pytest.raises(Exception, match="connections") as refused:
            await inbox.store([a_message(1, 42, "hi")])
        assert is_away(refused.value)
        own_server.run_sql(f"ALTER DATABASE away {opened}", database="postgres")
    assert await inbox.store([a_message(1, 42, "hi")]) == {"stored": 1}
    await engine.dispose()


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.InvalidAuthorizationSpecificationError("pg_hba.conf rejects connection"),
        asyncpg.InvalidPasswordError("password authentication failed"),
        asyncpg.InvalidCatalogNameError("the database is being restored"),
    ],
)
def test_a_refusal_to_connect_is_no_fault_of_the_update(error: Exception) -> None:
    assert is_away(error)


async def test_while_something_holds_every_connection_the_service_says_so_and_comes_back(cloned_url: str) -> None:
    with capture_logs() as logs:
        async with serving(cloned_url) as (susu, engine), AsyncExitStack() as held:
            people = [await susu.resident("Ana") for _ in range(PEOPLE)]
            await asks_for_topups(people)
            pool: Any = engine.sync_engine.pool
            usual, pool._timeout = pool._timeout, 0.5
            with suppress(PoolTimeout):
                while True:
                    await held.enter_async_context(engine.connect())
            tapping = [asyncio.create_task(person.taps("Confirm")) for person in people for _ in range(3)]
            await asyncio.sleep(REFUSED_SECONDS)
            assert [entry for entry in logs if entry["event"] == "poll_waits" and "QueuePool" in entry["why"]]
            await held.aclose()
            pool._timeout = usual
            await each_is_topped_up_once(susu, people, tapping)


# -- another server takes over ----------------------------------------------------------------------------------------


class Standby(EmbeddedServer):
    """A server that follows another until it is promoted."""

    def _status(self) -> str:
        return super()._status().replace("standby", "ready")

    def copy_of(self, primary: EmbeddedServer) -> None:
        """Copy the other's data, so as to follow it from the first start on."""
        self._make_home()
        place = ["-h", str(primary.socket_folder), "-U", "postgres", "-D", str(self.data)]
        words = [bundled_programs().path("pg_basebackup"), *place, "--write-recovery-conf", "--checkpoint=fast"]
        run(RunAs.owner_of(self.home).command(words), what="pg_basebackup")


@dataclass
class Pair:
    """A server, one that follows it commit by commit, and the one address under which the serving one is found."""

    primary: EmbeddedServer
    standby: Standby
    address: Path

    def url(self, database: str) -> str:
        return f"postgresql://{OWNER_ROLE}@/{database}?host={self.address}"

    def fail_over(self) -> None:
        """Kill the server, promote the one that follows it, and turn the address to it."""
        self.primary.kill()
        self.standby.run_sql("SELECT pg_promote()", database="postgres")
        turned = self.address.with_name("turned")
        turned.symlink_to(self.standby.socket_folder)
        turned.replace(self.address)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    follows = {"wal_level": "replica", "max_wal_senders": "4", "synchronous_commit": "on"}
    with EmbeddedServer(tmp_path / "one", {**THROWAWAY, **follows}) as primary:
        standby = Standby(tmp_path / "two", THROWAWAY)
        standby.copy_of(primary)
        with standby:
            primary.run_sql("ALTER SYSTEM SET synchronous_standby_names = '*'", database="postgres")
            primary.run_sql("SELECT pg_reload_conf()", database="postgres")
            address = tmp_path / "serving"
            address.symlink_to(primary.socket_folder)
            yield Pair(primary, standby, address)


async def test_another_server_takes_over_under_load_and_nothing_is_lost_or_doubled(pair: Pair) -> None:
    await a_migrated_database(pair.primary)
    with capture_logs():
        async with serving(pair.url("away")) as (susu, _):
            people = [await susu.resident("Ana") for _ in range(2 * PEOPLE)]
            await asks_for_topups(people)
            tapping = [asyncio.create_task(person.taps("Confirm")) for person in people for _ in range(5)]
            await people[0].sees("is in your wallet")
            await asyncio.to_thread(pair.fail_over)
            await each_is_topped_up_once(susu, people, tapping)
            assert not pair.primary.is_alive()
