"""The webhook lets in only Telegram, and says 200 only for what is stored."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.intake.inbox import Inbox
from bot.intake.webhook import BODY_LIMIT_BYTES, PATH, SECRET_HEADER, MissingSecret, webhook_router
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Units
from tests.faults.bot_api import BOT_ID, a_message

SECRET = "a-secret-of-the-tests_1"
CIPHER = Cipher(["another secret of the tests"])


def inbox_of(units: Units) -> Inbox:
    return Inbox(units, CIPHER, BOT_ID)


@pytest.fixture
async def client(units: Units) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client(units) as client:
        yield client


def a_client(units: Units) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(webhook_router(inbox_of(units), SECRET))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://susu.test")


async def stored(units: Units) -> int:
    async with units.begin() as unit:
        return int(await unit.session.scalar(text("SELECT count(*) FROM inbox")) or 0)


@pytest.mark.parametrize(
    "secret", [None, "", "short", "a secret with spaces in it", "geheim-äöü-geheim-äöü", "x" * 257]
)
async def test_the_service_refuses_to_start_without_a_secret_worth_the_name(units: Units, secret: str | None) -> None:
    with pytest.raises(MissingSecret):
        webhook_router(inbox_of(units), secret)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SECRET_HEADER: ""},
        {SECRET_HEADER: SECRET + "x"},
        {SECRET_HEADER: SECRET[:-1]},
        {SECRET_HEADER: SECRET.upper()},
        {SECRET_HEADER: "é".encode("latin-1")},
        {"Authorization": SECRET},
    ],
)
async def test_a_call_without_the_secret_is_refused_and_stores_nothing(
    client: httpx.AsyncClient, units: Units, headers: dict[str, Any]
) -> None:
    answer = await client.post(PATH, json=a_message(1, 42, "hi"), headers=headers)
    assert (answer.status_code, answer.content) == (403, b"")
    assert await stored(units) == 0


async def test_a_call_with_the_secret_is_stored_before_it_is_acknowledged(
    client: httpx.AsyncClient, units: Units
) -> None:
    answer = await client.post(PATH, json=a_message(1, 42, "hi"), headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 200
    assert await stored(units) == 1


async def test_fifty_deliveries_are_acknowledged_and_stored_once(client: httpx.AsyncClient, units: Units) -> None:
    for _ in range(50):
        answer = await client.post(PATH, json=a_message(1, 42, "hi"), headers={SECRET_HEADER: SECRET})
        assert answer.status_code == 200
    assert await stored(units) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        (b"[1, 2]", 400),
        (b'"text"', 400),
        (b"", 400),
        (b"[" * 5000, 400),
        (b"{}", 200),
        (b'{"update_id": 1e400}', 200),
        (b'{"update_id": 5, "message": {"from": 1}}', 200),
        (b" " * (BODY_LIMIT_BYTES + 1), 413),
        (orjson.dumps({"update_id": 1, "channel_post": {}}), 200),
    ],
)
async def test_a_misshapen_body_does_no_harm(client: httpx.AsyncClient, units: Units, body: bytes, status: int) -> None:
    answer = await client.post(PATH, content=body, headers={SECRET_HEADER: SECRET})
    assert answer.status_code == status
    assert await stored(units) == 0


async def test_an_update_that_cannot_be_stored_is_taken_and_set_aside(client: httpx.AsyncClient, units: Units) -> None:
    body = orjson.dumps(a_message(1, 42, "hi")).replace(b'"hi"', b'"half a character \\ud800"')
    answer = await client.post(PATH, content=body, headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 200  # refused, Telegram would bring it again and again
    async with units.begin() as unit:
        assert await unit.session.scalar(text("SELECT state FROM inbox")) == "dead"


async def test_while_the_database_is_away_telegram_is_asked_to_come_again() -> None:
    engine = create_engine("postgresql://nobody@127.0.0.1:1/none")
    with capture_logs() as logs:
        async with a_client(Units(engine)) as client:
            answer = await client.post(PATH, json=a_message(1, 42, "hi"), headers={SECRET_HEADER: SECRET})
    await engine.dispose()
    assert answer.status_code == 503
    assert [entry["event"] for entry in logs] == ["webhook_waits"]


def test_the_webhook_answers_without_loading_aiogram() -> None:
    lines = "import sys, bot.intake.webhook, bot.dispatch.models; sys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", lines], check=False).returncode == 0


async def test_a_body_that_does_not_end_is_given_up(
    units: Units, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.webhook.BODY_SECONDS", 0.05)

    async def drips() -> AsyncIterator[bytes]:
        yield b'{"update_id": '
        await asyncio.Event().wait()

    answer = await client.post(PATH, content=drips(), headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 408
    assert await stored(units) == 0
