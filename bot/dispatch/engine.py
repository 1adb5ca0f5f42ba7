"""The dispatcher of a process: claims waiting lanes, runs a bounded number of turns, drains when told to stop.

A turn's slot is free once its update is committed. Its replies keep the lane, and nothing else: a chat that hangs, or
is told to wait by Telegram, holds up itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Final

import structlog
from aiogram import Bot, Dispatcher

from bot.dispatch.anchors import Placed
from bot.dispatch.at_once import AtOnce, Ready
from bot.dispatch.counters import Counters
from bot.dispatch.fault_replies import FaultReplies, OnFault
from bot.dispatch.handling import Handling
from bot.dispatch.lanes import Claimed, Lanes
from bot.dispatch.replies import Replies
from bot.dispatch.turn import Decided, Preparer, Turns
from bot.processes.render_process import RenderProcess
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units

WORKERS: Final = 8
LANES_LIMIT: Final = 300
"""Lanes that a process holds at once, most over their replies; beyond it new ones wait for a chat that hangs."""
FALLBACK_POLL_SECONDS: Final = 1.0
"""How long a lane may wait when a wake-up got lost, or when the process that held it has died."""
RECONNECT_PAUSE_SECONDS: Final = 0.2
RECONNECT_PAUSE_LIMIT_SECONDS: Final = 5.0
FAILED_TURN_PAUSE_SECONDS: Final = 1.0
DRAIN_SECONDS: Final = 10.0

_log = structlog.get_logger(__name__)


class Dispatch:
    """Handles what intake stores, lane by lane, `workers` of them at once.

    The aiogram `dispatcher` is made with `PostgresStorage()` and has no error handlers. Besides aiogram's own keys a
    handler may ask for `unit`, `checks`, `bot_info`, `anchored(chat_id, name)` (the message id shown under an anchor,
    or None) and `unplaced(chat_id, prefix)` (the ids under such names, which are forgotten); it returns nothing, one
    of `handlers.chat.replies.Shown`, or a list of them.
    """

    def __init__(  # noqa: PLR0913 - what a dispatch is put together from
        self,
        units: Units,
        bot: Bot,
        dispatcher: Dispatcher,
        cipher: Cipher,
        preparers: Sequence[Preparer],
        on_fault: OnFault,
        *,
        ready: Ready = lambda _: None,
        workers: int = WORKERS,
        counters: Counters | None = None,
        render_process: RenderProcess | None = None,
    ) -> None:
        self.counters = counters or Counters()
        self._lanes = Lanes(units.bind, bot.id)
        fault_replies = FaultReplies(on_fault, self.counters)
        self._handling = Handling(units, bot, dispatcher, cipher, fault_replies)
        self.render_process = render_process or RenderProcess()
        """Draws what replies show. Warm it up once the bot is awake; unused it costs nothing."""
        replies = Replies(bot, self.counters, self.render_process, units)
        self._turns = Turns(units, bot, cipher, self._handling, fault_replies, preparers, self._lanes, replies)
        self._at_once = AtOnce(bot, cipher, self._lanes, ready, self.counters)
        self._free = asyncio.Semaphore(workers)
        self._room = asyncio.Semaphore(LANES_LIMIT)
        self._in_hand: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._feeding: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to handle updates, now and until `stop`. Returns at once; what is unreachable is tried again."""
        logging.getLogger("aiogram.event").setLevel(logging.CRITICAL)  # a fault is logged once, by us, with its number
        self._feeding = asyncio.create_task(self._feed(), name="dispatch")

    async def stop(self, timeout_seconds: float = DRAIN_SECONDS) -> None:
        """Take nothing new, finish what is in hand within `timeout_seconds`, and let go of every lane.

        What is not finished by then is rolled back, and waits in the inbox for the next process.
        """
        self._stopping.set()
        self._lanes.wake()
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        await self._end_feeding(timeout_seconds)
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=max(0.0, deadline - asyncio.get_running_loop().time()))
        for task in self._in_hand:
            task.cancel()
        await asyncio.gather(*self._in_hand, return_exceptions=True)
        await self._lanes.close()
        await self.render_process.close()

    async def run(self) -> None:
        """Handle updates until cancelled or stopped, then drain."""
        await self.start()
        assert self._feeding is not None
        try:
            await asyncio.shield(self._feeding)
        finally:
            await self.stop()

    async def _end_feeding(self, timeout_seconds: float) -> None:
        if self._feeding is not None:
            await asyncio.wait([self._feeding], timeout=min(1.0, timeout_seconds))
            self._feeding.cancel()
            await asyncio.gather(self._feeding, return_exceptions=True)

    async def _feed(self) -> None:
        pause = RECONNECT_PAUSE_SECONDS
        while not self._stopping.is_set():
            try:
                await self._handling.meet()
                await self._lanes.open()
                pause = RECONNECT_PAUSE_SECONDS
                await self._feed_connected()
            except Exception as error:  # noqa: BLE001 - whatever is away, the loop that serves everybody goes on
                self.counters.add("dispatch_reconnects")
                _log.warning("dispatch_waits", why=f"{type(error).__name__}: {error}"[:200])
                await self._pause(pause)
                pause = min(pause * 2, RECONNECT_PAUSE_LIMIT_SECONDS)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _feed_connected(self) -> None:
        while not self._stopping.is_set():
            await self._room.acquire()
            await self._free.acquire()
            claimed = None
            try:
                claimed = None if self._stopping.is_set() else await self._lanes.claim()
            finally:
                if claimed is None:
                    self._free.release()
                    self._room.release()
            if claimed is not None:
                self._serve(claimed)
            elif not self._stopping.is_set():
                await self._lanes.woken(FALLBACK_POLL_SECONDS)

    def _serve(self, claimed: Claimed) -> None:
        task = asyncio.create_task(self._take(claimed), name=f"update {claimed.update_id}")
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)

    async def _take(self, claimed: Claimed) -> None:
        try:
            if not await self._is_answered(claimed):
                await self._handle(claimed)
        finally:
            self._room.release()

    async def _is_answered(self, claimed: Claimed) -> bool:
        """Answer an update that takes no unit of work; its lane is given back, or gone with the lanes' connection."""
        try:
            is_answered = await self._at_once.is_answered(claimed)
        except Exception as error:  # noqa: BLE001 - the connection is gone; whoever claims it next answers it
            _log.warning("lane_lost", why=f"{type(error).__name__}: {error}"[:200])
            is_answered = True
        if is_answered:
            self._free.release()
        return is_answered

    async def _handle(self, claimed: Claimed) -> None:
        placed = None
        try:
            decided = await self._decide(claimed)
            if decided is not None:
                placed = await self._turns.show(decided)
        except Exception:  # noqa: BLE001 - one turn that fails leaves the others alone
            _log.exception("turn_failed", inbox_id=claimed.inbox_id)
            await asyncio.sleep(FAILED_TURN_PAUSE_SECONDS)
        finally:
            await self._give_back(claimed, placed)

    async def _decide(self, claimed: Claimed) -> Decided | None:
        try:
            return await self._turns.take(claimed)
        finally:
            self._free.release()

    async def _give_back(self, claimed: Claimed, placed: list[Placed] | None) -> None:
        try:
            await self._lanes.release(claimed, placed)
        except Exception as error:  # noqa: BLE001 - the connection is gone, and the lock with it
            _log.warning("lane_lost", why=f"{type(error).__name__}: {error}"[:200])
