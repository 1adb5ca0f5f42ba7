"""Our rate limiter on python-telegram-bot's extension point: waits for the turn that `pacing` gives, by priority."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.delivery.pacing import Pacing, Waiter, next_turn
from finance_core.notices import Urgency

MAX_WAIT_SECONDS: Final = 5.0
"""A message that must wait longer goes back to the outbox, where its lease does not run out."""

type_of_answer = bool | dict[str, Any] | list[dict[str, Any]]


class NotYetError(Exception):
    """The chat may not be sent to for `seconds`; nothing was sent."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True)
class Ticket:
    """Goes with each send. `before_sending` runs when the turn has come, just before the wire."""

    urgency: Urgency
    before_sending: Callable[[], Awaitable[None]]
    stands_for: int = 0
    """What is paced as a chat where a call names none: a message of inline mode."""
    paid_rate: int = 0
    """How many a second may go of a paid broadcast; 0: it is none."""
    on_the_wire: bool = False
    """True once it may have happened: from then on an error leaves a doubt."""


async def wait_on_the_loop(changed: asyncio.Event, seconds: float) -> None:
    """Wait until something changed, at most `seconds`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await changed.wait()


class Pacer(BaseRateLimiter[Ticket]):
    """Gives each send its turn. A 429 pauses the chat and is passed on: the outbox decides about trying again."""

    def __init__(
        self,
        pacing: Pacing | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[asyncio.Event, float], Awaitable[None]] = wait_on_the_loop,
    ) -> None:
        self.pacing = pacing or Pacing()
        self._monotonic = monotonic
        self._wait = wait
        self._waiting: dict[Waiter, asyncio.Future[None]] = {}
        self._changed = asyncio.Event()
        self._arrivals = count()
        self._conductor: asyncio.Task[None] | None = None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Send away who still waits."""
        for turn in self._waiting.values():
            if not turn.done():
                turn.set_exception(NotYetError(0))
        if self._conductor is not None:
            self._conductor.cancel()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, type_of_answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,  # noqa: ARG002 - python-telegram-bot's signature
        data: dict[str, Any],
        rate_limit_args: Ticket | None,
    ) -> type_of_answer:
        """Make the request when its turn has come. A request without a ticket (`getMe`) is nobody's message.

        Raises:
            NotYetError: the wait would be too long.
            RetryAfter: Telegram refused it as too fast; the chat is paused.
        """
        if rate_limit_args is None:
            return await callback(*args, **kwargs)
        chat_id = int(data.get("chat_id") or rate_limit_args.stands_for)
        await self._turn(chat_id, rate_limit_args.urgency, rate_limit_args.paid_rate)
        if not rate_limit_args.on_the_wire:  # the words that follow a picture go with its ticket
            await rate_limit_args.before_sending()
        rate_limit_args.on_the_wire = True
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self.pacing.pause(chat_id, seconds_of(error), self._monotonic())
            raise

    def remember(self, chat_id: int, seconds_ago: tuple[float, ...]) -> None:
        """Take over the chat's earlier sends from the outbox."""
        self.pacing.remember(chat_id, seconds_ago, self._monotonic())

    def pause_everyone(self, seconds: float) -> None:
        """Leave everybody alone: Telegram is in trouble."""
        self.pacing.pause_everyone(seconds, self._monotonic())
        self._changed.set()

    def paused_seconds(self) -> float:
        """Return for how long nobody may be sent to."""
        return self.pacing.pause_of_everyone(self._monotonic()) if self.pacing.enabled else 0.0

    async def _turn(self, chat_id: int, urgency: Urgency, paid_rate: int) -> None:
        waiter = Waiter(urgency.priority, next(self._arrivals), chat_id, paid_rate)
        turn = self._waiting[waiter] = asyncio.get_running_loop().create_future()
        self._changed.set()
        if self._conductor is None or self._conductor.done():
            self._conductor = asyncio.create_task(self._conduct())
        try:
            await turn
        finally:
            self._waiting.pop(waiter, None)

    async def _conduct(self) -> None:
        """Give turns until nobody waits. Alone does it, so two turns never meet."""
        while self._waiting:
            self._changed.clear()
            now = self._monotonic()
            self._send_away_who_waits_too_long(now)
            if not self._waiting:
                return
            waiter, seconds = next_turn(tuple(self._waiting), self.pacing, now)
            if waiter is None:
                await self._wait(self._changed, seconds)
                continue
            self.pacing.take(waiter.chat_id, now, waiter.paid_rate)
            turn = self._waiting.pop(waiter)
            if not turn.done():
                turn.set_result(None)

    def _send_away_who_waits_too_long(self, now: float) -> None:
        everyone = self.pacing.pause_of_everyone(now) if self.pacing.enabled else 0.0
        for waiter in tuple(self._waiting):
            seconds = max(everyone, self.pacing.wait_for_chat(waiter.chat_id, now))
            if seconds > MAX_WAIT_SECONDS:
                turn = self._waiting.pop(waiter)
                if not turn.done():
                    turn.set_exception(NotYetError(seconds))


def seconds_of(error: RetryAfter) -> float:
    """Return how long Telegram asked to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
