"""The long poll: one process of all asks Telegram for updates, stores them, and then lets Telegram forget them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

import asyncpg
import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, DeleteWebhook, TelegramMethod

from bot.dispatch.at_once import Ready, say
from bot.dispatch.faults import is_away
from bot.dispatch.wire import own_connection, part_with
from bot.intake.envelope import ADMITTED, is_id
from bot.intake.group_talk import Me
from bot.intake.inbox import BATCH_LIMIT, Inbox
from finance_core.storage.unit import Units

POLL_SECONDS: Final = 25
CALL_GRACE_SECONDS: Final = 10
IDLE_POLL_SECONDS: Final = 0.2
"""A server that does not wait for updates is not asked more often than this."""
ANSWERED_WITHIN_SECONDS: Final = 2.0
LEASE_PAUSE_SECONDS: Final = 2.0
"""How often a process that does not poll looks whether it may."""
BACKOFF_SECONDS: Final = 0.5
BACKOFF_LIMIT_SECONDS: Final = 30.0
DATABASE_BACKOFF_LIMIT_SECONDS: Final = 2.0
"""Our own database is asked more often than Telegram: people wait for it from the moment that it is back."""

_TAKE_LEASE: Final = "SELECT pg_try_advisory_lock(1937077101, hashint8($1))"
_STILL_THERE: Final = "SELECT 1"
_log = structlog.get_logger(__name__)


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates` with its answer as it came, so that fields which aiogram does not know yet survive in the inbox."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = BATCH_LIMIT
    timeout: int = POLL_SECONDS
    allowed_updates: tuple[str, ...] = ADMITTED


class PollLease:
    """The right to poll, for one process at a time: a lock of its connection, free the moment that it dies."""

    def __init__(self, units: Units, bot_id: int) -> None:
        self._units = units
        self._bot_id = bot_id
        self._connection: asyncpg.Connection | None = None

    async def hold(self) -> bool:
        """Take the lease or make sure that it is still ours; say whether it is. Raises what connecting raises."""
        if self._connection is not None:
            return await self._is_still_ours(self._connection)
        connection = await own_connection(self._units.bind)
        try:
            taken = await connection.fetchval(_TAKE_LEASE, self._bot_id)
        except BaseException:
            connection.terminate()  # it may hold the lock, and nobody would know
            raise
        if not taken:
            await part_with(connection)
            return False
        self._connection = connection
        return True

    async def give_up(self) -> None:
        """Let another process poll. Idempotent."""
        connection, self._connection = self._connection, None
        await part_with(connection)

    async def _is_still_ours(self, connection: asyncpg.Connection) -> bool:
        try:
            await connection.fetchval(_STILL_THERE)
        except BaseException:
            await self.give_up()
            raise
        return True


class Poller:
    """Fetches updates for as long as it holds the lease.

    The offset of a call acknowledges what the last call gave, which is stored by then. It is not kept over a restart:
    Telegram gives again what was not acknowledged, and the inbox knows what it has.
    """

    def __init__(self, units: Units, bot: Bot, inbox: Inbox, ready: Ready = lambda _: None) -> None:
        self._bot = bot
        self._inbox = inbox
        self._ready = ready
        self._saying: set[asyncio.Task[None]] = set()
        self._lease = PollLease(units, bot.id)
        self._offset: int | None = None
        self._polling = False

    async def run(self) -> None:
        """Poll until cancelled. Whatever is away (Telegram, the database) is tried again, more and more slowly."""
        pause = BACKOFF_SECONDS
        try:
            while True:
                try:
                    await self._poll_or_wait()
                    pause = BACKOFF_SECONDS
                except Exception as error:  # noqa: BLE001 - a poller that ends is a bot that is deaf
                    await self._back_off(error, pause)
                    pause = min(pause * 2, _longest_pause(error))
        finally:
            await self._lease.give_up()

    async def _poll_or_wait(self) -> None:
        if not await self._lease.hold():
            self._polling = False
            await asyncio.sleep(LEASE_PAUSE_SECONDS)
            return
        if not self._polling:
            await self._bot(DeleteWebhook(drop_pending_updates=False))
            self._inbox.me = Me(self._bot.id, (await self._bot.me()).username)
            self._offset, self._polling = None, True
        await self._poll()

    async def _poll(self) -> None:
        began = time.monotonic()
        updates = await self._bot(RawUpdates(offset=self._offset), request_timeout=POLL_SECONDS + CALL_GRACE_SECONDS)
        if not updates:
            await asyncio.sleep(max(0.0, IDLE_POLL_SECONDS - (time.monotonic() - began)))
            return
        await self._inbox.store(await self._without_answered(updates))
        self._offset = 1 + max(number for update in updates if is_id(number := update.get("update_id")))

    async def _without_answered(self, updates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer what needs no more than its answer, before it is acknowledged; return the rest, to be stored.

        Who is not answered within two seconds is answered beside what follows: a chat that hangs holds up nobody.
        """
        answers = [self._answer(update) for update in updates]
        answered = [answer for answer in answers if answer is not None]
        if answered:
            saying = asyncio.create_task(say(self._bot, answered))
            self._saying.add(saying)
            saying.add_done_callback(self._saying.discard)
            await asyncio.wait({saying}, timeout=ANSWERED_WITHIN_SECONDS)
        self._inbox.counters.add("updates_answered_at_once", len(answered))
        return [update for update, answer in zip(updates, answers, strict=True) if answer is None]

    def _answer(self, update: dict[str, Any]) -> AnswerCallbackQuery | None:
        try:
            return self._ready(update)
        except Exception:  # noqa: BLE001 - a misshapen one is intake's to judge
            return None

    async def _back_off(self, error: Exception, pause: float) -> None:
        if not isinstance(error, AiogramError) and not is_away(error):
            _log.error("poll_failed", exc_info=error)
        else:
            _log.warning("poll_waits", why=f"{type(error).__name__}: {error}"[:200])
        self._inbox.counters.add("poll_failures")
        await asyncio.sleep(error.retry_after if isinstance(error, TelegramRetryAfter) else pause)


def _longest_pause(error: Exception) -> float:
    return BACKOFF_LIMIT_SECONDS if isinstance(error, AiogramError) else DATABASE_BACKOFF_LIMIT_SECONDS
