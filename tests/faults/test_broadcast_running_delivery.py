"""Broadcasts on the wire: once to each, whatever dies or is lost; one text for all, one upload for a picture."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.delivery.push import delivery_bot
from bot.delivery.recalls import Recalls
from finance_core.kernel.clock import ManualClock
from finance_core.lines import OFFER_CHECKS
from finance_core.offers.running.controls import cancel, pause, recall
from finance_core.offers.running.progress import Progress, progress
from finance_core.offers.running.rounds import look_after
from finance_core.offers.running.starting import Content, keep_picture, run_of
from finance_core.offers.running.states import Paused, RunState
from finance_core.storage.unit import Unit, Units
from tests.broadcasts import frozen_run, look, people, stands
from tests.faults.test_delivery_crashes import a_process, age_leases, daytime_zone, travel
from tests.push_api import TOKEN, PushApi, delivering, keyboard_of, serving

PICTURE = b"\xff\xd8 a picture"


@pytest.fixture
async def api() -> AsyncIterator[PushApi]:
    async with serving(PushApi()) as api:
        yield api
        api.let_go.set()


@asynccontextmanager
async def looked_after(units: Units, run_id: int = 12) -> AsyncIterator[None]:
    """Look after a run again and again, as the scheduler does, without the two minutes after the first hundred."""

    async def go_on() -> None:
        while True:
            async with units.begin() as unit:
                run = await run_of(unit, run_id)
                run.go_on_at = min(run.go_on_at, unit.now) if run.go_on_at else None
                await unit.session.flush()
                await look_after(unit, run_id, OFFER_CHECKS)
            await asyncio.sleep(0.05)

    going = asyncio.create_task(go_on())
    try:
        yield
    finally:
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)


async def until(units: Units, is_so: Callable[[Progress], bool], run_id: int = 12, seconds: float = 60) -> Progress:
    """Wait until a run has come so far; its counts and its rows agree then."""
    async with asyncio.timeout(seconds):
        while True:
            async with units.begin() as unit:
                found = await progress(unit, run_id)
            if is_so(found):
                return found
            await asyncio.sleep(0.05)


def is_over(found: Progress) -> bool:
    return found.state is RunState.FINISHED and not found.ahead


async def test_each_has_it_once_in_their_language_with_its_buttons(cloned_units: Units, api: PushApi) -> None:
    await travel(cloned_units)
    await people(cloned_units, 120)
    await frozen_run(cloned_units)
    async with delivering(cloned_units, api.url), delivering(cloned_units, api.url), looked_after(cloned_units):
        found = await until(cloned_units, is_over)
    assert (found.sent, found.frozen) == (120, 120)
    assert Counter(push.chat_id for push in api.pushes) == dict.fromkeys(range(1, 121), 1)
    assert all(push.text == ("Save <b>more</b>." if push.chat_id % 2 else "多存一点。") for push in api.pushes)
    assert "allow_paid_broadcast" not in api.pushes[0].values
    [[button]] = keyboard_of(next(push for push in api.pushes if push.chat_id == 1))["inline_keyboard"]
    assert (button["text"], button["callback_data"]) == ("Save", "do:save")
    async with cloned_units.begin() as unit:
        longest = await unit.session.scalar(text("SELECT max(length(params::text)) FROM outbox"))
        assert longest < 60, "the text is not in each row"


async def with_a_picture(units: Units) -> None:
    async with units.begin() as unit:
        picture = await keep_picture(unit, PICTURE)
        assert await keep_picture(unit, PICTURE) == picture
    said = [Content(variant=0, language=each, text=f"In {each}", picture=picture) for each in ("en", "zh")]
    await frozen_run(units, contents=said)


async def test_a_picture_is_uploaded_once_for_all_languages_and_then_sent_by_its_file_id(
    cloned_units: Units, api: PushApi
) -> None:
    await travel(cloned_units)
    await people(cloned_units, 30)
    await with_a_picture(cloned_units)
    async with delivering(cloned_units, api.url), delivering(cloned_units, api.url), looked_after(cloned_units):
        await until(cloned_units, is_over)
    assert api.uploads == 1
    assert {push.text for push in api.pushes} == {"In en", "In zh"}
    assert Counter(push.chat_id for push in api.pushes) == dict.fromkeys(range(1, 31), 1)


async def test_a_file_id_that_telegram_takes_no_more_is_uploaded_again(cloned_units: Units, api: PushApi) -> None:
    await travel(cloned_units)
    await people(cloned_units, 4)
    await with_a_picture(cloned_units)
    async with cloned_units.begin() as unit:
        await unit.session.execute(text("UPDATE broadcast_picture SET file_id = 'old'"))
    for chat in range(1, 5):
        api.fail(chat, 400, "Bad Request: wrong file identifier/HTTP URL specified")
    async with delivering(cloned_units, api.url), looked_after(cloned_units):
        found = await until(cloned_units, is_over)
    assert (found.sent, found.refused) == (4, 0)
    assert api.uploads == 1


async def test_words_alone_go_to_who_wants_words_alone(cloned_units: Units, api: PushApi) -> None:
    await travel(cloned_units)
    await people(cloned_units, 1, plain=True)
    await with_a_picture(cloned_units)
    async with delivering(cloned_units, api.url), looked_after(cloned_units):
        await until(cloned_units, is_over)
    assert [push.method for push in api.pushes] == ["sendMessage"]


async def test_a_paid_one_says_so_and_without_stars_it_pauses_and_loses_nobody(
    cloned_units: Units, api: PushApi
) -> None:
    await travel(cloned_units)
    await people(cloned_units, 3)
    await frozen_run(cloned_units, is_paid=True, stars_at_most=10, rate=1_000)
    for chat in (1, 2, 3):
        api.fail(chat, 400, "Bad Request: BALANCE_TOO_LOW")
    async with delivering(cloned_units, api.url), looked_after(cloned_units):
        found = await until(cloned_units, lambda found: found.state is RunState.PAUSED and not found.ahead)
    assert {push.values["allow_paid_broadcast"] for push in api.pushes} == {"true"}
    assert (found.paused_why, found.waiting) == (Paused.STARS, 3)


async def test_of_the_dead_workers_message_nobody_knows_and_everybody_else_has_it_once(
    cloned_units: Units, cloned_url: str, api: PushApi
) -> None:
    cloned_units.clock = None
    async with cloned_units.begin() as unit:
        zone = daytime_zone(unit.now.hour)
    await people(cloned_units, 12, zones=(zone,))
    await frozen_run(cloned_units)
    await look(cloned_units)
    for chat in (3, 7):
        api.hang(chat)
    async with a_process(cloned_url, api.url) as process:
        await api.until(lambda: {3, 7} <= {push.chat_id for push in api.pushes})
        on_the_wire = {3, 7}
        process.kill()
        await process.wait()
    await age_leases(cloned_units)
    async with delivering(cloned_units, api.url), looked_after(cloned_units):
        found = await until(cloned_units, is_over)
    told = Counter(push.chat_id for push in api.pushes)
    assert max(told.values()) == 1, "nobody twice"
    assert len(told) == 12, "nobody skipped"
    assert found.sent + found.unknown == 12
    assert len(on_the_wire) <= found.unknown <= len(on_the_wire) + 2


async def test_lost_answers_are_unknown_and_a_429_loses_and_doubles_nothing(cloned_units: Units, api: PushApi) -> None:
    await travel(cloned_units)
    await people(cloned_units, 40)
    await frozen_run(cloned_units)
    for chat in (5, 15):
        api.lose_answer(chat)
    for chat in (6, 16):
        api.fail(chat, 429, "Too Many Requests: retry after 1", retry_after=1)
    api.fail(7, 403, "Forbidden: bot was blocked by the user")
    async with delivering(cloned_units, api.url), looked_after(cloned_units):
        found = await until(cloned_units, is_over)
    assert (found.sent, found.unknown, found.blocked, found.refused) == (37, 2, 1, 1)
    assert Counter(push.chat_id for push in api.pushes) == dict.fromkeys(range(1, 41), 1) | {6: 2, 16: 2}


@pytest.mark.parametrize("stop", [pause, cancel], ids=["pause", "cancel"])
async def test_paused_or_cancelled_nothing_new_is_on_the_wire(
    cloned_units: Units, api: PushApi, stop: Callable[[Unit, int], Awaitable[bool]]
) -> None:
    await people(cloned_units, 90)
    await frozen_run(cloned_units)
    async with delivering(cloned_units, api.url), looked_after(cloned_units):
        await api.until(lambda: len(api.pushes) >= 10)
        async with cloned_units.begin() as unit:
            await stop(unit, 12)
        await asyncio.sleep(0.3)
        before = len(api.pushes)
        await asyncio.sleep(1)
        assert len(api.pushes) == before < 90
    found = await stands(cloned_units)
    assert found.sent == before


async def test_while_telegram_is_away_nothing_is_lost_and_little_is_in_doubt(
    cloned_units: Units, clock: ManualClock
) -> None:
    await travel(cloned_units)
    await people(cloned_units, 30)
    await frozen_run(cloned_units)
    async with serving(PushApi()) as away:
        pass
    async with delivering(cloned_units, away.url), looked_after(cloned_units):
        await asyncio.sleep(1)
        clock.advance(hours=1)
        await asyncio.sleep(0.3)
        found = await stands(cloned_units)
        assert (found.sent, found.unknown, found.ahead) == (0, 0, 30)
        async with serving(away, int(away.url.rpartition(":")[2])):
            found = await until(cloned_units, is_over)
    assert (found.sent, found.unknown) == (30, 0)


async def test_recalled_each_is_deleted_within_48_hours_edited_after_and_is_counted(
    cloned_units: Units, clock: ManualClock, api: PushApi
) -> None:
    await travel(cloned_units)
    ids = await people(cloned_units, 5)
    await frozen_run(cloned_units, hours=100)
    api.lose_answer(5)
    async with delivering(cloned_units, api.url), looked_after(cloned_units):
        await until(cloned_units, is_over)
    async with cloned_units.begin() as unit:
        assert await recall(unit, 12)
        assert not await recall(unit, 12)
        await unit.session.execute(
            text("UPDATE broadcast_recipient SET sent_at = sent_at - interval '48 hours' WHERE customer_id = :id"),
            {"id": ids[0]},
        )
    before = len(api.pushes)
    api.fail(2, 403, "Forbidden: bot was blocked by the user")
    async with delivery_bot(TOKEN, api.url) as bot:
        recalls = Recalls(cloned_units, bot)
        while await recalls.recall_page():
            pass
    made = sorted((push.method, push.chat_id) for push in api.pushes[before:])
    assert made == [("deleteMessage", 2), ("deleteMessage", 3), ("deleteMessage", 4), ("editMessageText", 1)]
    found = await stands(cloned_units)
    assert found.recalled == {"deleted": 2, "edited": 1, "refused": 1, "unknown": 1}
    assert (found.sent, found.unknown, found.frozen) == (4, 1, 5), "what became of them stays as it was"
