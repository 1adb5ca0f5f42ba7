"""Live events for open pages: each page has a bounded queue, and one that does not read is cut off to reload."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Literal, TypeAlias

import orjson

from bot.sandbox.model import Chat, Json

EventKind: TypeAlias = Literal["message", "edit", "delete", "typing", "clock", "people"]
"""`people`: somebody is called otherwise, or is something else in a chat."""
EVENTS_WAITING = 1_000
PAGES_OPEN = 200
HEARTBEAT_SECONDS = 15.0
_END: Json = {}


class Hub:
    """Who watches, and what they are told."""

    def __init__(self) -> None:
        self._pages: dict[asyncio.Queue[Json], int | None] = {}

    def publish(self, chat: Chat | None, kind: EventKind) -> None:
        """Tell the pages of everyone in `chat`; without one, all pages."""
        event = {"chat_id": chat.id if chat else 0, "kind": kind}
        for page, person_id in list(self._pages.items()):
            if chat is None or person_id is None or chat.has(person_id):
                self._tell(page, event)

    def _tell(self, page: asyncio.Queue[Json], event: Json) -> None:
        if page.qsize() >= EVENTS_WAITING:
            self._end(page)
        else:
            page.put_nowait(event)

    def _end(self, page: asyncio.Queue[Json]) -> None:
        self._pages.pop(page, None)
        page.put_nowait(_END)

    async def events(self, person_id: int | None) -> AsyncIterator[bytes]:
        """Yield server-sent events for one person's page (None: everybody's) until it goes or is cut off."""
        page: asyncio.Queue[Json] = asyncio.Queue()
        while len(self._pages) >= PAGES_OPEN:
            self._end(next(iter(self._pages)))
        self._pages[page] = person_id
        try:
            yield b"retry: 1000\n: welcome\n\n"
            while (line := await _next_line(page)) is not None:
                yield line
        finally:
            self._pages.pop(page, None)

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        for page in list(self._pages):
            self._end(page)


async def _next_line(page: asyncio.Queue[Json]) -> bytes | None:
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            event = await page.get()
    except TimeoutError:
        return b": still here\n\n"
    return None if event is _END else b"data: " + orjson.dumps(event) + b"\n\n"
