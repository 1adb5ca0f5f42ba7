"""Who is an admin of a group: asked of Telegram each time, before the transaction begins, as rights come and go.

`getChatMember` is guaranteed only to a bot that is an admin itself; the list of admins is given to every member.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.exceptions import AiogramError, TelegramMigrateToChat
from aiogram.methods import GetChatAdministrators
from aiogram.types import Update

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, TemporarilyUnavailable
from handlers.chat.pieces import command_in
from handlers.chat.prepare import Prepare
from handlers.chat.talk import Talk
from handlers.chat.who_talks import written_in
from handlers.lines import vocabulary

ASK_SECONDS: Final = 5.0
_ADMINS: Final = "admins"
_GROUPS: Final = (ChatType.GROUP, ChatType.SUPERGROUP)


def admins_preparer(bot: Bot) -> Prepare:
    """Return what asks who the admins are where somebody is about to act on a group; gives `admins`, by Telegram ids.

    Refuses with TemporarilyUnavailable (`admins_unknown`) where Telegram does not answer in time: nothing is changed.
    """

    async def prepare(update: Update, _state: str | None, _data: Mapping[str, Any]) -> dict[str, Any]:
        chat_id = _acted_on(update)
        return {_ADMINS: await _asked(bot, chat_id)} if chat_id is not None else {}

    return prepare


def require_admin(talk: Talk) -> None:
    """Refuse who is no admin of this group now. Raises NotAllowed: `admins_only`."""
    if talk.customer.telegram_id not in talk.checks.get(_ADMINS, ()):
        raise NotAllowed(ErrorCode.ADMINS_ONLY)


async def _asked(bot: Bot, chat_id: int) -> frozenset[int]:
    try:
        async with asyncio.timeout(ASK_SECONDS):
            try:
                admins = await bot(GetChatAdministrators(chat_id=chat_id))
            except TelegramMigrateToChat as moved:  # an old button, tapped after the group became a supergroup
                admins = await bot(GetChatAdministrators(chat_id=moved.migrate_to_chat_id))
    except (TimeoutError, AiogramError) as error:
        raise TemporarilyUnavailable(ErrorCode.ADMINS_UNKNOWN) from error
    return frozenset(admin.user.id for admin in admins if not admin.user.is_bot)


def _acted_on(update: Update) -> int | None:
    """Return the group that somebody is about to act on as an admin would, None for anything else."""
    message, tap = update.message, update.callback_query
    if message is not None and message.chat.type in _GROUPS:
        command = vocabulary().commands.get(command_in(written_in(message)))
        return message.chat.id if command is not None and command.by_admins else None
    if tap is not None and tap.message is not None and tap.message.chat.type in _GROUPS:
        verb = (tap.data or "").partition(":")[0]
        return tap.message.chat.id if verb in vocabulary().admin_taps else None
    return None
