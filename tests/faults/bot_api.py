"""A minimal Bot API over real HTTP, for tests of intake and dispatch alone: it records calls and hands out updates."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web

TOKEN = "77:test"
BOT_ID = 77
ME = {"id": BOT_ID, "is_bot": True, "first_name": "Susu", "username": "susu_bot"}
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Call:
    method: str
    values: dict[str, Any]


@dataclass
class BotApi:
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[str, list[Answer]] = field(default_factory=dict)
    """Answers given in place of the next calls of a method, in order."""
    chats: dict[str, Answer | None] = field(default_factory=dict)
    """Chats whose every call gets this answer; None: it hangs."""
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _message_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1000))

    def made(self, method: str) -> list[dict[str, Any]]:
        return [call.values for call in self.calls if call.method == method]

    def texts(self) -> list[str]:
        return [values["text"] for values in self.made("sendMessage")]

    def fail(self, method: str, status: int, description: str, **parameters: int) -> None:
        body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
        self.faults.setdefault(method, []).append((status, body))

    async def until(self, happened: Callable[[], bool], seconds: float = 30) -> None:
        """Wait until `happened()`, looked at after each call."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(happened)

    async def offer(self, *updates: dict[str, Any]) -> None:
        async with self.changed:
            self.waiting.extend(updates)
            self.changed.notify_all()

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        values = dict((await request.post()).items())
        if method == "getUpdates":
            return web.json_response({"ok": True, "result": await self._updates(values)})
        async with self.changed:
            self.calls.append(Call(method, values))
            planned = self.faults.get(method)
            status, body = planned.pop(0) if planned else (200, {"ok": True, "result": self._result(method, values)})
            self.changed.notify_all()
        chat = str(values.get("chat_id", ""))
        if chat in self.chats:
            status, body = self.chats[chat] or await hang()
        return web.json_response(body, status=status)

    async def _updates(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        async with self.changed:
            self.calls.append(Call("getUpdates", dict(values)))
            offset = int(values.get("offset", 0))
            self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
            self.changed.notify_all()
            try:
                async with asyncio.timeout(min(int(values.get("timeout", 0)), 2)):
                    await self.changed.wait_for(lambda: bool(self.waiting))
            except TimeoutError:
                return []
            return list(self.waiting[: int(values.get("limit", 100))])

    def _result(self, method: str, values: Mapping[str, Any]) -> object:
        if method == "getMe":
            return ME
        if method in ("sendMessage", "editMessageText"):
            message_id = int(values.get("message_id", 0)) or next(self._message_ids)
            chat = {"id": int(values["chat_id"]), "type": "private"}
            return {"message_id": message_id, "date": int(time.time()), "chat": chat, "text": values["text"]}
        return True


async def hang() -> Answer:
    """Answer never."""
    await asyncio.Event().wait()
    raise AssertionError


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    api = BotApi()
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", api.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        await runner.cleanup()


@asynccontextmanager
async def a_bot(url: str) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    bot = Bot(TOKEN, session=session)
    try:
        yield bot
    finally:
        await session.close()


def a_user(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": f"P{number}"}


def a_chat(number: int) -> dict[str, Any]:
    return {"id": number, "type": "private" if number > 0 else "supergroup"}


def a_message(update_id: int, user: int, text: object, chat: int | None = None, **more: Any) -> dict[str, Any]:
    message = {
        "message_id": update_id,
        "date": 1_772_000_000,
        "chat": a_chat(chat or user),
        "from": a_user(user),
        "text": text,
        **more,
    }
    return {"update_id": update_id, "message": message}


def a_tap(update_id: int, user: int, data: str, chat: int | None = None) -> dict[str, Any]:
    card = {"message_id": 1, "date": 1_772_000_000, "chat": a_chat(chat or user), "from": ME, "text": "card"}
    query = {"id": str(update_id), "from": a_user(user), "chat_instance": "1", "data": data, "message": card}
    return {"update_id": update_id, "callback_query": query}


def as_json(value: object) -> str:
    return json.dumps(value)
