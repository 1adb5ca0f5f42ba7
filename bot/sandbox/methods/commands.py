"""The bot's commands by scope and language, and the menu button."""

from __future__ import annotations

import re
from typing import Any

from aiogram.methods import DeleteMyCommands, GetMyCommands, SetChatMenuButton, SetMyCommands

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.common import chat_of
from bot.sandbox.methods.registry import as_json, serves
from bot.sandbox.model import Json
from bot.sandbox.telegram_state import TelegramState

MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")


@serves(SetMyCommands)
def set_my_commands(telegram: TelegramState, call: SetMyCommands) -> bool:
    """Set the commands of one scope and language; an empty list takes them away."""
    if len(call.commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in call.commands:
        if not _COMMAND.fullmatch(command.command.removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.description) <= LONGEST_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    key = _key(telegram, call)
    telegram.state.commands[key] = [
        {"command": command.command.removeprefix("/"), "description": command.description} for command in call.commands
    ]
    _changed(telegram)
    return True


@serves(GetMyCommands)
def get_my_commands(telegram: TelegramState, call: GetMyCommands) -> list[Json]:
    """Return the commands of exactly one scope and language."""
    return telegram.state.commands.get(_key(telegram, call), [])


@serves(DeleteMyCommands)
def delete_my_commands(telegram: TelegramState, call: DeleteMyCommands) -> bool:
    """Take the commands of one scope and language away, so that wider ones show."""
    telegram.state.commands.pop(_key(telegram, call), None)
    _changed(telegram)
    return True


def _changed(telegram: TelegramState) -> None:
    telegram.keeper.touch(telegram.state)
    telegram.hub.publish(None, "edit")


def _key(telegram: TelegramState, call: Any) -> str:
    """Return `scope|language`, as `views.shown_commands` looks it up."""
    language = call.language_code or ""
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    scope = as_json(call.scope) if call.scope else {"type": "default"}
    if "chat_id" not in scope:
        return f"{scope['type']}|{language}"
    place = f"{scope['type']}:{chat_of(telegram, scope['chat_id']).id}"
    return f"{place}:{scope['user_id']}|{language}" if "user_id" in scope else f"{place}|{language}"


@serves(SetChatMenuButton)
def set_chat_menu_button(telegram: TelegramState, call: SetChatMenuButton) -> bool:
    """Set the button beside the message field, for one private chat or for all."""
    where = "default" if call.chat_id is None else str(chat_of(telegram, call.chat_id).id)
    telegram.state.menu_buttons[where] = as_json(call.menu_button) if call.menu_button else {"type": "default"}
    telegram.keeper.touch(telegram.state)
    return True
