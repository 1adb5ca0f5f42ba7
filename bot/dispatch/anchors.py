"""Under which message a thing is shown in a chat, so that it is edited later instead of sent again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from finance_core.storage.unit import Unit
from handlers.chat import brief


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


_TAKE = text("DELETE FROM anchor WHERE chat_id = :chat_id AND starts_with(name, :prefix) RETURNING message_id")
_NEXT_OVER = text(
    # the prefix is written out, as the index is of these names alone
    f"""
    DELETE FROM anchor WHERE (chat_id, name) IN (
        SELECT chat_id, name FROM anchor
        WHERE starts_with(name, '{brief.PREFIX}') AND name COLLATE "C" < :over COLLATE "C"
        ORDER BY name COLLATE "C" LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING chat_id, name, message_id
    """  # noqa: S608 - a constant of ours
)


async def take(unit: Unit, chat_id: int, prefix: str) -> list[int]:
    """Return the messages of a chat that show things whose names begin so, and note them no longer."""
    return list(await unit.session.scalars(_TAKE, {"chat_id": chat_id, "prefix": prefix}))


async def next_over(unit: Unit, over: str) -> Placed | None:
    """Return a message that goes from its chat and whose name sorts before `over`, and note it no longer."""
    row = (await unit.session.execute(_NEXT_OVER, {"over": over})).first()
    return Placed(row.chat_id, row.name, row.message_id) if row is not None else None
