"""The commands that Telegram offers: by scope (private chat, group, an operator's own chat) and by language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aiogram.methods import SetMyCommands
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from handlers.chat.line import Menu
from handlers.lines import vocabulary
from handlers.locales import Translator, codes, translator

_SCOPES: Final = (
    (BotCommandScopeAllPrivateChats(), Menu.PRIVATE),
    (BotCommandScopeAllGroupChats(), Menu.GROUP),
)


def command_menus() -> Iterator[SetMyCommands]:
    """Return the calls that set all menus: each in each language, the first also for every other language."""
    for scope, menu in _SCOPES:
        for language in (None, *codes()):
            yield SetMyCommands(commands=commands_in(translator(language), menu), scope=scope, language_code=language)


def commands_in(t: Translator, menu: Menu) -> list[BotCommand]:
    """Return the commands of a menu with what they do, in one language."""
    return [BotCommand(command=name, description=t(f"commands.{name}")) for name in vocabulary().named(menu)]
