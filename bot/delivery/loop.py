"""The delivery worker: takes what is due from the outbox, sends it in its turn, writes down what became of it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Final

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.delivery.attachments import Attach, nothing
from bot.delivery.boards import Boards, ReadBoard
from bot.delivery.broadcasts import Broadcasts, as_it_is
from bot.delivery.contents import Render, screen_of
from bot.delivery.filling import filling
from bot.delivery.limiter import MAX_WAIT_SECONDS, Pacer, Ticket
from bot.delivery.pacing import Breaker
from bot.delivery.push import Drawing, push
from bot.delivery.send_failure import SendFailure, Verdict, WithdrawnError, classify_error
from bot.delivery.wake import Wake
from bot.dispatch import anchors
from finance_core.groups import service as groups
from finance_core.notices import Urgency, outcomes, retention
from finance_core.notices.claims import Claim, Claimed, claim, first_broadcast
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit, Units
from handlers.chat.screens.base import Screen

IN_HAND_MAX: Final = 32
"""Messages leased at a time. Small enough that an urgent one is never far from its turn."""

BROADCASTS_MAX: Final = 24
"""How many of them may be broadcasts: room is left for a receipt, however many workers share the rate."""

IN_HAND_LOW: Final = 16
"""So few are left when more are fetched, unless something new is announced: one look at the outbox for many sends."""

POLL_SECONDS: Final = 1.0
TEND_SECONDS: Final = 2.0
LOOK_BACK_SECONDS: Final = 10.0
"""How often it is asked from which row on broadcasts wait."""
FORGET_SECONDS: Final = 600.0
SEND_TIMEOUT_SECONDS: Final = 45.0
"""Wait for the turn and request together; below the lease."""

DRAIN_SECONDS: Final = 8.0
CONNECT_RETRY_SECONDS: Final = 1.0
WRITE_RETRY_SECONDS: Final = (0.0, 0.2, 0.5, 1.0, 2.0)

Outcome = Callable[[Unit], Awaitable[None]]
Hold = Callable[[Unit], Awaitable[bool]]
DATABASE_TROUBLE: Final = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)

_log = logging.getLogger(__name__)


async def days_are_behind(unit: Unit) -> bool:
    """Whether the book has days to catch up with: merged notices of the missed days are still being written."""
    return unit.local_now().date() > unit.open_on


class Delivery:
    """One worker. Any number of them may run against one database.

    `bot` comes from `delivery_bot`; `render` makes the screens; `cipher` opens sealed params; `hold_merged` says while
    merged notices (reminders) are still being written, so that one message has all of them; `attach` makes what goes
    with a notice only when it is sent. `read_board` reads what a board shows (None: another worker keeps boards), and
    `draw` draws pictures.
    """

    def __init__(
        self,
        units: Units,
        bot: ExtBot[Ticket],
        render: Render,
        cipher: Cipher | None = None,
        hold_merged: Hold = days_are_behind,
        attach: Attach = nothing,
        read_board: ReadBoard | None = None,
        draw: Drawing | None = None,
    ) -> None:
        if not isinstance(units.bind, AsyncEngine) or not isinstance(bot.rate_limiter, Pacer):
            raise TypeError("delivery needs an engine of its own and a bot with our pacer")
        logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO lines show the token in each address
        self.worker = random.SystemRandom().randint(1, 2**31 - 1)
        self._units = units
        self._bot = bot
        self._pacer = bot.rate_limiter
        self._render = render
        self._cipher = cipher
        self._hold_merged = hold_merged
        self._attach = attach
        self._draw = draw
        self._breaker = Breaker()
        self._broadcasts_from = 0
        self._in_hand: dict[asyncio.Task[None], Ticket] = {}
        self._nudged = asyncio.Event()
        self._stopping = asyncio.Event()
        self._finished = asyncio.Event()
        self._wake = Wake(units.bind, self.worker, self._nudge)
        self._broadcasts = Broadcasts(units, bot, as_it_is if cipher is None else filling(units, cipher))
        self._boards = (
            Boards(units, bot, bot.rate_limiter, self.worker, read_board, self._write, draw) if read_board else None
        )

    async def run(self) -> None:
        """Deliver until `stop`. Waits for Telegram and for the database when they are away.

        Raises:
            InvalidToken: Telegram does not know the bot.
        """
        beside: list[asyncio.Task[None]] = []
        try:
            await self._unless_stopped(self._meet_telegram())
            beside = [asyncio.create_task(self._wake.run()), asyncio.create_task(self._tend_for_ever())]
            if self._boards is not None:
                beside.append(asyncio.create_task(self._boards.run()))
            while not self._stopping.is_set():
                await self._round()
        finally:
            await self._put_down()
            await _end(beside)
            await self._bot.shutdown()
            self._finished.set()

    async def stop(self) -> None:
        """Take nothing more, finish what is on the wire (at most 8 s), give back the rest. Returns once done."""
        self._stopping.set()
        self._nudged.set()
        await self._finished.wait()

    def _nudge(self) -> None:
        self._nudged.set()
        if self._boards is not None:
            self._boards.nudged.set()

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work`, or as much of it as there is time for before `stop`."""
        working, stopped = asyncio.create_task(work), asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
        finally:
            await _end([working, stopped])

    async def _meet_telegram(self) -> None:
        while True:
            try:
                await self._bot.initialize()
            except InvalidToken:
                raise
            except TelegramError as error:
                _log.warning("Telegram does not answer yet: %s", error)
                await asyncio.sleep(CONNECT_RETRY_SECONDS)
            else:
                return

    async def _round(self) -> None:
        """Take what there is room for; rest when there was nothing to take."""
        self._nudged.clear()
        room = IN_HAND_MAX - len(self._in_hand)
        if room <= 0 or self._pacer.paused_seconds() > MAX_WAIT_SECONDS:
            await self._rest(POLL_SECONDS)
            return
        try:
            claimed = await self._claim(room)
        except DATABASE_TROUBLE as error:
            _log.warning("the outbox cannot be read: %s", type(error).__name__)
            await self._rest(POLL_SECONDS)
            return
        self._pacer.pacing.enabled = not claimed.travelling
        for one in claimed.claims:
            self._take_in_hand(one)
        if claimed.looked_at == 0:
            await self._rest(POLL_SECONDS)

    async def _claim(self, room: int) -> Claimed:
        bulky = sum(ticket.urgency is Urgency.BROADCAST for ticket in self._in_hand.values())
        async with self._units.begin() as unit:
            return await claim(
                unit,
                worker=self.worker,
                limit=room,
                most_broadcasts=max(0, BROADCASTS_MAX - bulky),
                broadcasts_from=self._broadcasts_from,
                hold_merged=await self._hold_merged(unit),
                recheck=self._broadcasts.recheck,
            )

    def _take_in_hand(self, one: Claim) -> None:
        self._pacer.remember(one.chat_id, one.sent_seconds_ago)
        ticket = Ticket(one.urgency, lambda: self._put_on_the_wire(one))
        task = asyncio.create_task(self._deliver(one, ticket))
        self._in_hand[task] = ticket
        task.add_done_callback(self._put_away)

    def _put_away(self, task: asyncio.Task[None]) -> None:
        self._in_hand.pop(task, None)
        if len(self._in_hand) <= IN_HAND_LOW:
            self._nudged.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a delivery ended in a fault of ours; its lease will free it", exc_info=error)

    async def _put_on_the_wire(self, one: Claim) -> None:
        async with self._units.begin() as unit:
            if not await outcomes.on_the_wire(unit, self.worker, one):
                raise WithdrawnError

    async def _deliver(self, one: Claim, ticket: Ticket) -> None:
        if self._broadcasts.sends(one):
            await self._send(one, ticket, lambda: self._broadcasts.send(one, ticket))
            return
        try:
            screen = screen_of(one, self._render, self._cipher)
        except Exception as error:  # noqa: BLE001 - whatever a screen trips over, it never will be one
            _log.exception("notice %s (%s) cannot be rendered", one.ids, one.kind)
            reason = f"not rendered: {error!r}"
            await self._write(lambda unit: outcomes.refused(unit, self.worker, one, reason))
            return
        await self._send(one, ticket, lambda: self._push(one, screen, ticket))

    async def _push(self, one: Claim, screen: Screen, ticket: Ticket) -> int:
        async with self._attach(one, screen) as whole:
            return await push(self._bot, one.chat_id, whole, ticket, silent=one.is_night, draw=self._draw)

    async def _send(self, one: Claim, ticket: Ticket, sending: Callable[[], Awaitable[int]]) -> None:
        """Send a message, and write down what became of it."""
        try:
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                message_id = await sending()
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - each kind of end is written down
            await self._write_failure(one, classify_error(error, on_the_wire=ticket.on_the_wire))
        else:
            self._breaker.worked()
            await self._write(lambda unit: outcomes.sent(unit, self.worker, one, message_id))

    async def _write_failure(self, one: Claim, failure: SendFailure) -> None:
        if failure.trouble:
            self._pacer.pause_everyone(self._breaker.failed())
        _log.info("notice %s: %s (%s)", one.ids, failure.verdict, failure.error)
        await self._write(lambda unit: self._record(unit, one, failure))

    async def _record(self, unit: Unit, one: Claim, failure: SendFailure) -> None:
        match failure.verdict:
            case Verdict.REFUSED:
                await outcomes.refused(unit, self.worker, one, failure.error)
            case Verdict.UNREACHABLE:
                await outcomes.unreachable(unit, self.worker, one, failure.error)
                if one.customer_id is None:
                    await groups.shut_out(unit, one.chat_id)
            case Verdict.MOVED:
                await outcomes.released(unit, self.worker, one, failure.error)
                await groups.move(unit, one.chat_id, failure.new_chat_id)
                await anchors.take(unit, one.chat_id, "")
            case Verdict.UNCERTAIN:
                await outcomes.uncertain(unit, self.worker, one, failure.error)
            case Verdict.FLOOD:
                await self._record_flood(unit, one, failure)
            case Verdict.NOT_SENT | Verdict.WITHDRAWN:
                await outcomes.released(unit, self.worker, one, failure.error, failure.retry_seconds)

    async def _record_flood(self, unit: Unit, one: Claim, failure: SendFailure) -> None:
        await outcomes.released(unit, self.worker, one, failure.error, failure.retry_seconds)
        await outcomes.pause(unit, one.chat_id, failure.retry_seconds)
        everyone = self._pacer.paused_seconds()
        if everyone > 0:
            await outcomes.pause_everyone(unit, everyone)

    async def _write(self, outcome: Outcome) -> None:
        """Write down an outcome, trying again while the database is away. In the end the lease settles it."""
        for seconds in WRITE_RETRY_SECONDS:
            await asyncio.sleep(seconds)
            try:
                async with self._units.begin() as unit:
                    await outcome(unit)
            except DATABASE_TROUBLE as error:
                _log.warning("an outcome is not written down yet: %s", type(error).__name__)
            else:
                return
        _log.error("an outcome could not be written down; the row's lease will settle it")

    async def _tend_for_ever(self) -> None:
        """Take over from dead workers, share the rate with the living, and forget what is old."""
        rounds_to_forget = rounds_to_look = 0
        while True:
            with suppress(*DATABASE_TROUBLE):
                async with self._units.begin() as unit:
                    self._pacer.pacing.workers = max(1, await outcomes.tend(unit, self.worker))
                if rounds_to_look <= 0:
                    async with self._units.begin() as unit:
                        self._broadcasts_from = await first_broadcast(unit)
                    rounds_to_look = round(LOOK_BACK_SECONDS / TEND_SECONDS)
                if rounds_to_forget <= 0:
                    await self._forget()
                    rounds_to_forget = round(FORGET_SECONDS / TEND_SECONDS)
            rounds_to_forget -= 1
            rounds_to_look -= 1
            await asyncio.sleep(TEND_SECONDS)

    async def _forget(self) -> None:
        gone = -1
        while gone != 0:
            async with self._units.begin() as unit:
                gone = await retention.forget(unit)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._nudged.wait()

    async def _put_down(self) -> None:
        """End with nothing in hand: what only waits goes back at once, what is on the wire has 8 s to come in."""
        await asyncio.sleep(0)  # a task that is cancelled before its first step could give nothing back
        for task, ticket in tuple(self._in_hand.items()):
            if not ticket.on_the_wire:
                task.cancel()
        for task in await _still_running(self._in_hand, DRAIN_SECONDS):
            task.cancel()
        await _still_running(self._in_hand, 1.0)


async def _still_running(tasks: dict[asyncio.Task[None], Ticket], seconds: float) -> set[asyncio.Task[None]]:
    return (await asyncio.wait(tuple(tasks), timeout=seconds))[1] if tasks else set()


async def _end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
