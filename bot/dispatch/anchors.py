"""Under which message a thing is shown in a chat, so that it is edited later instead of sent again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Placed:
    """A message that shows a thing in a chat, by the thing's name."""

    chat_id: int
    name: str
    message_id: int


_READ = text("SELECT message_id FROM anchor WHERE chat_id = :chat_id AND name = :name")


async def message_of(unit: Unit, chat_id: int, name: str) -> int | None:
    """Return the id of the message that shows `name` in the chat, None if none does."""
    message_id: int | None = await unit.session.scalar(_READ, {"chat_id": chat_id, "name": name})
    return message_id
