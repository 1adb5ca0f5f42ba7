"""Broadcasts that are recalled: each message is deleted while Telegram allows it, and edited after, as it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.delivery.limiter import NotYetError, Ticket
from finance_core.notices import Urgency
from finance_core.offers.running.recalling import Page, Recall, Sent, next_page, write_page
from finance_core.storage.unit import Units
from handlers.locales import translator

LOOK_SECONDS: Final = 2.0
AT_ONCE: Final = 25
"""How many are looked at, and called for, before what became of them is written down: a second's worth."""
_ALONE: Final = 0x7265_6361
"""The advisory lock of the one worker that recalls."""
_GONE: Final = "not found"
_SAME: Final = "not modified"

_log = structlog.get_logger(__name__)


async def _nothing() -> None:
    """There is nothing to write down before a message is taken back."""


class Recalls:
    """Takes back what is to be recalled. Any number of workers may: one at a time does."""

    def __init__(self, units: Units, bot: ExtBot[Ticket]) -> None:
        self._units = units
        self._bot = bot

    async def keep(self) -> None:
        """Recall, for ever. Where Telegram or the database is away, it is tried again."""
        while True:
            try:
                async with self._alone() as is_alone:
                    while is_alone and await self.recall_page():
                        pass
            except Exception as error:  # noqa: BLE001 - both come back
                _log.warning("recall_waits", why=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    async def recall_page(self) -> bool:
        """Take back the next messages; return whether there were any to look at."""
        async with self._units.begin() as unit:
            page = await next_page(unit, AT_ONCE)
        if page is None:
            return False
        await self._take_back(page)
        return True

    async def _take_back(self, page: Page) -> None:
        done = await asyncio.gather(*(self._recall(each) for each in page.messages))
        async with self._units.begin() as unit:
            await write_page(unit, page, [*zip((each.customer_id for each in page.messages), done, strict=True)])

    async def _recall(self, sent: Sent) -> Recall:
        """Take one message back. What Telegram does not take now is tried again; what it never takes is counted."""
        if sent.message_id is None:
            return Recall.UNKNOWN
        while True:
            try:
                return await self._delete(sent) if sent.may_be_deleted else await self._edit(sent)
            except (RetryAfter, NotYetError):
                await asyncio.sleep(1)
            except Forbidden:
                return Recall.REFUSED

    async def _delete(self, sent: Sent) -> Recall:
        try:
            await self._bot.delete_message(sent.chat_id, sent.message_id or 0, rate_limit_args=_ticket())
        except BadRequest as error:
            return Recall.DELETED if _GONE in str(error).lower() else await self._edit(sent)
        return Recall.DELETED

    async def _edit(self, sent: Sent) -> Recall:
        words = str(translator(sent.language)("desk.offer_withdrawn"))
        where: dict[str, Any] = {"chat_id": sent.chat_id, "message_id": sent.message_id, "rate_limit_args": _ticket()}
        try:
            if sent.has_picture:
                await self._bot.edit_message_caption(caption=words, **where)
            else:
                await self._bot.edit_message_text(words, **where)
        except BadRequest as error:
            return Recall.EDITED if _SAME in str(error).lower() else Recall.REFUSED
        except TelegramError as error:
            if isinstance(error, RetryAfter | Forbidden):
                raise
            return Recall.UNKNOWN
        return Recall.EDITED

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[bool]:
        bind = self._units.bind
        if not isinstance(bind, AsyncEngine):
            yield True
            return
        async with bind.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            got = bool(await connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _ALONE}))
            try:
                yield got
            finally:
                if got:
                    await connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _ALONE})


def _ticket() -> Ticket:
    return Ticket(Urgency.BROADCAST, _nothing)
