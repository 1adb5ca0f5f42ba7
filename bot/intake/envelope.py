"""What the outside of an update says: which lane it belongs to, and whether it is anybody's to handle. No aiogram."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeGuard

from bot.intake.group_talk import NEWS, Me, is_for_bot

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
    "channel_post",
)
"""The kinds of update that are asked for: what a person does. Of a channel only a command to the bot is stored."""

_LARGEST: Final = 2**63 - 1
_OF_MEMBERS: Final = ("my_chat_member", "chat_member")
_SAID: Final = ("message", "edited_message", "channel_post")
_GROUPS: Final = ("group", "supergroup")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where an update goes. Updates of one lane are handled in the order of their ids."""

    update_id: int
    lane: str
    chat_id: int
    user_id: int
    alike: int | None = None
    """Of a tap on what many see: a hash of what the button carries, the same for all who tap it."""


def envelope(update: object, me: Me) -> Envelope | None:
    """Return where a raw update goes; None for what nobody handles: talk of a group, of a bot, unknown, misshapen."""
    if not isinstance(update, Mapping) or not is_id(update.get("update_id")):
        return None
    kind = next((kind for kind in ADMITTED if isinstance(update.get(kind), Mapping)), None)
    if kind is None:
        return None
    event = update[kind]
    user, chat = _user(kind, event), _chat(event)
    if user is None or _is_sent_through(event, me) or not _is_handled(kind, event, chat or {}, me):
        return None
    where = _addressed(update["update_id"], user["id"], chat)
    return where if where is None or kind != "callback_query" else replace(where, alike=_alike(event, chat))


def _alike(event: Mapping[str, Any], chat: Mapping[str, Any] | None) -> int | None:
    data = event.get("data")
    if not isinstance(data, str) or (chat or {}).get("type") == "private":
        return None
    digest = hashlib.sha256(data.encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:8], signed=True)


def _is_handled(kind: str, event: Mapping[str, Any], chat: Mapping[str, Any], me: Me) -> bool:
    if kind in _OF_MEMBERS:
        return True
    if chat.get("type") == "channel":
        return kind == "channel_post" and _is_command(event) and is_for_bot(event, me)
    if chat.get("type") not in _GROUPS:
        return _is_a_person(event)
    if kind not in _SAID:
        return kind != "message_reaction" and _is_a_person(event)
    return is_for_bot(event, me) and (_is_a_person(event) or _is_of_the_group(event, chat))


def _is_sent_through(event: Mapping[str, Any], me: Me) -> bool:
    """A result of inline mode comes back as its sender's message, in their own chat too: its words are ours."""
    bot = event.get("via_bot")
    return isinstance(bot, Mapping) and bot.get("id") == me.bot_id


def _is_command(event: Mapping[str, Any]) -> bool:
    return str(event.get("text", "")).startswith("/")


def _addressed(update_id: int, user_id: int, chat: Mapping[str, Any] | None) -> Envelope | None:
    """A person's private chat has the person's own id, so what comes without a chat goes to that lane."""
    if chat is None:
        return Envelope(update_id, f"private:{user_id}", user_id, user_id)
    if not is_id(chat.get("id")):
        return None
    if chat.get("type") == "private" and chat["id"] > 0:
        return Envelope(update_id, f"private:{chat['id']}", chat["id"], user_id)
    if chat.get("type") in (*_GROUPS, "channel") and chat["id"] < 0:
        return Envelope(update_id, f"group:{chat['id']}:{user_id}", chat["id"], user_id)
    return None


def _user(kind: str, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return whose update it is: who comes or goes, whoever caused it; else who did it, or the channel itself."""
    if kind == "chat_member":
        member = event.get("new_chat_member")
        user = member.get("user") if isinstance(member, Mapping) else None
    elif kind == "channel_post":
        chat = event.get("chat")
        return {"id": abs(chat["id"])} if isinstance(chat, Mapping) and is_id(chat.get("id")) else None
    else:
        user = event.get("from") or event.get("user")
    return user if isinstance(user, Mapping) and is_id(user.get("id")) and user["id"] > 0 else None


def _chat(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    message = event.get("message")
    chat = message.get("chat") if isinstance(message, Mapping) else event.get("chat")
    return chat if isinstance(chat, Mapping) else None


def _is_a_person(event: Mapping[str, Any]) -> bool:
    """An anonymous admin and a linked channel write as a `sender_chat`, which nobody can hold to anything."""
    user = event.get("from") or event.get("user")
    return isinstance(user, Mapping) and not user.get("is_bot") and "sender_chat" not in event


def _is_of_the_group(event: Mapping[str, Any], chat: Mapping[str, Any]) -> bool:
    """An anonymous admin writes as the group itself; and what Telegram says of a group is true whoever caused it."""
    sender = event.get("sender_chat")
    is_admin = isinstance(sender, Mapping) and sender.get("id") == chat.get("id")
    return is_admin or any(key in event for key in NEWS)


def is_id(value: object) -> TypeGuard[int]:
    """Say whether a value can be an id: a whole number that PostgreSQL has room for."""
    return type(value) is int and abs(value) <= _LARGEST
