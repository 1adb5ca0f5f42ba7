"""Under which message a thing is shown in a chat, so that it is edited later instead of sent again."""

from __future__ import annotations

from sqlalchemy import text

from finance_core.storage.unit import Unit

_READ = text("SELECT message_id FROM anchor WHERE chat_id = :chat_id AND name = :name")
_WRITE = text(
    "INSERT INTO anchor (chat_id, name, message_id) VALUES (:chat_id, :name, :message_id)"
    " ON CONFLICT (chat_id, name) DO UPDATE SET message_id = excluded.message_id"
)
_FORGET = text("DELETE FROM anchor WHERE chat_id = :chat_id AND name = :name")


async def message_of(unit: Unit, chat_id: int, name: str) -> int | None:
    """Return the id of the message that shows `name` in the chat, None if none does."""
    message_id: int | None = await unit.session.scalar(_READ, {"chat_id": chat_id, "name": name})
    return message_id


async def remember(unit: Unit, chat_id: int, name: str, message_id: int) -> None:
    """Note that `name` is shown in this message from now on."""
    await unit.session.execute(_WRITE, {"chat_id": chat_id, "name": name, "message_id": message_id})


async def forget(unit: Unit, chat_id: int, name: str) -> None:
    """Note that `name` is shown nowhere in the chat."""
    await unit.session.execute(_FORGET, {"chat_id": chat_id, "name": name})
