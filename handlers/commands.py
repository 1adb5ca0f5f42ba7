"""The commands that Telegram offers: by scope (private chat, group) and by language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aiogram.methods import SetMyCommands
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from handlers.locales import LANGUAGES, translator

PRIVATE: Final = (
    "start", "menu", "balance", "topup", "send", "request", "history", "borrow", "loans", "repay", "invest",
    "withdraw", "deposit", "plans", "money", "statement", "settings", "language", "lock", "help", "cancel",
)  # fmt: skip
GROUP: Final = ("start", "help")


def command_menus() -> Iterator[SetMyCommands]:
    """Return the calls that set all menus: each scope in each language, English also for every other language."""
    for scope, names in ((BotCommandScopeAllPrivateChats(), PRIVATE), (BotCommandScopeAllGroupChats(), GROUP)):
        for language in (None, *LANGUAGES):
            t = translator(language or "en")
            commands = [BotCommand(command=name, description=t(f"commands.{name}")) for name in names]
            yield SetMyCommands(commands=commands, scope=scope, language_code=language)
