"""Which messages of a group are for the bot: as an admin it hears everything, and most of it is talk. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

NEWS: Final = (
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
)
"""Messages of Telegram's own that say who is in a group, what it is called and where it lives: whoever caused them."""

_ADDRESSEE: Final = re.compile(r"/\w+(?:@(\w+))?(?!\S)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is. Without a `username` any bot's may be meant: those end in "bot", by Telegram's rule."""

    bot_id: int
    username: str | None = None

    def is_called(self, name: str) -> bool:
        """Say whether a @username, written without its @, may be the bot's."""
        return name.lower() == self.username.lower() if self.username else name.lower().endswith("bot")


def is_for_bot(message: Mapping[str, Any], me: Me) -> bool:
    """Say whether a group's message is news of the group, a command, names the bot, or answers what the bot wrote."""
    if any(key in message for key in NEWS):
        return True
    said = message.get("text") or message.get("caption")
    if not isinstance(said, str):
        return False
    if said.startswith("/"):
        command = _ADDRESSEE.match(said)
        return command is not None and (command[1] is None or me.is_called(command[1]))
    return any(me.is_called(name) for name in re.findall(r"@(\w+)", said, re.ASCII)) or _answers(message, me)


def _answers(message: Mapping[str, Any], me: Me) -> bool:
    answered = message.get("reply_to_message")
    writer = answered.get("from") if isinstance(answered, Mapping) else None
    return isinstance(writer, Mapping) and writer.get("id") == me.bot_id
