"""A Bot API that does nothing but hand out taps, a hundred a call as Telegram does, and note when each is answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import orjson
from aiohttp import web

from benchmarks.deployment import free_port
from benchmarks.figures import Json

ME: Final = {"id": 4242, "is_bot": True, "first_name": "Susu", "username": "susu_bot"}
LONGEST_POLL_SECONDS: Final = 5.0
POLLED_AT_ONCE: Final = 100
GROUP: Final = -100_5
PATIENCE_SECONDS: Final = 60.0


@dataclass
class Taps:
    """A Bot API that hands out taps and notes when each was made and answered, in seconds of the monotonic clock."""

    url: str = ""
    waiting: list[Json] = field(default_factory=list)
    made: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    has_polled: bool = False
    with_a_share: set[int] = field(default_factory=set)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def tap(self, person: int, token: str) -> str:
        """Let somebody tap a packet in the group; return the tap's id."""
        number = next(self._numbers)
        card = {"message_id": 1, "date": 1_772_000_000, "chat": {"id": GROUP, "type": "supergroup"}, "text": "card"}
        user = {"id": person, "is_bot": False, "first_name": f"P{person}", "username": f"p_{person}"}
        query = {"id": str(number), "from": user, "chat_instance": "1", "data": f"openpacket:{token}", "message": card}
        self.made[str(number)] = time.monotonic()
        async with self.changed:
            self.waiting.append({"update_id": number, "callback_query": query})
            self.changed.notify_all()
        return str(number)

    async def until_answered(self, ids: Sequence[str]) -> None:
        """Wait until each of these taps is answered. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_SECONDS), self.changed:
            await self.changed.wait_for(lambda: self.answered.keys() >= set(ids))

    def seconds(self, ids: Sequence[str]) -> list[float]:
        """Return how long each of these taps waited for its answer."""
        return [self.answered[each] - self.made[each] for each in ids]

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one call of the bot."""
        values = await request.post()
        method = request.match_info["method"].lower()
        if method == "getupdates":
            result: Any = await self._updates(values)
        elif method == "answercallbackquery":
            result = await self._note(values)
        else:
            result = self._of(method, values)
        return web.Response(body=orjson.dumps({"ok": True, "result": result}), content_type="application/json")

    async def _note(self, values: Mapping[str, Any]) -> bool:
        tap = str(values["callback_query_id"])
        self.answered.setdefault(tap, time.monotonic())
        self.said.setdefault(tap, str(values.get("text", "")))
        async with self.changed:
            self.changed.notify_all()
        return True

    async def _updates(self, values: Mapping[str, Any]) -> list[Json]:
        offset = int(str(values.get("offset", 0)))
        async with self.changed:
            self.has_polled = True
            self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
            try:
                async with asyncio.timeout(LONGEST_POLL_SECONDS):
                    await self.changed.wait_for(lambda: bool(self.waiting))
            except TimeoutError:
                return []
            return self.waiting[:POLLED_AT_ONCE]

    def _of(self, method: str, values: Mapping[str, Any]) -> Any:
        if method == "getme":
            return ME
        if method.startswith(("send", "editmessage")):
            number = int(str(values.get("message_id", 0))) or 1
            chat = {"id": int(str(values.get("chat_id", GROUP))), "type": "supergroup"}
            return {"message_id": number, "date": int(time.time()), "chat": chat, "text": str(values.get("text", ""))}
        return True


@asynccontextmanager
async def taps_served() -> AsyncIterator[Taps]:
    """Serve it on a free port of the loopback while the block runs."""
    taps, port = Taps(), free_port()
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", taps.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    taps.url = f"http://127.0.0.1:{port}"
    try:
        yield taps
    finally:
        await runner.cleanup()
