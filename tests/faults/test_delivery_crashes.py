"""Delivery killed, doubled, stopped and cut off: nothing that must arrive is lost, nothing that must not is doubled."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.delivery import loop
from finance_core.notices import Urgency, outcomes
from finance_core.storage.unit import Units
from tests.notices import a_customer, put, row_of, states
from tests.push_api import PushApi, delivering, serving


@pytest.fixture
async def api() -> AsyncIterator[PushApi]:
    async with serving(PushApi()) as api:
        yield api
        api.let_go.set()


async def travel(units: Units) -> None:
    """Pacing off, for tests of order."""
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET travelling_until = clock_timestamp() + interval '1 hour'"))


@asynccontextmanager
async def a_process(database_url: str, api_url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker in a process of its own, killed (-9) at the end if it is still there."""
    command = (sys.executable, "-m", "tests.faults.delivery_process", database_url, api_url)
    process = await asyncio.create_subprocess_exec(*command)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def age_leases(units: Units) -> None:
    """Spend no time on the grace that a silent worker is given."""
    async with units.begin() as unit:
        await unit.session.execute(
            text("UPDATE outbox SET lease_until = lease_until - make_interval(secs => :seconds)"),
            {"seconds": outcomes.DEAD_AFTER_SECONDS},
        )


async def test_kill_9_between_send_and_record(cloned_units: Units, cloned_url: str, api: PushApi) -> None:
    cloned_units.clock = None
    ana, bo, chidi = [await a_customer(cloned_units, telegram_id=number) for number in (1, 2, 3)]
    for chat in (1, 2):
        api.hang(chat)
    await put(cloned_units, "receipt", customer_id=ana, reference="S8F3-K2QW")
    async with cloned_units.begin() as unit:  # an offer that is due at any hour at which this test may run
        await unit.session.execute(text("UPDATE customer SET zone = :zone"), {"zone": daytime_zone(unit.now.hour)})
    await put(cloned_units, "offer", customer_id=bo, urgency=Urgency.BROADCAST)
    async with a_process(cloned_url, api.url) as process:
        await api.until(lambda: len(api.pushes) == 2)
        process.kill()
        await process.wait()
    assert await states(cloned_units) == {"receipt": "sending", "offer": "sending"}

    await age_leases(cloned_units)
    await put(cloned_units, "after", customer_id=chidi)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 4)
    assert await states(cloned_units) == {"receipt": "sent", "offer": "unknown", "after": "sent"}
    assert Counter(api.texts()) == {"receipt": 2, "offer": 1, "after": 1}


def daytime_zone(utc_hour: int) -> str:
    """Return a zone in which it is about noon."""
    return f"Etc/GMT{utc_hour - 12:+d}"


async def test_two_workers_send_everything_once_and_each_chat_in_order(cloned_units: Units, api: PushApi) -> None:
    await travel(cloned_units)
    chats = range(1, 9)
    people = [await a_customer(cloned_units, telegram_id=chat) for chat in chats]
    async with delivering(cloned_units, api.url), delivering(cloned_units, api.url):
        for number in range(8):
            for person in people:
                await put(cloned_units, f"{person}:{number}", customer_id=person)
        await api.until(lambda: len(api.pushes) == 64)

    assert set((await states(cloned_units)).values()) == {"sent"}
    for chat, person in zip(chats, people, strict=True):
        assert api.texts(chat) == [f"{person}:{number}" for number in range(8)]


async def test_a_living_worker_is_seen_and_shares_the_rate(cloned_units: Units, api: PushApi) -> None:
    async with delivering(cloned_units, api.url) as one, delivering(cloned_units, api.url) as other:
        await one._wake.listening.wait()
        await other._wake.listening.wait()
        async with cloned_units.begin() as unit:
            assert await outcomes.tend(unit, one.worker) == 2
    async with cloned_units.begin() as unit:
        assert await outcomes.tend(unit, one.worker) == 0


async def test_stopping_lets_what_is_on_the_wire_come_in_and_gives_back_the_rest(
    cloned_units: Units, api: PushApi
) -> None:
    ana = await a_customer(cloned_units, telegram_id=1)
    api.hang(1)
    await put(cloned_units, "on the wire", "waiting", customer_id=ana)
    async with delivering(cloned_units, api.url) as worker:
        await api.until(lambda: len(api.pushes) == 1)
        stopping = asyncio.create_task(worker.stop())
        await asyncio.sleep(0)
        api.let_go.set()
        await stopping

    assert await states(cloned_units) == {"on the wire": "sent", "waiting": "pending"}
    assert (await row_of(cloned_units, "waiting")).lease_until is None


async def test_stopping_does_not_wait_for_an_answer_that_never_comes(
    cloned_units: Units, api: PushApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "DRAIN_SECONDS", 0.1)
    people = [await a_customer(cloned_units, telegram_id=number) for number in (1, 2)]
    for chat in (1, 2):
        api.hang(chat)
    await put(cloned_units, "receipt", customer_id=people[0])
    await put(cloned_units, "offer", customer_id=people[1], urgency=Urgency.BROADCAST)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 2)

    assert await states(cloned_units) == {"receipt": "pending", "offer": "unknown"}


@pytest.mark.usefixtures("cloned_url")  # the owner cuts them, all that there are
async def test_a_worker_whose_connections_are_all_cut_goes_on(cloned_units: Units, api: PushApi) -> None:
    await travel(cloned_units)
    ana = await a_customer(cloned_units, telegram_id=1)
    keys = [f"receipt:{number}" for number in range(6)]
    async with delivering(cloned_units, api.url) as worker:
        await put(cloned_units, *keys[:5], customer_id=ana)
        await worker._wake.listening.wait()
        await cut_all_connections(cloned_units)
        await put(cloned_units, keys[5], customer_id=ana)
        await api.until(lambda: set(api.texts()) == set(keys))
        await worker._wake.listening.wait()

    assert await states(cloned_units) == dict.fromkeys(keys, "sent")
    assert Counter(api.texts()) == dict.fromkeys(keys, 1)


async def cut_all_connections(units: Units) -> None:
    async with units.begin() as unit:
        await unit.session.execute(text("SET LOCAL ROLE NONE"))
        await unit.session.execute(
            text(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """
            )
        )
