"""What the outside of an update says: which lane it belongs to, and whether it is anybody's to handle. No aiogram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

ADMITTED: Final = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "pre_checkout_query",
    "shipping_query",
    "message_reaction",
    "poll_answer",
)
"""The kinds of update that are stored, and asked for: what a person does. Channels and polls of others are not."""

_LARGEST: Final = 2**63 - 1
_MIGRATIONS: Final = ("migrate_to_chat_id", "migrate_from_chat_id")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where an update goes. Updates of one lane are handled in the order of their ids."""

    update_id: int
    lane: str
    chat_id: int
    user_id: int


def envelope(update: object) -> Envelope | None:
    """Return where a raw update goes; None for what nobody handles: of a bot, of a channel, unknown, misshapen."""
    if not isinstance(update, Mapping) or not is_id(update.get("update_id")):
        return None
    event = next((update[kind] for kind in ADMITTED if isinstance(update.get(kind), Mapping)), None)
    if event is None:
        return None
    user, chat = _user(event), _chat(event)
    if user is None or not (_is_a_person(event, user) or any(key in event for key in _MIGRATIONS)):
        return None
    return _addressed(update["update_id"], user["id"], chat)


def _addressed(update_id: int, user_id: int, chat: Mapping[str, Any] | None) -> Envelope | None:
    """A person's private chat has the person's own id, so what comes without a chat goes to that lane."""
    if chat is None:
        return Envelope(update_id, f"private:{user_id}", user_id, user_id)
    if not is_id(chat.get("id")):
        return None
    if chat.get("type") == "private" and chat["id"] > 0:
        return Envelope(update_id, f"private:{chat['id']}", chat["id"], user_id)
    if chat.get("type") in ("group", "supergroup"):
        return Envelope(update_id, f"group:{chat['id']}:{user_id}", chat["id"], user_id)
    return None


def _user(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    user = event.get("from") or event.get("user")
    return user if isinstance(user, Mapping) and is_id(user.get("id")) and user["id"] > 0 else None


def _chat(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    message = event.get("message")
    chat = message.get("chat") if isinstance(message, Mapping) else event.get("chat")
    return chat if isinstance(chat, Mapping) else None


def _is_a_person(event: Mapping[str, Any], user: Mapping[str, Any]) -> bool:
    """An anonymous admin and a linked channel write as a `sender_chat`, which nobody can hold to anything."""
    return not user.get("is_bot") and "sender_chat" not in event


def is_id(value: object) -> TypeGuard[int]:
    """Say whether a value can be an id: a whole number that PostgreSQL has room for."""
    return type(value) is int and abs(value) <= _LARGEST
