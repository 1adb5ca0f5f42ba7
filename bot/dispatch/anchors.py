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
_OVER = text(
    # the prefix is written out, as the index is of these names alone
    f"""
    SELECT chat_id, name, message_id FROM anchor
    WHERE starts_with(name, '{brief.PREFIX}') AND name COLLATE "C" < :over COLLATE "C"
        AND (name COLLATE "C", chat_id) > (CAST(:name AS text) COLLATE "C", CAST(:chat_id AS bigint))
    ORDER BY name COLLATE "C", chat_id LIMIT :most
    """  # noqa: S608 - a constant of ours
)
_FORGET = text("DELETE FROM anchor WHERE chat_id = :chat_id AND name = :name AND message_id = :message_id")


async def take(unit: Unit, chat_id: int, prefix: str) -> list[int]:
    """Return the messages of a chat that show things whose names begin so, and note them no longer."""
    return list(await unit.session.scalars(_TAKE, {"chat_id": chat_id, "prefix": prefix}))


async def over_after(unit: Unit, over: str, last: Placed | None, most: int) -> list[Placed]:
    """Return messages that go from their chats, whose names sort before `over`; at most so many, those after `last`."""
    beyond = {"name": last.name if last else "", "chat_id": last.chat_id if last else 0}
    rows = await unit.session.execute(_OVER, {"over": over, "most": most, **beyond})
    return [Placed(row.chat_id, row.name, row.message_id) for row in rows]


async def forget(unit: Unit, placed: Placed) -> None:
    """Note a message no longer that is gone from its chat; another one noted there since stays."""
    values = {"chat_id": placed.chat_id, "name": placed.name, "message_id": placed.message_id}
    await unit.session.execute(_FORGET, values)
