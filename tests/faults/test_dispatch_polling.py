"""The long poll: stored before acknowledged, one poller of all, and patience with whatever is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import AnswerCallbackQuery
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.dispatch.at_once import Ready
from bot.intake import poll
from bot.intake.inbox import Inbox
from bot.intake.poll import Poller, PollLease
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units
from tests.faults.bot_api import BOT_ID, BotApi, a_bot, a_message, a_tap, bot_api

CIPHER = Cipher(["a secret of the tests"])


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(poll, "BACKOFF_SECONDS", 0.01)
    monkeypatch.setattr(poll, "LEASE_PAUSE_SECONDS", 0.05)
    with capture_logs():
        yield


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as running:
        yield running


@asynccontextmanager
async def polling(units: Units, bot: Bot, ready: Ready = lambda _: None) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(Poller(units, bot, Inbox(units, CIPHER, BOT_ID), ready).run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def offsets(api: BotApi) -> list[int | None]:
    return [int(values["offset"]) if "offset" in values else None for values in api.made("getUpdates")]


async def stored(units: Units) -> list[int]:
    async with units.begin() as unit:
        return list((await unit.session.execute(text("SELECT update_id FROM inbox ORDER BY id"))).scalars())


async def test_updates_are_acknowledged_only_once_they_are_stored(cloned_units: Units, api: BotApi) -> None:
    await api.offer(*(a_message(number, 40 + number, "hi") for number in range(1, 4)))
    async with a_bot(api.url) as bot, polling(cloned_units, bot):
        await api.until(lambda: 4 in offsets(api))
        assert await stored(cloned_units) == [1, 2, 3]


async def test_what_nobody_handles_is_acknowledged_too(cloned_units: Units, api: BotApi) -> None:
    await api.offer({"update_id": 8, "channel_post": {}}, {"update_id": 9, "of_tomorrow": {}})
    async with a_bot(api.url) as bot, polling(cloned_units, bot):
        await api.until(lambda: 10 in offsets(api))
        assert await stored(cloned_units) == []


async def test_what_can_never_be_stored_stops_no_polling(cloned_units: Units, api: BotApi) -> None:
    await api.offer(a_message(1, 42, "half \ud800"), a_message(2, 42, "hi"), a_message(3, 42, "hi", big=2**70))
    async with a_bot(api.url) as bot, polling(cloned_units, bot):
        await api.until(lambda: 4 in offsets(api))
        async with cloned_units.begin() as unit:
            rows = await unit.session.execute(text("SELECT update_id, state FROM inbox ORDER BY update_id"))
            assert [tuple(row) for row in rows] == [(1, "dead"), (2, "pending"), (3, "dead")]


async def test_a_tap_whose_answer_is_known_is_answered_before_it_is_acknowledged_and_never_stored(
    cloned_units: Units, api: BotApi
) -> None:
    def ready(update: Mapping[str, Any]) -> AnswerCallbackQuery | None:
        tap = update["callback_query"]
        return AnswerCallbackQuery(callback_query_id=tap["id"], text="late") if tap["data"] == "open:1" else None

    api.fail("answerCallbackQuery", 400, "Bad Request: query is too old")
    taps = [a_tap(number, 40 + number, f"open:{number % 2}", chat=-9) for number in range(1, 5)]
    await api.offer(*taps, a_message(5, 42, "hi"))
    async with a_bot(api.url) as bot, polling(cloned_units, bot, ready):
        await api.until(lambda: 6 in offsets(api))
        assert await stored(cloned_units) == [2, 4, 5]
    methods = [call.method for call in api.calls]
    assert methods.count("answerCallbackQuery") == 2
    assert max(at for at, method in enumerate(methods) if method == "answerCallbackQuery") < next(
        at for at, call in enumerate(api.calls) if call.values.get("offset") == "6"
    )
    async with cloned_units.begin() as unit:
        alike = list(await unit.session.scalars(text("SELECT alike FROM inbox ORDER BY update_id")))
    assert alike[0] == alike[1] is not None
    assert alike[2] is None


async def test_updates_that_cannot_be_stored_are_not_acknowledged_and_fetched_again(
    cloned_units: Units, api: BotApi
) -> None:
    async with cloned_units.begin() as unit:
        await unit.session.execute(text("LOCK TABLE inbox IN SHARE MODE"))
        await api.offer(a_message(1, 42, "hi"))
        async with a_bot(api.url) as bot, polling(cloned_units, bot) as task:
            await api.until(lambda: bool(api.made("getUpdates")))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    assert set(offsets(api)) == {None}
    async with a_bot(api.url) as bot, polling(cloned_units, bot):
        await api.until(lambda: 2 in offsets(api))
        assert await stored(cloned_units) == [1]


async def test_a_poller_that_starts_anew_stores_nothing_twice(cloned_units: Units, api: BotApi) -> None:
    for _ in range(3):
        api.calls.clear()
        await api.offer(a_message(1, 42, "hi"))
        async with a_bot(api.url) as bot, polling(cloned_units, bot):
            await api.until(lambda: 2 in offsets(api))
    assert await stored(cloned_units) == [1]


async def test_a_webhook_left_over_is_removed_first_and_drops_nothing(cloned_units: Units, api: BotApi) -> None:
    async with a_bot(api.url) as bot, polling(cloned_units, bot):
        await api.until(lambda: bool(api.made("getUpdates")))
    assert [call.method for call in api.calls][:3] == ["deleteWebhook", "getMe", "getUpdates"]
    assert api.made("deleteWebhook")[0].get("drop_pending_updates") in (None, "false")


async def test_telegram_being_away_is_waited_out(cloned_units: Units, api: BotApi) -> None:
    api.fail("deleteWebhook", 502, "Bad Gateway")
    api.fail("deleteWebhook", 429, "Too Many Requests: retry after 1", retry_after=1)
    await api.offer(a_message(1, 42, "hi"))
    async with a_bot(api.url) as bot, polling(cloned_units, bot):
        await api.until(lambda: 2 in offsets(api))


async def test_only_one_process_polls_until_it_ends(cloned_units: Units) -> None:
    one, other, another_bots = (PollLease(cloned_units, bot_id) for bot_id in (BOT_ID, BOT_ID, BOT_ID + 1))
    assert await one.hold()
    assert await one.hold()
    assert not await other.hold()
    assert await another_bots.hold()
    await one.give_up()
    assert await other.hold()
    await other.give_up()
    await another_bots.give_up()


async def test_a_poller_whose_connection_dies_lets_another_poll(cloned_units: Units, api: BotApi) -> None:
    one, other = PollLease(cloned_units, BOT_ID), PollLease(cloned_units, BOT_ID)
    assert await one.hold()
    assert one._connection is not None
    one._connection.terminate()
    with pytest.raises(Exception, match="closed"):
        await one.hold()
    async with asyncio.timeout(30):
        while not await other.hold():  # noqa: ASYNC110 - the server notices by itself
            await asyncio.sleep(0.02)
    assert not await one.hold()
    await other.give_up()
