"""What Telegram may answer, or not answer, and what the outbox then says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import text
from telegram.error import InvalidToken

from bot.delivery.loop import Delivery
from bot.delivery.push import delivery_bot
from finance_core.kernel.clock import ManualClock
from finance_core.notices import Content, Urgency, sealed, service
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units
from tests.notices import a_customer, a_reminder, put, row_of, states
from tests.push_api import TOKEN, PushApi, delivering, render, serving

ANA, BO = 1, 2


@pytest.fixture
async def api() -> AsyncIterator[PushApi]:
    async with serving(PushApi()) as api:
        yield api


async def people(units: Units) -> tuple[int, int]:
    return await a_customer(units, telegram_id=ANA), await a_customer(units, telegram_id=BO, language="zh")


async def try_again_now(units: Units) -> None:
    """Spend no time on the wait between tries."""
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE outbox SET retry_at = NULL"))
        await service.wake(unit)


async def test_a_receipt_is_sent_as_soon_as_it_is_committed(cloned_units: Units, api: PushApi) -> None:
    ana, _ = await people(cloned_units)
    async with delivering(cloned_units, api.url) as worker:
        await worker._wake.listening.wait()
        await put(cloned_units, "receipt", customer_id=ana)
        await api.until(lambda: len(api.pushes) == 1)

    row = await row_of(cloned_units, "receipt")
    assert (row.state, row.message_id, row.attempts, row.error) == ("sent", 1000, 1, None)
    assert (api.pushes[0].chat_id, api.pushes[0].text) == (ANA, "receipt")


async def test_who_blocked_the_bot_is_marked_and_others_get_theirs(
    cloned_units: Units, clock: ManualClock, api: PushApi
) -> None:
    ana, bo = await people(cloned_units)
    api.fail(ANA, 403, "Forbidden: bot was blocked by the user")
    await put(cloned_units, "first", "second", customer_id=ana)
    await put(cloned_units, "bo", customer_id=bo)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 2)

    assert await states(cloned_units) == {"first": "refused", "second": "refused", "bo": "sent"}
    assert (await row_of(cloned_units, "first")).error == "Forbidden: bot was blocked by the user"
    async with cloned_units.begin() as unit:
        since = await unit.session.execute(text("SELECT unreachable_since FROM customer WHERE id = :id"), {"id": ana})
        assert since.scalar_one() == clock.now()


async def test_what_telegram_will_never_take_is_refused_with_its_words(cloned_units: Units, api: PushApi) -> None:
    ana, _ = await people(cloned_units)
    api.fail(ANA, 400, "Bad Request: can't parse entities: unclosed tag")
    await put(cloned_units, "broken", "next", customer_id=ana)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 2)

    assert await states(cloned_units) == {"broken": "refused", "next": "sent"}
    assert "can't parse entities" in str((await row_of(cloned_units, "broken")).error).lower()


async def test_a_429_pauses_that_chat_alone_and_loses_nothing(cloned_units: Units, api: PushApi) -> None:
    ana, bo = await people(cloned_units)
    api.fail(ANA, 429, "Too Many Requests: retry after 600", retry_after=600)
    await put(cloned_units, "ana", "ana again", customer_id=ana)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: api.texts() == ["ana"])
        await put(cloned_units, "bo", customer_id=bo)
        await api.until(lambda: api.texts() == ["ana", "bo"])

    assert await states(cloned_units) == {"ana": "pending", "ana again": "pending", "bo": "sent"}
    assert (await row_of(cloned_units, "ana")).attempts == 0
    async with cloned_units.begin() as unit:
        paused = await unit.session.execute(
            text("SELECT chat_id FROM pacing WHERE paused_until > now() + '9 minutes'::interval")
        )
        assert paused.scalars().all() == [ANA]


async def test_a_restarted_worker_still_knows_the_pause(cloned_units: Units, api: PushApi) -> None:
    ana, bo = await people(cloned_units)
    async with cloned_units.begin() as unit:
        await unit.session.execute(text("INSERT INTO pacing VALUES (:chat, now() + '1 hour'::interval)"), {"chat": ANA})
    await put(cloned_units, "ana", customer_id=ana)
    await put(cloned_units, "bo", customer_id=bo)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)

    assert await states(cloned_units) == {"ana": "pending", "bo": "sent"}


async def test_when_the_answer_is_lost_a_receipt_comes_again_and_an_offer_does_not(
    cloned_units: Units, api: PushApi
) -> None:
    ana, bo = await people(cloned_units)
    api.lose_answer(ANA)
    api.lose_answer(BO)
    await put(cloned_units, "receipt", customer_id=ana, reference="S8F3-K2QW")
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)
        await put(cloned_units, "offer", customer_id=bo, urgency=Urgency.BROADCAST)
        await api.until(lambda: len(api.pushes) >= 2)
    await try_again_now(cloned_units)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: api.texts(ANA) == ["receipt", "receipt"])

    assert await states(cloned_units) == {"receipt": "sent", "offer": "unknown"}
    assert (await row_of(cloned_units, "receipt")).attempts == 2
    assert api.texts(BO) == ["offer"]


async def test_an_outage_leaves_few_offers_in_doubt_and_keeps_the_rest(cloned_units: Units, api: PushApi) -> None:
    for number in range(1, 31):
        await a_customer(cloned_units, telegram_id=number)
        api.fail(number, 502, "Bad Gateway")
    async with cloned_units.begin() as unit:
        everybody = (await unit.session.execute(text("SELECT id FROM customer"))).scalars().all()
    for customer_id in everybody:
        await put(cloned_units, f"offer:{customer_id}", customer_id=customer_id, urgency=Urgency.BROADCAST)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) >= 3)

    fates = list((await states(cloned_units)).values())
    assert 3 <= fates.count("unknown") < 15
    assert fates.count("unknown") + fates.count("pending") == 30


async def test_while_telegram_cannot_be_reached_nothing_is_in_doubt(cloned_units: Units) -> None:
    ana, bo = await people(cloned_units)
    api, line = PushApi(), AsyncExitStack()
    await line.enter_async_context(serving(api))
    port = int(api.url.rsplit(":", 1)[1])
    async with delivering(cloned_units, api.url):
        await put(cloned_units, "before", customer_id=bo)
        await api.until(lambda: len(api.pushes) == 1)
        await line.aclose()
        await put(cloned_units, "offer", customer_id=ana, urgency=Urgency.BROADCAST)
        while (await row_of(cloned_units, "offer")).error is None:  # noqa: ASYNC110 - it happens in the database
            await asyncio.sleep(0.05)
        assert await states(cloned_units) == {"before": "sent", "offer": "pending"}
        async with serving(api, port):
            await api.until(lambda: api.texts(ANA) == ["offer"])

    assert await states(cloned_units) == {"before": "sent", "offer": "sent"}


async def test_a_group_that_became_a_supergroup_is_followed(cloned_units: Units, api: PushApi) -> None:
    api.fail(-5, 400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1005)
    await put(cloned_units, "board", "next", chat_id=-5, language="en")
    async with delivering(cloned_units, api.url):
        await api.until(lambda: api.texts(-1005) == ["board", "next"])

    assert api.texts(-5) == ["board"]
    assert await states(cloned_units) == {"board": "sent", "next": "sent"}


@dataclass(frozen=True, slots=True)
class Textless(Content):
    """A notice that the tests' renderer cannot make a text of."""

    kind: ClassVar[str] = "test.textless"
    no: str


async def test_a_notice_of_which_no_text_can_be_made_stops_nobody(cloned_units: Units, api: PushApi) -> None:
    ana, _ = await people(cloned_units)
    await put(cloned_units, "textless", customer_id=ana, content=Textless("text"))
    await put(cloned_units, "next", customer_id=ana)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: api.texts() == ["next"])

    assert await states(cloned_units) == {"textless": "refused", "next": "sent"}
    assert (await row_of(cloned_units, "textless")).error == "not rendered: KeyError('text')"


async def test_debts_of_a_morning_arrive_as_one_message(cloned_units: Units, api: PushApi) -> None:
    ana, _ = await people(cloned_units)
    await put(cloned_units, "loan 5", customer_id=ana, **a_reminder("loan:5"))
    await put(cloned_units, "circle 2", customer_id=ana, **a_reminder("circle:2"))
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)

    assert api.texts() == ["debt.reminder: loan 5; circle 2"]
    assert await states(cloned_units) == {"loan 5": "sent", "circle 2": "sent"}


async def test_while_days_are_being_caught_up_reminders_wait_and_receipts_do_not(
    cloned_units: Units, clock: ManualClock, api: PushApi
) -> None:
    ana, bo = await people(cloned_units)
    await put(cloned_units, "loan 5", customer_id=ana, **a_reminder("loan:5"))
    clock.advance(days=2)
    await put(cloned_units, "receipt", customer_id=bo)
    async with delivering(cloned_units, api.url):
        await api.until(lambda: len(api.pushes) == 1)

    assert await states(cloned_units) == {"loan 5": "pending", "receipt": "sent"}


async def test_a_name_is_opened_only_on_its_way_out(cloned_units: Units, api: PushApi) -> None:
    ana, _ = await people(cloned_units)
    cipher = Cipher(["a secret of the tests"])
    name = sealed(cipher.encrypt(b"Chidi", "customer.name:3"), "customer.name:3")
    await put(cloned_units, "from", customer_id=ana, text=name)
    async with delivering(cloned_units, api.url, cipher=cipher):
        await api.until(lambda: api.texts() == ["Chidi"])

    assert "Chidi" not in str((await row_of(cloned_units, "from")).params)


async def test_a_worker_whose_bot_nobody_knows_says_so(cloned_units: Units, api: PushApi) -> None:
    api.known = False
    with pytest.raises(InvalidToken):
        await Delivery(cloned_units, delivery_bot(TOKEN, api.url), render).run()
