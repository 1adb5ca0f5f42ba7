"""A Bot API over real HTTP for tests of delivery: it records each call, and answers or fails as a test wants.

It knows no aiogram, so that these tests do not pay for its import. The sandbox proper takes part in
`tests/conversations`.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web
from sqlalchemy import text

from bot.delivery.loop import Delivery
from bot.delivery.push import delivery_bot
from finance_core.storage.unit import Unit, Units
from handlers.chat.screens.base import Button, Screen

TOKEN = "77:test"
LOST = "lost"
"""It happened, and the line is cut before the answer."""
HANGS = "hangs"
"""It happened, and the answer comes when the test says so, or never."""


@dataclass(frozen=True)
class Push:
    """One message that reached Telegram."""

    method: str
    chat_id: int
    text: str
    values: dict[str, Any]


@dataclass
class PushApi:
    url: str = ""
    pushes: list[Push] = field(default_factory=list)
    uploads: int = 0
    """How many pictures came as files."""
    known: bool = True
    """Whether it knows the token."""
    answers: dict[int, list[Any]] = field(default_factory=dict)
    """What the next messages to a chat meet, in order: an error's body, LOST or HANGS."""
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _message_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1000))

    def texts(self, chat_id: int | None = None) -> list[str]:
        return [push.text for push in self.pushes if chat_id in (None, push.chat_id)]

    def fail(self, chat_id: int, status: int, description: str, **parameters: int) -> None:
        body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
        self.answers.setdefault(chat_id, []).append(body)

    def lose_answer(self, chat_id: int) -> None:
        self.answers.setdefault(chat_id, []).append(LOST)

    def hang(self, chat_id: int) -> None:
        self.answers.setdefault(chat_id, []).append(HANGS)

    async def until(self, happened: Callable[[], bool], seconds: float = 40) -> None:
        """Wait until `happened()`, looked at after each message."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(happened)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        values = dict((await request.post()).items())
        if request.match_info["method"] == "getMe":
            return self._me()
        push = Push(
            request.match_info["method"],
            int(str(values.get("chat_id", 0))),
            str(values.get("text", values.get("caption", ""))),
            values,
        )
        planned = (self.answers.get(push.chat_id) or [None]).pop(0)
        async with self.changed:
            self.pushes.append(push)
            self.changed.notify_all()
        return await self._end(request, push, planned)

    async def _end(self, request: web.Request, push: Push, planned: Any) -> web.StreamResponse:
        if isinstance(planned, dict):
            return web.json_response(planned, status=planned["error_code"])
        if planned == HANGS:
            await self.let_go.wait()
        if planned == LOST and request.transport is not None:
            request.transport.abort()
        if push.method in ("pinChatMessage", "deleteMessage") or not push.chat_id:
            return web.json_response({"ok": True, "result": True})
        chat = {"id": push.chat_id, "type": "private"}
        message = {"message_id": next(self._message_ids), "date": int(time.time()), "chat": chat, "text": push.text}
        if push.method == "sendPhoto":
            uploaded = isinstance(push.values["photo"], web.FileField)
            self.uploads += uploaded
            name = f"file-{self.uploads}" if uploaded else push.values["photo"]
            message["photo"] = [{"file_id": name, "file_unique_id": name, "width": 9, "height": 9}]
        return web.json_response({"ok": True, "result": message})

    def _me(self) -> web.Response:
        if not self.known:
            return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)
        me = {"id": 77, "is_bot": True, "first_name": "Susu", "username": "susu_bot"}
        return web.json_response({"ok": True, "result": me})


@asynccontextmanager
async def serving(api: PushApi, port: int = 0) -> AsyncIterator[PushApi]:
    """Serve `api` on loopback, on a free port unless told which."""
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", api.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        await runner.cleanup()


def render(kind: str, params: Any, language: str, *, discreet: bool) -> Screen:
    """The texts of these tests: what the notice says, the items of a merged one apart."""
    if "items" in params:
        return Screen(f"{kind}: " + "; ".join(item["params"]["text"] for item in params["items"]))
    return Screen(params["text"])


async def read_board(unit: Unit, kind: str, subject: int, language: str) -> Screen:
    """The boards of these tests show how often their subject has changed."""
    count = text("SELECT sum(wanted) FROM board WHERE kind = :kind AND subject = :subject")
    changes = await unit.session.scalar(count, {"kind": kind, "subject": subject})
    return Screen(f"{kind} {subject} ({language}): {changes}", ((Button("Open", f"open:{subject}"),),))


@asynccontextmanager
async def delivering(units: Units, url: str, **options: Any) -> AsyncIterator[Delivery]:
    """A worker that delivers while the block runs, and is stopped in good order after it."""
    options = {"render": render, "read_board": read_board} | options
    worker = Delivery(units, delivery_bot(TOKEN, url), **options)
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        await worker.stop()
        await running


def keyboard_of(push: Push) -> dict[str, Any]:
    """Return the message's keyboard as the Bot API gets it."""
    keyboard = orjson.loads(str(push.values["reply_markup"]))
    assert isinstance(keyboard, dict)
    return keyboard
