"""Pushes as people see them: the real sandbox, the real python-telegram-bot, the real outbox."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.delivery.push import delivery_bot
from bot.sandbox.app import create_sandbox_app
from bot.sandbox.serving import SandboxServer
from bot.sandbox.store import Store
from finance_core.notices import Urgency
from finance_core.storage.unit import Units
from handlers.chat.screens.base import Button, File, Screen
from tests.conversations.pictures import PIXEL_PNG
from tests.notices import a_customer, put, row_of, states
from tests.push_api import TOKEN, delivering

WAIT_SECONDS = 60
"""The sandbox's longest; the first call waits for its import of aiogram."""


@dataclass
class Sandbox:
    """The sandbox, and what a test does in it."""

    http: httpx.AsyncClient
    url: str

    async def post(self, path: str, **body: Any) -> Any:
        answer = await self.http.post(f"/sandbox/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def a_person(self, name: str) -> int:
        """Return the chat of a new person who has spoken to the bot."""
        person = await self.post("people", first_name=name)
        await self.post(f"chats/{person['chat_id']}/messages", **{"from": person["id"], "text": "/start"})
        return int(person["chat_id"])

    async def pushed(self, chat_id: int) -> list[dict[str, Any]]:
        """Return what the bot has sent to the chat, once it has sent something."""
        answer = await self.http.get(f"/sandbox/chats/{chat_id}/messages", params={"wait": WAIT_SECONDS})
        return [message for message in answer.json() if message["from_bot"]]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with a_sandbox() as sandbox:
        yield sandbox


@asynccontextmanager
async def a_sandbox() -> AsyncIterator[Sandbox]:
    server = SandboxServer(create_sandbox_app(Store(), token=TOKEN))
    serving = asyncio.create_task(server.serve())
    while not (server.started or serving.done()):  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    url = f"http://127.0.0.1:{server.port}"
    async with httpx.AsyncClient(base_url=url, timeout=2 * WAIT_SECONDS, trust_env=False) as http:
        yield Sandbox(http, url)
    server.should_exit = True
    await serving


def render(kind: str, params: Any, language: str, *, discreet: bool) -> Screen:
    """Screens of every kind that delivery may have to push."""
    match kind:
        case "test.reminder":
            pay, later = Button("Pay now", data="pay:abc:1"), Button("Read more", url="https://example.org/")
            return Screen("Your instalment of <b>526.88</b> is due &amp; ready.", buttons=((pay,), (later,)))
        case "test.picture":
            return Screen("Your <i>week</i>", photo=File("week.png", PIXEL_PNG))
        case "test.statement":
            return Screen("Statement", document=File("statement.csv", b"date,amount\n"))
        case "test.keyboard":
            return Screen("Your phone?", keyboard=(("Share my phone",), ("Later",)), contact_label="Share my phone")
    return Screen(f"{params['text']} ({language})")


async def test_a_reminder_arrives_with_its_buttons(cloned_units: Units, sandbox: Sandbox) -> None:
    chat = await sandbox.a_person("Ana")
    ana = await a_customer(cloned_units, telegram_id=chat)
    async with delivering(cloned_units, sandbox.url, render=render):
        await put(cloned_units, "reminder", customer_id=ana, kind="test.reminder", urgency=Urgency.REMINDER)
        (message,) = await sandbox.pushed(chat)

    assert message["text"] == "Your instalment of 526.88 is due & ready."
    assert message["buttons"] == [
        [{"text": "Pay now", "callback_data": "pay:abc:1"}],
        [{"text": "Read more", "url": "https://example.org/"}],
    ]
    assert (await row_of(cloned_units, "reminder")).message_id == message["message_id"]


async def test_pictures_documents_and_keyboards_arrive(cloned_units: Units, sandbox: Sandbox) -> None:
    chats = [await sandbox.a_person(name) for name in ("Ana", "Bo", "Chidi")]
    async with delivering(cloned_units, sandbox.url, render=render):
        for chat, kind in zip(chats, ("test.picture", "test.statement", "test.keyboard"), strict=True):
            person = await a_customer(cloned_units, telegram_id=chat)
            await put(cloned_units, kind, customer_id=person, kind=kind)
        pushed = [(await sandbox.pushed(chat))[0] for chat in chats]

    assert set((await states(cloned_units)).values()) == {"sent"}
    assert [message["text"] for message in pushed[:2]] == ["Your week", "Statement"]
    assert (bool(pushed[0]["photo"]), bool(pushed[1]["document"])) == (True, True)
    assert pushed[2]["keyboard"] == [["Share my phone"], ["Later"]]


async def test_each_person_is_told_in_their_language(cloned_units: Units, sandbox: Sandbox) -> None:
    english, chinese = await sandbox.a_person("Ana"), await sandbox.a_person("博")
    ana = await a_customer(cloned_units, telegram_id=english)
    bo = await a_customer(cloned_units, telegram_id=chinese, language="zh")
    async with delivering(cloned_units, sandbox.url, render=render):
        await put(cloned_units, "1", customer_id=ana)
        await put(cloned_units, "2", customer_id=bo)
        texts = [(await sandbox.pushed(chat))[0]["text"] for chat in (english, chinese)]

    assert texts == ["1 (en)", "2 (zh)"]


async def test_who_blocked_the_bot_is_left_alone_until_they_come_back(cloned_units: Units, sandbox: Sandbox) -> None:
    chat, other = await sandbox.a_person("Ana"), await sandbox.a_person("Bo")
    ana, bo = await a_customer(cloned_units, telegram_id=chat), await a_customer(cloned_units, telegram_id=other)
    await sandbox.post(f"chats/{chat}/block", **{"from": chat, "blocked": True})
    async with delivering(cloned_units, sandbox.url, render=render):
        await put(cloned_units, "blocked", customer_id=ana)
        await put(cloned_units, "bo", customer_id=bo)
        await sandbox.pushed(other)
    assert await states(cloned_units) == {"blocked": "refused", "bo": "sent"}

    await sandbox.post(f"chats/{chat}/block", **{"from": chat, "blocked": False})
    async with cloned_units.begin() as unit:
        await unit.session.execute(text("UPDATE customer SET unreachable_since = NULL"))
    async with delivering(cloned_units, sandbox.url, render=render):
        await put(cloned_units, "back", customer_id=ana)
        assert [message["text"] for message in await sandbox.pushed(chat)] == ["back (en)"]


async def test_a_receipt_whose_answer_was_lost_is_shown_again_under_its_reference(
    cloned_units: Units, sandbox: Sandbox
) -> None:
    chat = await sandbox.a_person("Ana")
    ana = await a_customer(cloned_units, telegram_id=chat)
    await sandbox.post("faults", kind="timeout_after", method="sendMessage", times=1, delay_seconds=0)
    await put(cloned_units, "receipt", customer_id=ana, text="S8F3-K2QW", reference="S8F3-K2QW")
    async with delivering(cloned_units, sandbox.url, render=render), asyncio.timeout(WAIT_SECONDS):
        while len(pushed := await sandbox.pushed(chat)) < 2:  # noqa: ASYNC110 - it happens behind HTTP
            await asyncio.sleep(0.05)

    assert [message["text"] for message in pushed] == ["S8F3-K2QW (en)", "S8F3-K2QW (en)"]
    row = await row_of(cloned_units, "receipt")
    assert (row.state, row.attempts, row.reference) == ("sent", 2, "S8F3-K2QW")


async def test_an_offer_whose_answer_was_lost_is_listed_and_not_shown_again(
    cloned_units: Units, sandbox: Sandbox
) -> None:
    chat = await sandbox.a_person("Ana")
    ana = await a_customer(cloned_units, telegram_id=chat)
    await sandbox.post("faults", kind="timeout_after", method="sendMessage", times=1, delay_seconds=0)
    await put(cloned_units, "offer", customer_id=ana, urgency=Urgency.BROADCAST)
    async with delivering(cloned_units, sandbox.url, render=render) as worker:
        await sandbox.pushed(chat)
        await worker.stop()

    assert await states(cloned_units) == {"offer": "unknown"}


def test_delivery_starts_without_aiogram() -> None:
    code = "import sys, bot.delivery.loop, bot.delivery.push; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert re.search(r"'telegram'", loaded)
    assert not re.search(r"'aiogram", loaded)


def test_the_bot_is_asked_for_where_the_settings_say() -> None:
    bot = delivery_bot(TOKEN, "http://127.0.0.1:8081/")

    assert (bot.base_url, bot.base_file_url) == (
        f"http://127.0.0.1:8081/bot{TOKEN}",
        f"http://127.0.0.1:8081/file/bot{TOKEN}",
    )
