"""Pictures that a step asks for: fetched and made anew before the transaction begins, in the render process alone."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import Message, Update

from bot.processes.render_process import NotRemade
from handlers.chat.pin_states import PICTURED
from handlers.pictures.photograph import MOST_BYTES, Unusable

PATIENCE_SECONDS: Final = 8
"""Less than what all that is settled before a transaction may take: who waits in vain is told to send it again."""

Prepare = Callable[[Update, str | None, Mapping[str, Any]], Awaitable[dict[str, Any]]]
Remake = Callable[[bytes], Awaitable[bytes]]

_log = structlog.get_logger(__name__)


class _TooMuch(Exception):
    """More bytes come than were announced."""


class _Bounded(io.BytesIO):
    """Takes no more than a picture may have, whatever the size that Telegram told."""

    def write(self, content: Any, /) -> int:
        if self.tell() + len(content) > MOST_BYTES:
            raise _TooMuch
        return super().write(content)


def picture_preparer(bot: Bot, remake: Remake) -> Prepare:
    """Return what looks at pictures where a step asks for one: gives `picture` (a JPEG) or `picture_fault`."""

    async def prepare(update: Update, state: str | None, _: Mapping[str, Any]) -> dict[str, Any]:
        message = update.message
        sent = _sent(message) if message is not None and state in PICTURED else None
        if sent is None:
            return {}
        file_id, size = sent
        if size > MOST_BYTES:
            return {"picture_fault": Unusable.TOO_LARGE.value}
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return {"picture": await remake(await _fetched(bot, file_id))}
        except NotRemade as unusable:
            return {"picture_fault": unusable.why.value}
        except _TooMuch:
            return {"picture_fault": Unusable.TOO_LARGE.value}
        except (AiogramError, OSError, TimeoutError) as error:
            _log.warning("picture_not_fetched", why=type(error).__name__)
            return {"picture_fault": Unusable.LATER.value}

    return prepare


def _sent(message: Message) -> tuple[str, int] | None:
    """Return the file of a picture, sent as one or as a document, with its size in bytes; the largest of its sizes."""
    if message.photo:
        largest = max(message.photo, key=lambda each: each.width * each.height)
        return largest.file_id, largest.file_size or 0
    if message.document is not None:
        return message.document.file_id, message.document.file_size or 0
    return None


async def _fetched(bot: Bot, file_id: str) -> bytes:
    kept = _Bounded()
    await bot.download(file_id, destination=kept)
    return kept.getvalue()
