"""The commands that Telegram offers: by scope (private chat, group) and by language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from aiogram.methods import SetMyCommands
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from handlers.locales import LANGUAGES, Translator, translator

PRIVATE: Final = (
    "start", "menu", "balance", "topup", "send", "request", "history", "borrow", "loans", "repay", "invest",
    "funds", "withdraw", "deposit", "plans", "money", "statement", "settings", "language", "lock", "help", "cancel",
)  # fmt: skip
GROUP: Final = ("start", "help")
OPERATORS: Final = (*PRIVATE, "operator", "queue", "cases", "income", "report", "nav")
"""The menu of an operator's own chat, which takes the place of the common one."""


def command_menus() -> Iterator[SetMyCommands]:
    """Return the calls that set all menus: each scope in each language, English also for every other language."""
    for scope, names in ((BotCommandScopeAllPrivateChats(), PRIVATE), (BotCommandScopeAllGroupChats(), GROUP)):
        for language in (None, *LANGUAGES):
            t = translator(language or "en")
            yield SetMyCommands(commands=commands_in(t, names), scope=scope, language_code=language)


def commands_in(t: Translator, names: Sequence[str]) -> list[BotCommand]:
    """Return commands with what they do, in one language."""
    return [BotCommand(command=name, description=t(f"commands.{name}")) for name in names]
