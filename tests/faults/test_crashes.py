"""The whole service with real bot processes killed, and PostgreSQL killed: money moves once and a receipt is shown."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from finance_core.notices.carried import CARD_SECONDS
from finance_core.storage.engine import create_engine
from finance_core.storage.server import OWNER_ROLE, EmbeddedServer
from migrations.upgrade import upgrade
from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import Susu, a_bot, begin, running_susu, without_a_bot
from tests.faults.bot_process import DIE_AT

AS_A_RECEIPT = r"(¥30.00 is in your wallet|\+¥30.00 topped up).*Reference S"
"""The card, edited, or the receipt in its stead."""
RECEIPTS = "SELECT string_agg(state, ' ') FROM outbox WHERE kind = 'receipt.topup'"
PROCESS_SECONDS = 120
"""A process's start, aiogram's import included, on a busy machine."""


@asynccontextmanager
async def a_bot_process(url: str, susu: Susu, *die_at: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a bot in a process of its own; killed (-9) at the end if it is still there."""
    settings = {
        "SUSU_DATABASE_URL": url,
        "SUSU_TELEGRAM_API_URL": susu.sandbox.url,
        "SUSU_TELEGRAM_TOKEN": susu.sandbox.token,
        "SUSU_SECRET_KEY": "a secret for tests only",
        "NO_PROXY": "127.0.0.1",
    }
    words = [sys.executable, "-m", "tests.faults.bot_process", *die_at]
    process = await asyncio.create_subprocess_exec(*words, env={**os.environ, **settings})
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def asks_for_topups(people: Sequence[Person], amount: int = 30) -> None:
    for person in people:
        await person.says(f"/topup {amount}")
    for person in people:
        await person.sees(f"Put ¥{amount}.00 into your wallet", within_seconds=PROCESS_SECONDS)


async def forget(*tapping: asyncio.Task[object]) -> None:
    """Wait no longer for the answers to taps: some bot died over them."""
    for task in tapping:
        task.cancel()
    await asyncio.gather(*tapping, return_exceptions=True)


async def receipts(person: Person) -> list[str]:
    """Return the references in a chat, of cards and of receipts that were pushed."""
    return [found for message in await person.messages() for found in re.findall(r"Reference (S\S+)", message.text)]


async def each_is_topped_up_once(susu: Susu, people: Sequence[Person], tapping: Sequence[asyncio.Task[object]]) -> None:
    """Wait until everybody has the receipt of their 30; fail unless it was put in once and the book verifies.

    The first was seen to have it.
    """
    for person in people[1:]:
        await person.sees(AS_A_RECEIPT, within_seconds=PROCESS_SECONDS)
    await forget(*tapping)
    for person in people:
        assert await susu.balance(person) == yuan(30)
        assert len(set(await receipts(person))) == await susu.entries(person) == 1
    await susu.left_in_order()


@asynccontextmanager
async def killed_over_the_card(cloned_url: str, *die_at: str) -> AsyncIterator[tuple[Susu, Person]]:
    """Let a real bot die over the card of Ana's top-up, which has moved; there is no bot then."""
    engine = create_engine(cloned_url)
    await begin(engine)
    async with without_a_bot(engine) as susu:
        ana = await susu.resident("Ana")
        async with a_bot_process(cloned_url, susu, *die_at) as process:
            await asks_for_topups([ana])
            tapping = asyncio.create_task(ana.taps("Confirm"))
            assert await process.wait() == -signal.SIGKILL
        assert await susu.balance(ana) == yuan(30)
        yield susu, ana
        await forget(tapping)
        assert await susu.balance(ana) == yuan(30)
        assert len(await receipts(ana)) == await susu.entries(ana) == 1
        await susu.left_in_order()
    await engine.dispose()


async def test_a_bot_killed_between_the_commit_and_the_cards_edit_leaves_the_receipt_to_arrive_by_itself(
    cloned_url: str,
) -> None:
    async with killed_over_the_card(cloned_url, "editMessageText") as (susu, ana):
        assert await susu.value(RECEIPTS) == "pending"
        told = await ana.sees(r"🧾 \+¥30.00 topped up", within_seconds=CARD_SECONDS + 20)
        assert not [message for message in await ana.messages() if DIE_AT in message]
        async with a_bot(susu.sandbox, susu.units):
            card = await ana.sees("Done. The receipt is below")
        assert card.id < told.id


async def test_a_bot_that_is_back_in_time_shows_the_card_as_the_receipt_and_no_other(cloned_url: str) -> None:
    async with killed_over_the_card(cloned_url, "editMessageText") as (susu, ana):
        async with a_bot(susu.sandbox, susu.units):
            await ana.sees(AS_A_RECEIPT)
        await asyncio.sleep(CARD_SECONDS + 2)
        assert await susu.value(RECEIPTS) == "cancelled"


async def test_a_card_that_was_edited_and_not_recorded_so_gives_way_to_the_receipt(cloned_url: str) -> None:
    async with killed_over_the_card(cloned_url, "editMessageText", "after") as (susu, ana):
        await ana.sees(r"🧾 \+¥30.00 topped up", within_seconds=CARD_SECONDS + 20)
        assert len(await receipts(ana)) == 2, "nobody knows of the card: better both than none"
        async with a_bot(susu.sandbox, susu.units):
            await ana.sees("Done. The receipt is below")


async def test_two_bots_share_the_work_and_one_killed_in_the_middle_is_replaced_by_the_other(cloned_url: str) -> None:
    engine = create_engine(cloned_url)
    await begin(engine)
    async with without_a_bot(engine) as susu:
        people = [await susu.resident("Ana") for _ in range(12)]
        async with a_bot_process(cloned_url, susu) as first:
            await asks_for_topups(people[:1])
            async with a_bot(susu.sandbox, susu.units):
                await one_of_two_is_killed(people, first)
        for person in people:
            assert await susu.balance(person) == yuan(30)
            assert len(set(await receipts(person))) == await susu.entries(person) == 1
        await susu.left_in_order()
    await engine.dispose()


async def one_of_two_is_killed(people: Sequence[Person], first: asyncio.subprocess.Process) -> None:
    """Tap Confirm everywhere, kill the bot that polls while they work, and wait until everybody has a receipt."""
    await asks_for_topups(people[1:])
    tapping = [asyncio.create_task(person.taps("Confirm")) for person in people]
    await people[0].sees(DIE_AT, within_seconds=PROCESS_SECONDS)
    first.kill()
    for person in people[1:]:
        await person.sees(AS_A_RECEIPT, within_seconds=PROCESS_SECONDS)
    await forget(*tapping)


@pytest.fixture
async def killable_url(own_server: EmbeddedServer) -> str:
    """A migrated database on a server that may be killed."""
    own_server.run_sql(f"CREATE DATABASE killable OWNER {OWNER_ROLE}", database="postgres")
    url = own_server.url("killable")
    await asyncio.to_thread(upgrade, url)
    return url


async def test_postgresql_killed_under_load_loses_and_doubles_nothing(
    own_server: EmbeddedServer, killable_url: str
) -> None:
    engine = create_engine(killable_url, pool_size=16)
    await begin(engine)
    with capture_logs():
        async with running_susu(engine) as susu:
            people = [await susu.resident("Ana") for _ in range(12)]
            await asks_for_topups(people)
            tapping = [asyncio.create_task(person.taps("Confirm")) for person in people for _ in range(5)]
            await people[0].sees(DIE_AT)
            await asyncio.to_thread(own_server.kill)
            await asyncio.to_thread(own_server.ensure)
            await each_is_topped_up_once(susu, people, tapping)
    await engine.dispose()
