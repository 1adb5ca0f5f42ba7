"""Which conversation is whose: claiming a lane for this process, giving it back, and being woken when one waits.

A lane is held by an advisory lock of this process's one session, so it is kept through the check before, the
transaction and the replies after, and it is free the moment the process or its connection dies. A row lock could not do
that: it ends with its transaction, and intake would wait behind it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.dispatch.anchors import Placed
from bot.dispatch.wire import own_connection, part_with

CHANNEL: Final = "inbox"
SHOWN_KEPT: Final = 5_000
_CLAIM: Final = "SELECT * FROM inbox_claim($1, $2::varchar[])"
_CLAIM_ALIKE: Final = "SELECT * FROM inbox_claim_alike($1, $2, $3::varchar[], $4)"
_END: Final = "SELECT inbox_end($1, $2::varchar[])"
_RELEASE: Final = "SELECT inbox_release($1, $2, $3, $4, $5)"


@dataclass(frozen=True, slots=True)
class Claimed:
    """The oldest update of a lane that is now ours, to be handled or only to be shown; where its talk stands."""

    session: int
    """Which of our connections locked the lane, counted from 1."""
    inbox_id: int
    update_id: int
    lane: str
    chat_id: int
    user_id: int
    payload: bytes | None
    """None where the update is done, and only its replies are owed."""
    over_limit: bool
    attempts: int
    """How often it was taken up, this time included."""
    owed: bytes | None
    """What a finished update shows still, encrypted: the process that finished it died over its replies."""
    alike: int | None
    """A hash that all taps of one button have which many may tap; None for anything else."""
    state: str | None
    data: bytes | None


class Lanes:
    """The lanes that this process holds. Everything may be called from several tasks of one event loop."""

    def __init__(self, bind: AsyncEngine | AsyncConnection, bot_id: int) -> None:
        self._bind = bind
        self._bot_id = bot_id
        self._connection: asyncpg.Connection | None = None
        self._session = 0
        self._turn = asyncio.Lock()
        self._busy: set[str] = set()
        self._shown: deque[int] = deque(maxlen=SHOWN_KEPT)
        """What was shown lately: a server that dies loses the note of it, and gives the update again."""
        self._woken = asyncio.Event()

    async def open(self) -> None:
        """Connect and listen, if that is not so already. Raises what connecting raises."""
        if self._is_connected():
            return
        connection = await own_connection(self._bind)
        try:
            await connection.add_listener(CHANNEL, self._on_notice)
        except BaseException:
            await part_with(connection)
            raise
        self._connection = connection
        self._session += 1

    async def close(self) -> None:
        """Disconnect: every lane is free for others from then on."""
        connection, self._connection = self._connection, None
        await part_with(connection)

    async def claim(self) -> Claimed | None:
        """Take the lane whose update waits longest and that nobody holds; None when there is none.

        Raises what a broken connection raises, and is disconnected then: half a claim is no claim.
        """
        async with self._turn:
            self._woken.clear()
            row = await self._fetch(_CLAIM, self._bot_id, list(self._busy))
            if row is None:
                return None
            claimed = Claimed(self._session, **row)
            self._busy.add(claimed.lane)
            return claimed

    async def claim_alike(self, claimed: Claimed, most: int, passed: Sequence[str]) -> list[Claimed]:
        """Take up to `most` other waiting taps of the same button, of lanes that are not `passed` over.

        Raises what a broken connection raises.
        """
        async with self._turn:
            lanes = [*self._busy, *passed]
            rows = await self._run("fetch", _CLAIM_ALIKE, self._bot_id, claimed.alike, lanes, most)
            taken = [Claimed(self._session, **row) for row in rows]
            self._busy.update(each.lane for each in taken)
            return taken

    async def end(self, answered: Sequence[Claimed]) -> None:
        """End updates that are answered and took no unit of work, and give their lanes back.

        Where the connection that locked them is gone, whoever takes them up next answers them once more.
        """
        async with self._turn:
            self._busy.difference_update(each.lane for each in answered)
            ours = [each for each in answered if self._is_locked_by_us(each)]
            if ours:
                await self._fetch(_END, [each.inbox_id for each in ours], [each.lane for each in ours])
        self.wake()

    async def release(self, claimed: Claimed, placed: Sequence[Placed] | None) -> None:
        """Give a lane back, and note that its update's replies were shown, so that nobody shows them again.

        If the connection that locked it is gone, so is the lock; the note is made up when the update comes again.

        Args:
            placed: where anchored messages among the replies ended up; None where they were not shown.
        """
        async with self._turn:
            self._busy.discard(claimed.lane)
            if placed is not None:
                self._shown.append(claimed.inbox_id)
            if self._is_locked_by_us(claimed):
                shown = claimed.inbox_id if placed is not None else None
                chats = [each.chat_id for each in placed or ()]
                names = [each.name for each in placed or ()]
                messages = [each.message_id for each in placed or ()]
                await self._fetch(_RELEASE, claimed.lane, shown, chats, names, messages)
        self.wake()

    def was_shown(self, claimed: Claimed) -> bool:
        """Return whether this process has shown, lately, what the update owes."""
        return claimed.inbox_id in self._shown

    def holds(self, claimed: Claimed) -> bool:
        """Return whether the lane is still ours: the connection that locked it lives."""
        return claimed.lane in self._busy and self._is_locked_by_us(claimed)

    def _is_locked_by_us(self, claimed: Claimed) -> bool:
        return self._is_connected() and claimed.session == self._session

    def _is_connected(self) -> bool:
        return self._connection is not None and not self._connection.is_closed()

    def wake(self) -> None:
        """Let whoever waits look again."""
        self._woken.set()

    async def woken(self, timeout_seconds: float) -> None:
        """Wait until something may be waiting, at most `timeout_seconds`."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _fetch(self, query: str, *arguments: object) -> Any:
        return await self._run("fetchrow", query, *arguments)

    async def _run(self, how: str, query: str, *arguments: object) -> Any:
        connection = self._connection
        if connection is None:
            raise ConnectionError("the lanes' connection is closed")
        try:
            return await getattr(connection, how)(query, *arguments)
        except BaseException:
            await self.close()
            raise

    def _on_notice(self, *_notice: object) -> None:
        self._woken.set()
