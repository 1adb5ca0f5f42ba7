"""What the encrypted rows of dispatch are bound to: the same words for who writes them and who reads them."""

from __future__ import annotations

from collections.abc import Mapping


def payload_associated_data(bot_id: int, update_id: int) -> str:
    """Return the associated data of an update's payload: moved to another row it does not open."""
    return f"inbox.payload:{bot_id}:{update_id}"


def owed_associated_data(bot_id: int, update_id: int) -> str:
    """Return the associated data of the replies that an update owes still."""
    return f"inbox.owed:{bot_id}:{update_id}"


def conversation_associated_data(row: Mapping[str, int]) -> str:
    """Return the associated data of a conversation's data, by the row's keys."""
    return "conversation.data:" + ":".join(str(row[key]) for key in ("bot_id", "chat_id", "user_id", "thread_id"))
