"""What the inbox's encrypted columns are bound to: the same words for who writes them and who reads them."""

from __future__ import annotations


def payload_associated_data(bot_id: int, update_id: int) -> str:
    """Return the associated data of an update's payload: moved to another row it does not open."""
    return f"inbox.payload:{bot_id}:{update_id}"


def owed_associated_data(bot_id: int, update_id: int) -> str:
    """Return the associated data of the replies that an update owes still."""
    return f"inbox.owed:{bot_id}:{update_id}"
