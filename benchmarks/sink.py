"""A bare HTTP sink that answers as the Bot API does, in a process of its own: what came when, for which chat.

`python -m benchmarks.sink PORT LOST FLOODED`: of each hundred messages so many have no answer, and a 429 before.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from socket import socket

import httpx
import orjson
from aiohttp import web


class _Sink:
    def __init__(self, lost: float, flooded: float) -> None:
        self.seen: list[tuple[float, int, str]] = []
        self.floods = 0
        self.slow = 0.02
        """How long an answer takes, as Telegram's do."""
        self.lost = 0
        self.open = 0
        """How many messages are on the wire now."""
        self._shares = (lost / 100, flooded / 100)
        self._random = random.Random(2026)  # noqa: S311 - no secret

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call of the Bot API."""
        if request.match_info["method"] == "getMe":
            me = {"id": 77, "is_bot": True, "first_name": "Susu", "username": "susu_bot"}
            return web.json_response({"ok": True, "result": me})
        self.open += 1
        try:
            return await self._message(request)
        finally:
            self.open -= 1

    async def _message(self, request: web.Request) -> web.StreamResponse:
        values = await request.post()
        if self._random.random() < self._shares[1]:
            self.floods += 1
            body = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
            return web.json_response({**body, "parameters": {"retry_after": 1}}, status=429)
        chat = int(str(values["chat_id"]))
        self.seen.append((time.time(), chat, str(values.get("text", ""))[:20]))
        await asyncio.sleep(self.slow)
        if self._random.random() < self._shares[0] and request.transport is not None:
            self.lost += 1
            request.transport.abort()
        message = {"message_id": len(self.seen), "date": 1, "chat": {"id": chat, "type": "private"}, "text": "x"}
        return web.json_response({"ok": True, "result": message})

    async def log(self, _: web.Request) -> web.Response:
        """Say all that came."""
        body = {"seen": self.seen, "floods": self.floods, "lost": self.lost, "open": self.open}
        return web.Response(body=orjson.dumps(body), content_type="application/json")


async def _serve(port: int, lost: float, flooded: float) -> None:
    sink, app = _Sink(lost, flooded), web.Application()
    app.router.add_route("*", "/bot{token}/{method}", sink.answer)
    app.router.add_get("/log", sink.log)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Log:
    """What came: instant, chat and the text's beginning of each message, and what was not answered."""

    seen: list[tuple[float, int, str]]
    floods: int
    lost: int
    open: int

    @property
    def twice(self) -> int:
        """How many messages of a chat came again, with the same words."""
        return sum(times - 1 for times in Counter((chat, said) for _, chat, said in self.seen).values())


@dataclass(frozen=True, slots=True)
class Sink:
    """A sink that runs."""

    url: str

    async def log(self) -> Log:
        """Return what came so far."""
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            body = orjson.loads((await client.get(f"{self.url}/log")).content)
        return Log([tuple(each) for each in body["seen"]], body["floods"], body["lost"], body["open"])


@asynccontextmanager
async def sinking(*, lost: float = 0, flooded: float = 0) -> AsyncIterator[Sink]:
    """Run a sink in a process of its own."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (sys.executable, "-m", "benchmarks.sink", str(port), str(lost), str(flooded))
    process = await asyncio.create_subprocess_exec(*command)
    sink = Sink(f"http://127.0.0.1:{port}")
    try:
        async with asyncio.timeout(60):
            while True:
                with suppress(httpx.TransportError):
                    await sink.log()
                    break
                await asyncio.sleep(0.1)
        yield sink
    finally:
        process.kill()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
