"""Boards in groups: kept current with few calls, whatever Telegram answers, whoever dies over them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from finance_core.groups import service as groups
from finance_core.groups.models import GroupChat
from finance_core.groups.service import Standing
from finance_core.notices import board_claims, boards, outcomes
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units
from handlers.chat.screens.base import Screen
from tests.faults.test_delivery_crashes import a_process
from tests.notices import a_customer, put, states
from tests.push_api import PushApi, delivering, serving

CIPHER = Cipher(["a secret of the tests"])
LUNCH, MOVED = -9, -100_9


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PushApi]:
    monkeypatch.setattr(board_claims, "APART_SECONDS", 0)
    async with serving(PushApi()) as api:
        yield api
        api.let_go.set()


async def a_group(units: Units, chat_id: int = LUNCH) -> GroupChat:
    async with units.begin() as unit:
        return await groups.met(unit, CIPHER, chat_id, title="Lunch", language="en")


async def shown(units: Units, *, pins: bool = False) -> None:
    async with units.begin() as unit:
        await boards.show(unit, "packet", 1, chat_id=LUNCH, language="en", pins=pins)


async def changed(units: Units, *, times: int = 1, is_over: bool = False) -> None:
    for _ in range(times):
        async with units.begin() as unit:
            await boards.changed(unit, "packet", 1, is_over=is_over)


async def column(units: Units, what: str, subject: int = 1) -> Any:
    async with units.begin() as unit:
        return await unit.session.scalar(text(f"SELECT {what} FROM board WHERE subject = :id"), {"id": subject})


async def until_current(units: Units) -> None:
    async with asyncio.timeout(30):
        while await column(units, "bool_or(shown < wanted OR lease_until IS NOT NULL)"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def stands(units: Units, group: GroupChat, standing: Standing) -> None:
    async with units.begin() as unit:
        known = await unit.session.get(GroupChat, group.id)
        assert known is not None
        await groups.stands(unit, known, standing)


def calls(api: PushApi) -> list[str]:
    return [push.method for push in api.pushes]


async def test_a_board_is_sent_once_pinned_and_edited_to_what_it_shows_now(cloned_units: Units, api: PushApi) -> None:
    await a_group(cloned_units)
    await shown(cloned_units, pins=True)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 2)
        await changed(cloned_units)
        await api.until(lambda: len(api.pushes) == 3)
        await until_current(cloned_units)
    assert calls(api) == ["sendMessage", "pinChatMessage", "editMessageText"]
    assert (api.pushes[0].text, api.pushes[2].text) == ("packet 1 (en): 1", "packet 1 (en): 2")
    assert api.pushes[2].values["message_id"] == "1000"


async def test_three_hundred_changes_are_few_edits_and_the_last_state_is_shown(
    cloned_units: Units, api: PushApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_claims, "APART_SECONDS", 1)
    await a_group(cloned_units)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url):
        await changed(cloned_units, times=300)
        await until_current(cloned_units)
    assert api.pushes[-1].text == "packet 1 (en): 301"
    assert 2 <= len(api.pushes) <= 20


async def test_edits_and_messages_of_a_group_count_together_for_its_limit(cloned_units: Units, api: PushApi) -> None:
    await a_group(cloned_units)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
    await put(cloned_units, "said", chat_id=LUNCH, language="en")
    async with delivering(cloned_units, api.url) as successor:
        await api.until(lambda: len(api.pushes) == 2)
        assert len(successor._pacer.pacing._sends[LUNCH]) == 2


async def test_what_looks_the_same_is_not_edited(cloned_units: Units, api: PushApi) -> None:
    async def still(*_: object) -> Screen:
        return Screen("as ever")

    await a_group(cloned_units)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url, read_board=still):
        await api.until(lambda: len(api.pushes) == 1)
        await changed(cloned_units)
        await until_current(cloned_units)
    assert calls(api) == ["sendMessage"]


async def test_what_telegram_shows_already_is_not_edited_again_and_again(cloned_units: Units, api: PushApi) -> None:
    await a_group(cloned_units)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        api.fail(LUNCH, 400, "Bad Request: message is not modified: specified new message content is the same")
        await changed(cloned_units)
        await until_current(cloned_units)
    assert calls(api) == ["sendMessage", "editMessageText"]


@pytest.mark.parametrize("words", ["Bad Request: message to edit not found", "Bad Request: message can't be edited"])
async def test_a_board_that_is_gone_is_sent_anew(cloned_units: Units, api: PushApi, words: str) -> None:
    await a_group(cloned_units)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        api.fail(LUNCH, 400, words)
        await changed(cloned_units)
        await api.until(lambda: len(api.pushes) == 3)
        await until_current(cloned_units)
    assert calls(api) == ["sendMessage", "editMessageText", "sendMessage"]
    assert await column(cloned_units, "message_id") == 1001


async def test_a_board_that_is_gone_before_it_is_pinned_is_sent_anew(cloned_units: Units, api: PushApi) -> None:
    await a_group(cloned_units)
    await shown(cloned_units, pins=True)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        api.fail(LUNCH, 400, "Bad Request: message to pin not found")
        await api.until(lambda: len(api.pushes) == 4)
    assert calls(api) == ["sendMessage", "pinChatMessage", "sendMessage", "pinChatMessage"]
    assert api.pushes[3].values["message_id"] == "1001"


async def test_a_board_that_is_over_and_gone_is_left_alone(cloned_units: Units, api: PushApi) -> None:
    await a_group(cloned_units)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        api.fail(LUNCH, 400, "Bad Request: message to edit not found")
        await changed(cloned_units, is_over=True)
        await until_current(cloned_units)
    assert calls(api) == ["sendMessage", "editMessageText"]


async def test_a_group_that_moved_gets_its_board_anew_where_it_lives(cloned_units: Units, api: PushApi) -> None:
    group = await a_group(cloned_units)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        await until_current(cloned_units)
        api.fail(LUNCH, 400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=MOVED)
        await changed(cloned_units)
        await api.until(lambda: len(api.pushes) == 3)
        await until_current(cloned_units)
    assert [push.chat_id for push in api.pushes] == [LUNCH, LUNCH, MOVED]
    assert api.pushes[2].method == "sendMessage"
    async with cloned_units.begin() as unit:
        found = [await groups.find(unit, chat) for chat in (LUNCH, MOVED)]
        assert [each.id for each in found if each is not None] == [group.id, group.id]
        assert not await groups.move(unit, LUNCH, MOVED)


async def test_a_board_waits_while_the_bot_is_out_and_returns_with_it(cloned_units: Units, api: PushApi) -> None:
    ana = await a_customer(cloned_units, telegram_id=1)
    group = await a_group(cloned_units)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        await until_current(cloned_units)
        api.fail(LUNCH, 403, "Forbidden: bot was kicked from the group chat")
        await changed(cloned_units)
        await api.until(lambda: len(api.pushes) == 2)
        async with asyncio.timeout(10):
            while not await column(cloned_units, "is_parked"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await changed(cloned_units, times=3)
        await put(cloned_units, "private", customer_id=ana)
        await api.until(lambda: len(api.pushes) == 3)
        await stands(cloned_units, group, Standing(is_in=True))
        await api.until(lambda: len(api.pushes) == 5)
        await until_current(cloned_units)
    assert calls(api) == ["sendMessage", "editMessageText", "sendMessage", "sendMessage", "deleteMessage"]
    assert api.texts(LUNCH)[2] == "packet 1 (en): 6"
    assert await states(cloned_units) == {"private": "sent"}


async def test_back_in_the_group_a_board_is_sent_though_nothing_of_it_has_changed(
    cloned_units: Units, api: PushApi
) -> None:
    async def still(*_: object) -> Screen:
        return Screen("as ever")

    group = await a_group(cloned_units)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url, read_board=still):
        await api.until(lambda: len(api.pushes) == 1)
        await until_current(cloned_units)
        await stands(cloned_units, group, Standing(is_in=False))
        await stands(cloned_units, group, Standing(is_in=True))
        await api.until(lambda: len(api.pushes) == 3)
        await until_current(cloned_units)
    assert calls(api) == ["sendMessage", "sendMessage", "deleteMessage"]
    assert await column(cloned_units, "message_id") == 1001


async def test_back_in_the_group_what_is_over_is_edited_and_not_sent_anew(cloned_units: Units, api: PushApi) -> None:
    group = await a_group(cloned_units)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        await until_current(cloned_units)
    await stands(cloned_units, group, Standing(is_in=False))
    await changed(cloned_units, is_over=True)
    await stands(cloned_units, group, Standing(is_in=True))
    async with delivering(cloned_units, api.url):
        await until_current(cloned_units)
    assert calls(api) == ["sendMessage", "editMessageText"]


async def test_without_the_right_to_pin_the_board_is_shown_and_pinned_once_it_is_given(
    cloned_units: Units, api: PushApi
) -> None:
    group = await a_group(cloned_units)
    await shown(cloned_units, pins=True)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        api.fail(LUNCH, 400, "Bad Request: not enough rights to manage pinned messages in the chat")
        await api.until(lambda: len(api.pushes) == 2)
        async with asyncio.timeout(10):
            while await column(cloned_units, "pinned_id IS NULL"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await stands(cloned_units, group, Standing(is_in=True, may_pin=True))
        await api.until(lambda: len(api.pushes) == 3)
    assert calls(api) == ["sendMessage", "pinChatMessage", "pinChatMessage"]


async def test_with_the_right_to_pin_nothing_is_pinned_that_is_not_to_be(cloned_units: Units, api: PushApi) -> None:
    group = await a_group(cloned_units)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        await stands(cloned_units, group, Standing(is_in=True, may_pin=True))
        await changed(cloned_units)
        await until_current(cloned_units)
        await changed(cloned_units)
        await until_current(cloned_units)
    assert calls(api) == ["sendMessage", "editMessageText", "editMessageText"]


async def test_a_chat_that_is_to_be_left_alone_is_and_then_shows_the_last_state(
    cloned_units: Units, api: PushApi
) -> None:
    await a_group(cloned_units)
    api.fail(LUNCH, 429, "Too Many Requests: retry after 1", retry_after=1)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        await changed(cloned_units)
        await api.until(lambda: len(api.pushes) == 2)
        await until_current(cloned_units)
    assert api.texts() == ["packet 1 (en): 1", "packet 1 (en): 2"]


async def test_an_edit_whose_answer_was_lost_is_made_again_and_a_send_after_a_while(
    cloned_units: Units, api: PushApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_claims, "BACKOFF_SECONDS", 0)
    await a_group(cloned_units)
    api.lose_answer(LUNCH)
    await shown(cloned_units)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 2)
        await until_current(cloned_units)
        api.lose_answer(LUNCH)
        await changed(cloned_units)
        await api.until(lambda: len(api.pushes) == 4)
        await until_current(cloned_units)
    assert calls(api) == ["sendMessage", "sendMessage", "editMessageText", "editMessageText"]
    assert api.pushes[3].values["message_id"] == "1001"


async def test_a_message_of_inline_mode_is_edited_and_left_alone_once_it_is_gone(
    cloned_units: Units, api: PushApi
) -> None:
    async with cloned_units.begin() as unit:
        await boards.adopt(unit, "packet", 1, inline_id="AbC", language="zh")
        await boards.adopt(unit, "packet", 1, inline_id="AbC", language="en")
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        await until_current(cloned_units)
        api.fail(0, 400, "Bad Request: MESSAGE_ID_INVALID")
        await changed(cloned_units)
        await api.until(lambda: len(api.pushes) == 2)
        async with asyncio.timeout(10):
            while not await column(cloned_units, "is_parked"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert calls(api) == ["editMessageText", "editMessageText"]
    assert (api.pushes[0].values["inline_message_id"], api.pushes[0].text) == ("AbC", "packet 1 (zh): 1")


async def test_kill_9_between_a_send_and_its_record_shows_the_board_and_a_tap_finds_the_other_one(
    cloned_units: Units, cloned_url: str, api: PushApi
) -> None:
    cloned_units.clock = None
    await a_group(cloned_units)
    api.hang(LUNCH)
    await shown(cloned_units)
    async with a_process(cloned_url, api.url) as process:
        await api.until(lambda: len(api.pushes) == 1)
        process.kill()
        await process.wait()
    assert await column(cloned_units, "message_id") is None
    async with cloned_units.begin() as unit:
        seconds = {"seconds": outcomes.DEAD_AFTER_SECONDS}
        await unit.session.execute(
            text("UPDATE board SET lease_until = lease_until - make_interval(secs => :seconds)"), seconds
        )
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 2)
        await until_current(cloned_units)
        async with cloned_units.begin() as unit:
            await boards.tapped(unit, "packet", 1, chat_id=LUNCH, message_id=999)
        await api.until(lambda: len(api.pushes) == 3)
    assert calls(api) == ["sendMessage", "sendMessage", "deleteMessage"]
    assert api.pushes[2].values["message_id"] == "999"
