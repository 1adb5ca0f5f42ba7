"""The photo that a bill is written under, as Telegram's id of it."""

from __future__ import annotations

from typing import Final

from aiogram.types import Message, TelegramObject

from handlers.chat.questions import Slots

PHOTO: Final = "photo"
"""The slot with Telegram's id of a photo."""


def photo_of(event: TelegramObject) -> str:
    """Return Telegram's id of the photo that a message is, in its largest size; "" for anything else."""
    sizes = event.photo if isinstance(event, Message) else None
    return max(sizes, key=lambda each: each.width * each.height).file_id if sizes else ""


def with_photo(event: TelegramObject, slots: Slots) -> Slots:
    """Return what was said of a bill together with the photo that it was written under."""
    photo = photo_of(event)
    return {**slots, PHOTO: photo} if photo else slots
