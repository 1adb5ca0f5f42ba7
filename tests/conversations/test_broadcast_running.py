"""A broadcast through the whole service: who agreed reads it in the chat, who blocks the bot is known of at once."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from finance_core.customers import consents
from finance_core.customers.activity import last_active_on
from finance_core.customers.consents import Topic
from finance_core.lines import OFFER_CHECKS
from finance_core.offers.running.freezing import Audience, freeze
from finance_core.offers.running.progress import progress
from finance_core.offers.running.rounds import look_after
from finance_core.offers.running.starting import Content, RunPlan, begin_run, keep_picture
from tests.broadcasts import EVERYBODY
from tests.builders import SAID
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True

ONE_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def scalar(susu: Susu, asked: str) -> Any:
    async with susu.units.begin() as unit:
        return await unit.session.scalar(text(asked))


async def test_who_agreed_reads_it_with_its_picture_and_who_blocks_is_known_of_at_once(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    async with susu.units.begin() as unit:
        ids = list(await unit.session.scalars(text("SELECT id FROM customer ORDER BY id")))
        for each in ids:
            await consents.choose(unit, each, Topic.SAVING, SAID, given=True)
            assert await last_active_on(unit, each) in (None, unit.local_now().date())
        plan = RunPlan(
            id=12,
            kind="safety",
            topic=None,
            starts_at=unit.now,
            ends_at=unit.now + timedelta(days=1),
            maker_id=1,
            checker_id=2,
        )
        picture = await keep_picture(unit, ONE_DOT)
        await begin_run(unit, plan, [Content(variant=0, language="en", text="Mind the <b>gap</b>.", picture=picture)])
    await freeze(susu.units, 12, EVERYBODY, OFFER_CHECKS)
    async with susu.units.begin() as unit:
        await look_after(unit, 12, OFFER_CHECKS)
    for person in (ana, bo):
        seen = await person.sees("Mind the gap")
        assert seen.json["photo"]
    files = await scalar(susu, "SELECT count(*) FROM broadcast_picture WHERE file_id IS NOT NULL")
    assert files == 1

    await ana.says("/menu")
    await ana.sees("What would you like to do")
    assert await scalar(susu, "SELECT count(*) FROM customer_activity") >= 1
    async with susu.units.begin() as unit:
        await look_after(unit, 12, OFFER_CHECKS)
    await bo.blocks()
    async with asyncio.timeout(20):
        while not await scalar(susu, "SELECT count(*) FROM broadcast_leaving WHERE why = 'block'"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert await scalar(susu, "SELECT count(*) FROM customer WHERE unreachable_since IS NOT NULL") == 1


async def test_over_a_day_of_travel_an_offer_reaches_each_at_their_own_hours(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    async with susu.units.begin() as unit:
        for each in list(await unit.session.scalars(text("SELECT id FROM customer ORDER BY id"))):
            await consents.choose(unit, each, Topic.SAVING, SAID, given=True)
        plan = RunPlan(
            id=13,
            kind="offer",
            topic=Topic.SAVING,
            starts_at=unit.now,
            ends_at=unit.now + timedelta(days=2),
            maker_id=1,
            checker_id=2,
        )
        await begin_run(unit, plan, [Content(variant=0, language="en", text="Save more.")])
    await freeze(susu.units, 13, EVERYBODY, OFFER_CHECKS)
    await susu.travel(days=1)
    for person in (ana, bo):
        await person.sees("Save more")
    told = "SELECT count(*) FROM outbox WHERE about = 'broadcast:13' AND state = 'sent'"
    frozen = await scalar(susu, "SELECT count(*) FROM broadcast_recipient WHERE run_id = 13")
    assert await scalar(susu, told) == frozen >= 2
    local = (
        "SELECT bool_and(CAST(wired_at AT TIME ZONE 'Asia/Shanghai' AS time) BETWEEN '09:00' AND '20:00') FROM outbox"
    )
    assert await scalar(susu, f"{local} WHERE about = 'broadcast:13'")
    assert await scalar(susu, "SELECT state FROM broadcast_run WHERE id = 13") == "finished"


async def test_a_tap_under_a_message_of_which_nobody_knew_settles_it_as_sent(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    async with susu.units.begin() as unit:
        plan = RunPlan(
            id=14,
            kind="safety",
            topic=None,
            starts_at=unit.now,
            ends_at=unit.now + timedelta(days=1),
            maker_id=1,
            checker_id=2,
        )
        said = Content(variant=0, language="en", text="Look.", buttons=[[{"text": "Why", "data": "whyme:14"}]])
        await begin_run(unit, plan, [said])
    await freeze(susu.units, 14, Audience("SELECT max(id) AS customer_id FROM customer"), OFFER_CHECKS)
    await susu.sandbox.post("faults", kind="timeout_after", method="sendMessage", chat_id=ana.chat_id, times=1)
    async with susu.units.begin() as unit:
        await look_after(unit, 14, OFFER_CHECKS)
    shown = await ana.sees("Look")
    async with asyncio.timeout(30):
        while await scalar(susu, "SELECT state FROM outbox WHERE about = 'broadcast:14'") != "unknown":  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    async with susu.units.begin() as unit:
        await look_after(unit, 14, OFFER_CHECKS)
        assert (await progress(unit, 14)).unknown == 1
    await ana.taps("Why", shown)
    await ana.sees("We keep nothing about this offer")
    async with susu.units.begin() as unit:
        found = await progress(unit, 14)
    assert (found.sent, found.unknown) == (1, 0)
