"""Takes messages out of chats that stay there for an hour at most, whatever became of what they were opened for."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.delivery.limiter import Ticket
from bot.dispatch import anchors
from finance_core.storage.unit import Units
from handlers.chat import brief

LOOK_SECONDS: Final = 60.0
AT_ONCE: Final = 100

_log = structlog.get_logger(__name__)


class BriefMessages:
    """The messages that go by themselves. Any number of workers may look after them."""

    def __init__(self, units: Units, bot: ExtBot[Ticket]) -> None:
        self._units = units
        self._bot = bot

    async def keep(self) -> None:
        """Take out what is over, for ever. Where Telegram or the database is away, it is tried again."""
        while True:
            try:
                await self.take_out()
            except Exception as error:  # noqa: BLE001 - both come back
                _log.warning("brief_messages_stay", why=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    async def take_out(self) -> int:
        """Take out what is over by now; return how many there were. One that is gone already is done with.

        No transaction is open while Telegram is asked: a message stays noted until Telegram has answered, so one that
        could not be taken out is tried again the next time, and does not hold up those behind it.
        """
        count, last = 0, None
        while True:
            async with self._units.begin() as unit:
                over = await anchors.over_after(unit, brief.over_by(unit.now), last, AT_ONCE)
            for placed in over:
                count += await self._is_gone(placed)
            if len(over) < AT_ONCE:
                return count
            last = over[-1]

    async def _is_gone(self, placed: anchors.Placed) -> bool:
        try:
            await self._bot.delete_message(placed.chat_id, placed.message_id)
        except (BadRequest, Forbidden) as error:
            _log.info("brief_message_not_deleted", why=str(error))
        except TelegramError as error:
            _log.warning("brief_message_stays", why=type(error).__name__)
            return False
        async with self._units.begin() as unit:
            await anchors.forget(unit, placed)
        return True
