"""Several workers, several processes, and the deaths of each of them: in order, and nothing lost or doubled."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from finance_core.storage.server import OWNER_ROLE, EmbeddedServer
from migrations.upgrade import upgrade
from tests.faults.bot_api import BotApi, a_message, a_tap, bot_api
from tests.faults.dispatch_support import Service, a_service, plain_connection, prepare_database

LANES = 12
ROUNDS = 25


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as running:
        yield running


@asynccontextmanager
async def a_process(url: str, api: BotApi, die_before: str = "") -> AsyncIterator[asyncio.subprocess.Process]:
    words = [sys.executable, "-m", "tests.faults.dispatch_process", url, api.url, die_before]
    process = await asyncio.create_subprocess_exec(*(word for word in words if word))
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def chatter(service: Service) -> None:
    """Store ROUNDS messages of each of LANES people, interleaved, in batches as a poll gives them."""
    updates = [
        a_message(1 + turn * LANES + person, 100 + person, f"{turn}")
        for turn in range(ROUNDS)
        for person in range(LANES)
    ]
    for start in range(0, len(updates), 40):
        await service.inbox.store(updates[start : start + 40])


def by_chat(api: BotApi) -> dict[str, list[str]]:
    chats = defaultdict(list)
    for values in api.made("sendMessage"):
        chats[values["chat_id"]].append(values["text"])
    return chats


async def assert_all_in_order(service: Service) -> None:
    """Each person's deeds and replies are complete, once each, in the order that they were asked for."""
    expected = [str(turn) for turn in range(ROUNDS)]
    for person in range(LANES):
        assert await service.deeds(100 + person) == expected
        assert by_chat(service.api)[str(100 + person)] == [f"did {turn}" for turn in expected]
    assert set(await service.column("SELECT state FROM inbox")) == {"done"}


async def test_each_lane_stays_in_order_under_four_workers_and_two_processes(cloned_url: str, api: BotApi) -> None:
    await prepare_database(cloned_url)
    async with a_service(cloned_url, api, start=False) as service, a_process(cloned_url, api):
        await service.inbox.store([a_message(9_000, 999, "wake up")])
        await api.until(lambda: bool(api.texts()), 60)  # the other process is at work
        await service.dispatch.start()
        await chatter(service)
        await api.until(lambda: len(api.texts()) == LANES * ROUNDS + 1, 60)
        await service.dispatch.stop()
        await assert_all_in_order(service)
        mine = service.dispatch.counters.read()["updates_handled"]
        assert 0 < mine < LANES * ROUNDS  # both took part


async def test_a_process_killed_between_commit_and_reply_has_done_it_once_and_the_next_says_so(
    cloned_url: str, api: BotApi
) -> None:
    await prepare_database(cloned_url)
    async with a_service(cloned_url, api, start=False) as service:
        await service.inbox.store([a_tap(1, 42, "pay"), a_message(2, 42, "hello")])
        async with a_process(cloned_url, api, die_before="answerCallbackQuery") as process:
            assert await process.wait() == -signal.SIGKILL
        assert await service.deeds() == ["tap pay"]
        await service.dispatch.start()
        await api.until(lambda: api.texts() == ["did hello"])
        assert await service.deeds() == ["tap pay", "hello"]
        assert [values["text"] for values in api.made("editMessageText")] == ["done pay"]
        assert {values["text"] for values in api.made("answerCallbackQuery")} == {"noted"}
        assert set(await service.column("SELECT state FROM inbox")) == {"done"}


async def test_a_process_killed_in_the_middle_of_a_turn_leaves_it_to_the_next(cloned_url: str, api: BotApi) -> None:
    await prepare_database(cloned_url)
    async with a_service(cloned_url, api, start=False) as service:
        locker = await service.units.bind.connect()  # type: ignore[union-attr]
        await locker.exec_driver_sql("LOCK TABLE deed IN SHARE MODE")
        await service.inbox.store([a_message(1, 42, "hello")])
        async with a_process(cloned_url, api) as process:
            await _until_blocked(cloned_url)
            process.kill()
            await process.wait()
        await locker.close()
        await service.dispatch.start()
        await api.until(lambda: api.texts() == ["did hello"])
        assert await service.deeds() == ["hello"]


async def test_a_lane_is_kept_while_its_reply_is_on_the_way(cloned_url: str, api: BotApi) -> None:
    await prepare_database(cloned_url)
    api.fail("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    async with a_service(cloned_url, api) as service:
        await service.inbox.store([a_message(1, 42, "first"), a_message(2, 42, "second")])
        await api.until(lambda: "did second" in api.texts())
        assert api.texts() == ["did first", "did first", "did second"]


async def test_postgresql_killed_under_load_loses_and_doubles_nothing(own_server: EmbeddedServer) -> None:
    own_server.run_sql(f"CREATE DATABASE killed OWNER {OWNER_ROLE}", database="postgres")
    url = own_server.url("killed")
    await asyncio.to_thread(upgrade, url)
    await prepare_database(url)
    async with bot_api() as api, a_service(url, api) as service:
        await chatter(service)
        await api.until(lambda: len(api.texts()) >= LANES * ROUNDS // 4)
        await asyncio.to_thread(own_server.kill)
        await asyncio.to_thread(own_server.ensure)
        await api.until(lambda: _everyone_has_the_last(api), 60)
        await service.dispatch.stop()
        expected = [str(turn) for turn in range(ROUNDS)]
        for person in range(LANES):
            assert await service.deeds(100 + person) == expected
            replies = by_chat(api)[str(100 + person)]
            assert replies == sorted(set(replies), key=lambda reply: int(re.sub(r"\D", "", reply)))  # once, in order
        assert set(await service.column("SELECT state FROM inbox")) == {"done"}


def _everyone_has_the_last(api: BotApi) -> bool:
    last = f"did {ROUNDS - 1}"
    return len(by_chat(api)) == LANES and all(last in texts for texts in by_chat(api).values())


async def _until_blocked(url: str) -> None:
    """Wait until some backend waits for the locked table: the other process is inside a handler."""
    owner = await plain_connection(url)
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    async with asyncio.timeout(60):
        while await owner.fetchval(query) == 0:  # noqa: ASYNC110 - PostgreSQL has no event for it
            await asyncio.sleep(0.05)
    await owner.close()
