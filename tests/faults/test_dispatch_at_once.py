"""Taps that take no unit of work: all that wait on one button are answered and ended together, whatever goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.dispatch import at_once
from tests.faults.bot_api import BotApi, a_message, a_tap, bot_api
from tests.faults.dispatch_support import Service, a_service, prepare_database
from tests.faults.test_dispatch_turns import kill_backends

GROUP = -9
MANY = 30


class Late:
    """What this process knows: from a moment on, whoever taps `open` comes too late, but for those who have a share."""

    def __init__(self) -> None:
        self.is_over = False
        self.holders: set[int] = set()

    def __call__(self, update: Mapping[str, Any]) -> AnswerCallbackQuery | None:
        tap = update["callback_query"]
        if not self.is_over or tap["data"] != "open" or tap["from"]["id"] in self.holders:
            return None
        return AnswerCallbackQuery(callback_query_id=tap["id"], text="too late")


@pytest.fixture(autouse=True)
def quietly() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as running:
        yield running


@pytest.fixture
def late() -> Late:
    return Late()


@pytest.fixture
async def service(cloned_url: str, api: BotApi, late: Late) -> AsyncIterator[Service]:
    """The service, which begins to dispatch when the test says so."""
    await prepare_database(cloned_url)
    async with a_service(cloned_url, api, ready=late, start=False) as running:
        yield running


def said(api: BotApi) -> dict[str, str]:
    return {values["callback_query_id"]: values.get("text", "") for values in api.made("answerCallbackQuery")}


async def until_done(service: Service) -> None:
    async with asyncio.timeout(20):
        while await service.column("SELECT id FROM inbox WHERE state = 'pending' OR owed IS NOT NULL"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def lanes_held(service: Service) -> int:
    """Return how many lanes are held in this test's database: the server is shared with other tests."""
    of_this = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    query = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid <> 0 AND {of_this}"
    return int((await service.column(query))[0])


async def test_all_that_wait_on_a_button_are_answered_and_nothing_else_is(
    service: Service, api: BotApi, late: Late, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_once, "ALIKE_AT_ONCE", 7)
    late.is_over, late.holders = True, {3}
    await service.inbox.store([a_tap(number, number, "open", chat=GROUP) for number in range(1, MANY + 1)])
    await service.inbox.store([a_tap(51, 51, "other", chat=GROUP), a_tap(52, 52, "open"), a_message(53, 53, "hello")])
    await service.dispatch.start()
    await until_done(service)
    late_ones = {str(number) for number in range(1, MANY + 1)} - {"3"}
    assert {number for number, text_ in said(api).items() if text_ == "too late"} == late_ones
    assert sorted(await service.deeds()) == ["hello", "tap open", "tap open", "tap other"]
    assert await service.deeds(3) == ["tap open"], "who has a share takes the whole way"
    assert await service.column("SELECT max(attempts) FROM inbox") == [1], "none is the worse for being looked at"
    assert await service.column("SELECT id FROM inbox WHERE payload IS NOT NULL") == []
    assert await lanes_held(service) == 0, "each lane is given back"


async def test_what_somebody_did_before_is_done_before(service: Service, api: BotApi, late: Late) -> None:
    late.is_over = True
    await service.inbox.store([a_tap(1, 1, "first", chat=GROUP), a_tap(2, 1, "open", chat=GROUP)])
    await service.inbox.store([a_tap(number, number, "open", chat=GROUP) for number in range(3, 9)])
    await service.dispatch.start()
    await until_done(service)
    order = [values["callback_query_id"] for values in api.made("answerCallbackQuery")]
    assert order.index("1") < order.index("2")
    assert await service.deeds() == ["tap first"]


async def test_what_telegram_refuses_or_cuts_off_holds_up_nobody(service: Service, api: BotApi, late: Late) -> None:
    late.is_over = True
    for status, why in ((400, "Bad Request: query is too old"), (429, "Too Many Requests: retry after 9"), (500, "?")):
        api.fail("answerCallbackQuery", status, why)
    api.fail("answerCallbackQuery", 429, "Too Many Requests: retry after 1", retry_after=1)
    await service.inbox.store([a_tap(number, number, "open", chat=GROUP) for number in range(1, 9)])
    await service.dispatch.start()
    await until_done(service)
    assert len(said(api)) == 8
    assert len(api.made("answerCallbackQuery")) == 9, "a short wait is waited out"


async def test_a_connection_that_dies_over_them_leaves_none_without_an_answer(
    cloned_url: str, service: Service, api: BotApi, late: Late
) -> None:
    late.is_over = True
    await service.dispatch.start()
    for start in range(0, 40, 10):
        await service.inbox.store(
            [a_tap(number, number, "open", chat=GROUP) for number in range(start + 1, start + 11)]
        )
        await kill_backends(cloned_url, "query LIKE '%inbox_%' AND query NOT LIKE '%inbox_store%'")
    await until_done(service)
    assert said(api).keys() == {str(number) for number in range(1, 41)}
    assert await service.deeds() == []


async def test_who_is_over_the_limit_of_a_lane_is_told_so_as_ever(service: Service, api: BotApi, late: Late) -> None:
    late.is_over = True
    service.inbox._lane_limit = 2
    await service.inbox.store([a_tap(number, 1, "open", chat=GROUP) for number in range(1, 5)])
    async with service.units.begin() as unit:
        assert await unit.session.scalar(text("SELECT count(*) FROM inbox WHERE over_limit")) == 1
    await service.dispatch.start()
    await until_done(service)
    await api.until(lambda: any("too_fast" in each for each in api.texts()))
    assert [number for number, each in said(api).items() if each == "too late"] == ["1", "2"]
