"""Boards: messages that delivery keeps current. One call for each board in hand: show it, pin it, delete a stray one.

What is shown is read just before, so that many changes are one edit. A message that is gone is sent anew; a group that
has moved is followed; where the bot is out, its boards wait.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, Protocol

from telegram.ext import ExtBot

from bot.delivery.board_calls import delete, pin, show
from bot.delivery.limiter import Pacer, Ticket
from bot.delivery.push import Drawing
from bot.delivery.send_failure import SendFailure, Verdict, WithdrawnError, classify_error
from bot.dispatch import anchors
from finance_core.groups import service as groups
from finance_core.notices import Urgency, board_claims, outcomes
from finance_core.notices.board_claims import Act, BoardClaim
from finance_core.storage.unit import Unit, Units
from handlers.chat.screens.base import Screen

AT_ONCE: Final = 16
POLL_SECONDS: Final = 1.0
CALL_SECONDS: Final = 45.0
"""Wait for the turn and request together; below the lease."""
DRAIN_SECONDS: Final = 5.0
INLINE_CHATS: Final = 2**60
"""Messages of inline mode are in chats that nobody tells: each is paced like a chat of its own."""

_GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
    "there is no media in the message to edit",
    "message to pin not found",
)

_log = logging.getLogger(__name__)


class ReadBoard(Protocol):
    """Reads what a board shows now, as a screen in a language."""

    async def __call__(self, unit: Unit, kind: str, subject: int, language: str, /) -> Screen: ...


class Boards:
    """The boards of one worker. Any number of workers may run against one database.

    `write` writes an outcome down, trying again while the database is away.
    """

    def __init__(
        self,
        units: Units,
        bot: ExtBot[Ticket],
        pacer: Pacer,
        worker: int,
        read: ReadBoard,
        write: Callable[[Callable[[Unit], Awaitable[None]]], Awaitable[None]],
        draw: Drawing | None = None,
    ) -> None:
        self._units = units
        self._bot = bot
        self._pacer = pacer
        self._worker = worker
        self._read = read
        self._write = write
        self._draw = draw
        self._in_hand: set[asyncio.Task[None]] = set()
        self.nudged = asyncio.Event()

    async def run(self) -> None:
        """Keep boards current until cancelled; then what is on the wire has a few seconds to come in."""
        try:
            while True:
                self.nudged.clear()
                if not await self._took_some():
                    await self._rest()
        finally:
            await self._put_down()

    async def _took_some(self) -> bool:
        room = AT_ONCE - len(self._in_hand)
        if room <= 0:
            return False
        try:
            async with self._units.begin() as unit:
                claims = await board_claims.claim(unit, worker=self._worker, limit=room)
        except Exception as error:  # noqa: BLE001 - the database is away, and comes back
            _log.warning("boards cannot be read: %s", type(error).__name__)
            return False
        for one in claims:
            task = asyncio.create_task(self._keep(one))
            self._in_hand.add(task)
            task.add_done_callback(self._put_away)
        return bool(claims)

    def _put_away(self, task: asyncio.Task[None]) -> None:
        self._in_hand.discard(task)
        self.nudged.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a board ended in a fault of ours; its lease will free it", exc_info=error)

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self.nudged.wait()

    async def _put_down(self) -> None:
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=DRAIN_SECONDS)
        for task in self._in_hand:
            task.cancel()

    async def _keep(self, one: BoardClaim) -> None:
        if one.chat_id is not None:
            self._pacer.remember(one.chat_id, one.sent_seconds_ago)
        ticket = Ticket(Urgency.SYSTEM, lambda: self._put_on_the_wire(one), stands_for=INLINE_CHATS + one.id)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                outcome = await self._call(one, ticket)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - each kind of end is written down
            failure = classify_error(error, on_the_wire=ticket.on_the_wire)
            _log.info("board %s: %s (%s)", one.id, failure.verdict, failure.error)
            await self._write(lambda unit: self._record(unit, one, failure))
        else:
            await self._write(outcome)

    async def _put_on_the_wire(self, one: BoardClaim) -> None:
        async with self._units.begin() as unit:
            if not await board_claims.on_the_wire(unit, self._worker, one):
                raise WithdrawnError

    async def _call(self, one: BoardClaim, ticket: Ticket) -> Callable[[Unit], Awaitable[None]]:
        match one.act:
            case Act.PIN:
                await pin(self._bot, one, ticket)
                return lambda unit: board_claims.pinned(unit, self._worker, one)
            case Act.DELETE:
                await delete(self._bot, one, ticket)
                return lambda unit: board_claims.deleted(unit, self._worker, one)
        return await self._shown(one, ticket)

    async def _shown(self, one: BoardClaim, ticket: Ticket) -> Callable[[Unit], Awaitable[None]]:
        """Show the latest state, unless it looks as what is shown already; return what writes it down."""
        async with self._units.begin() as unit:
            wanted = await board_claims.wanted(unit, self._worker, one)
            if wanted is None:
                raise WithdrawnError
            screen = await self._read(unit, one.kind, one.subject, one.language)
        looks, message_id = _hash(screen), one.message_id
        if looks != one.shown_hash:
            message_id = await show(self._bot, one, screen, ticket, self._draw)
        return lambda unit: board_claims.shown(
            unit, self._worker, one, wanted=wanted, hash_=looks, message_id=message_id
        )

    async def _record(self, unit: Unit, one: BoardClaim, failure: SendFailure) -> None:
        match failure.verdict:
            case Verdict.REFUSED:
                await self._record_refusal(unit, one, failure)
            case Verdict.UNREACHABLE:
                await self._record_shut_out(unit, one, failure)
            case Verdict.MOVED if one.chat_id is not None:
                await groups.move(unit, one.chat_id, failure.new_chat_id)
                await anchors.take(unit, one.chat_id, "")
                await board_claims.released(unit, self._worker, one, failure.error)
            case Verdict.UNCERTAIN if one.act is Act.SHOW and one.message_id is None:
                await board_claims.failed(unit, self._worker, one, failure.error)
            case Verdict.FLOOD:
                await board_claims.released(unit, self._worker, one, failure.error, failure.retry_seconds)
                if one.chat_id is not None:
                    await outcomes.pause(unit, one.chat_id, failure.retry_seconds)
            case _:
                await board_claims.released(unit, self._worker, one, failure.error, max(1.0, failure.retry_seconds))

    async def _record_refusal(self, unit: Unit, one: BoardClaim, failure: SendFailure) -> None:
        """Telegram will not do this: what is gone is sent anew, what it may allow later is tried again."""
        why = failure.error.lower()
        if one.act is Act.DELETE:
            await board_claims.deleted(unit, self._worker, one)
        elif any(words in why for words in _GONE):
            await board_claims.gone(unit, self._worker, one, failure.error)
        elif one.act is Act.PIN:
            await board_claims.not_pinned(unit, self._worker, one, failure.error)
        else:
            await board_claims.failed(unit, self._worker, one, failure.error)

    async def _record_shut_out(self, unit: Unit, one: BoardClaim, failure: SendFailure) -> None:
        if one.chat_id is None:
            await board_claims.gone(unit, self._worker, one, failure.error)
            return
        await board_claims.released(unit, self._worker, one, failure.error)
        await groups.shut_out(unit, one.chat_id)


def _hash(screen: Screen) -> str:
    """Return a hash of what a screen looks like."""
    return hashlib.sha256(repr((screen.text, screen.buttons, screen.picture)).encode()).hexdigest()
