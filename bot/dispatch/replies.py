"""Showing what a handler returned, after the commit: each method guarded on its own, for the money has moved."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.dispatcher.event.bases import REJECTED, UNHANDLED
from aiogram.enums import ChatType
from aiogram.exceptions import (
    AiogramError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.types import BufferedInputFile, Message, Update

from bot.dispatch.anchors import Placed
from bot.dispatch.counters import Counters
from bot.processes.render_process import NotDrawn, RenderProcess
from finance_core.notices.carried import carried
from finance_core.storage.unit import Units
from handlers.chat.replies import Anchored, Carries, OrElse, Pictured, Shown, chat_of

CALL_TIMEOUT_SECONDS: Final = 15
RETRY_AFTER_LIMIT_SECONDS: Final = 60
"""Longer than this in all no chat waits for Telegram's flood control; the reply is given up. Only that chat waits."""
TAP_PATIENCE_SECONDS: Final = 1.0
"""After this a tap on one's own card is answered with nothing: what comes of it is shown in the chat."""
SHARED_TAP_PATIENCE_SECONDS: Final = 8.0
"""What many see is tapped for the answer itself; Telegram takes it for some ten seconds."""
_UNCHANGED: Final = "message is not modified"
_HARMLESS: Final = (
    _UNCHANGED,
    "query is too old",
    "query id is invalid",
    "message to delete not found",
)

_log = structlog.get_logger(__name__)


def returned(result: object) -> list[Shown]:
    """Return what a handler returned as a list. Raises TypeError when it is anything but what may be shown."""
    if result is None or result is UNHANDLED or result is REJECTED:
        return []
    items: list[Any] = list(result) if isinstance(result, (list, tuple)) else [result]
    for item in items:
        if not isinstance(item, (TelegramMethod, Anchored, OrElse, Pictured, Carries)):
            raise TypeError(f"a handler returned {type(item).__name__}, which cannot be shown")
    return items


class Refused(Exception):
    """Telegram did not do it; `why` is its own sentence, `final` says that nothing more can be shown there."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


class Caller:
    """Calls the Bot API, waiting out flood control within a bound."""

    def __init__(self, bot: Bot, counters: Counters) -> None:
        self._bot = bot
        self._counters = counters

    async def call(self, method: TelegramMethod[Any]) -> Any:
        """Do it and return Telegram's result.

        A lost answer is not tried again: Telegram may have done it, and a menu shown twice is worse than one asked for.

        Raises:
            Refused: it was not done, or nobody knows.
        """
        try:
            return await self._patiently(method)
        except TelegramForbiddenError as error:
            raise self._refused(method, error, final=True) from error
        except AiogramError as error:
            raise self._refused(method, error) from error

    async def _patiently(self, method: TelegramMethod[Any]) -> Any:
        patience = RETRY_AFTER_LIMIT_SECONDS
        while True:
            try:
                return await self._bot(method, request_timeout=CALL_TIMEOUT_SECONDS)
            except TelegramRetryAfter as error:
                patience -= max(1, error.retry_after)
                if patience < 0:
                    raise
                self._counters.add("replies_held_up")
                await asyncio.sleep(error.retry_after)
            except TelegramMigrateToChat as error:
                if getattr(method, "chat_id", error.migrate_to_chat_id) == error.migrate_to_chat_id:
                    raise
                method = method.model_copy(update={"chat_id": error.migrate_to_chat_id})

    def _refused(self, method: TelegramMethod[Any], error: AiogramError, *, final: bool = False) -> Refused:
        why = str(error)
        if any(phrase in why for phrase in _HARMLESS):
            self._counters.add("replies_moot")
        else:
            self._counters.add("replies_refused")
            _log.warning("reply_refused", method=method.__api_method__, why=f"{type(error).__name__}: {why}"[:200])
        return Refused(why, final=final)


class Tap:
    """The one answer that a tapped button gets: the handler's, or an empty one when that takes too long."""

    def __init__(self, caller: Caller, query_id: str, patience_seconds: float) -> None:
        self._caller = caller
        self._query_id = query_id
        self._answered = False
        self._late: asyncio.Task[None] | None = None
        self._watch = asyncio.get_running_loop().call_later(patience_seconds, self._answer_late)

    async def answer(self, method: AnswerCallbackQuery | None) -> None:
        """Answer now, unless that has been done. Without a `method` the answer only stops the button's spinner."""
        if self._answered:
            return
        self._answered = True
        with contextlib.suppress(Refused):
            await self._caller.call(method or AnswerCallbackQuery(callback_query_id=self._query_id))

    async def close(self) -> None:
        """End the watch: nothing more is said, and an answer that is on its way arrives first."""
        self._watch.cancel()
        if self._late is not None:
            await asyncio.gather(self._late, return_exceptions=True)

    def _answer_late(self) -> None:
        self._late = asyncio.create_task(self.answer(None))


class Replies:
    """Shows things in chats."""

    def __init__(self, bot: Bot, counters: Counters, render_process: RenderProcess, units: Units) -> None:
        self._caller = Caller(bot, counters)
        self.counters = counters
        self._render_process = render_process
        self._units = units

    def tap(self, update: Update) -> Tap | None:
        """Begin to watch over the tap that an update is; None when it is none."""
        query = update.callback_query
        if query is None:
            return None
        is_private = query.message is not None and query.message.chat.type == ChatType.PRIVATE
        return Tap(self._caller, query.id, TAP_PATIENCE_SECONDS if is_private else SHARED_TAP_PATIENCE_SECONDS)

    async def show(self, shown: Sequence[Shown], tap: Tap | None) -> list[Placed]:
        """Answer the tap, and do the rest in order at the same time; refusals are logged and passed over.

        Returns where anchored messages ended up.

        Without a `tap` that is watched over (its process died), what answers one is shown with the rest.
        """
        answers = [item for item in shown if isinstance(item, AnswerCallbackQuery)]
        others = [item for item in shown if tap is None or not isinstance(item, AnswerCallbackQuery)]
        placed: list[Placed] = []
        tasks = [self._show_all(others, placed)]
        if tap is not None:
            tasks.append(tap.answer(answers[0] if answers else None))
        await asyncio.gather(*tasks)
        return placed

    async def _show_all(self, items: Sequence[Shown], placed: list[Placed]) -> None:
        """Show things in order. A chat that takes nothing more ends what follows there, and nowhere else."""
        closed: set[int | str | None] = set()
        for item in items:
            chat = chat_of(item)
            if chat is not None and chat in closed:
                continue
            try:
                await self._show(item, placed)
            except Refused as refusal:
                if refusal.final:
                    closed.add(chat)
            except Exception:  # noqa: BLE001 - the update is done; what follows may still be shown
                _log.exception("reply_failed")

    async def _show(self, item: Shown, placed: list[Placed]) -> None:
        if isinstance(item, Anchored):
            message = await self._caller.call(item.method)
            if isinstance(message, Message):
                placed.append(Placed(message.chat.id, item.name, message.message_id))
        elif isinstance(item, OrElse):
            await self._show_or_else(item)
        elif isinstance(item, Pictured):
            await self._show_pictured(item)
        elif isinstance(item, Carries):
            await self._show_carrying(item, placed)
        else:
            await self._caller.call(item)

    async def _show_or_else(self, item: OrElse) -> None:
        try:
            await self._caller.call(item.method)
        except Refused as refusal:
            if refusal.final:
                raise
            await self._caller.call(item.otherwise)

    async def _show_carrying(self, item: Carries, placed: list[Placed]) -> None:
        """Show a card that is a receipt, then record that it is shown: until then the receipt waits to be sent.

        What shows the same already, as a process died between the two, is shown.
        """
        try:
            await self._show(item.shown, placed)
        except Refused as refusal:
            if _UNCHANGED not in str(refusal):
                raise
        message_id = getattr(item.shown, "message_id", None)
        async with self._units.begin() as unit:
            is_alone = await carried(unit, item.receipts, item.chat_id, message_id)
        if not is_alone and item.otherwise is not None:
            await self._caller.call(item.otherwise)

    async def _show_pictured(self, item: Pictured) -> None:
        """Draw, and show what was drawn; the words alone when that fails or takes too long."""
        try:
            picture = await self._render_process.draw(item.plot)
        except NotDrawn as failure:
            self.counters.add("pictures_not_drawn")
            _log.warning("picture_not_drawn", why=str(failure)[:200])
            method = item.otherwise
        else:
            method = item.with_picture(BufferedInputFile(picture, "picture.png"))
        if method is not None:
            await self._caller.call(method)
