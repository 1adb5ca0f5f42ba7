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

from finance_core.groups.models import GroupChat
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, TemporarilyUnavailable
from finance_core.storage.unit import Units
from handlers.chat.arguments import ID_DIGITS, whole_number
from handlers.chat.pieces import command_in
from handlers.chat.prepare import Prepare
from handlers.chat.talk import Talk
from handlers.chat.who_talks import written_in
from handlers.lines import vocabulary

ASK_SECONDS: Final = 5.0
_ADMINS: Final = "admins"
ADMINS_OF: Final = "admins_of"
"""Of which chat they are the admins."""
_GROUPS: Final = (ChatType.GROUP, ChatType.SUPERGROUP)


def admins_preparer(units: Units, bot: Bot) -> Prepare:
    """Return what asks who the admins are where somebody is about to act on a group; gives `admins`, by Telegram ids.

    In private a button acts on the group that its last argument names, by our id; `admins_of` is the chat's id.

    Refuses with TemporarilyUnavailable (`admins_unknown`) where Telegram does not answer in time: nothing is changed.
    """

    async def prepare(update: Update, _state: str | None, _data: Mapping[str, Any]) -> dict[str, Any]:
        chat_id = _acted_on(update) or await _named_in_private(units, update)
        return {_ADMINS: await _asked(bot, chat_id), ADMINS_OF: chat_id} if chat_id is not None else {}

    return prepare


def require_admin(talk: Talk) -> None:
    """Refuse who is no admin of this group now. Raises NotAllowed: `admins_only`."""
    if talk.customer.telegram_id not in talk.checks.get(_ADMINS, ()):
        raise NotAllowed(ErrorCode.ADMINS_ONLY)


def require_admin_of(talk: Talk, group: GroupChat) -> None:
    """Refuse, in private, who is no admin now of a group that a button has named.

    Raises NotAllowed: `admins_only`; TemporarilyUnavailable: `admins_unknown`: nobody has asked for this group.
    """
    if talk.checks.get(ADMINS_OF) != group.chat_id:
        raise TemporarilyUnavailable(ErrorCode.ADMINS_UNKNOWN)
    require_admin(talk)


def was_asked(talk: Talk) -> bool:
    """Say whether Telegram was asked for this turn: a command asks, words that name the bot do not."""
    return _ADMINS in talk.checks


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


async def _named_in_private(units: Units, update: Update) -> int | None:
    """Return the chat of the group that a button in private is to act on; None for anything else."""
    tap = update.callback_query
    if tap is None or tap.message is None or tap.message.chat.type != ChatType.PRIVATE:
        return None
    verb, *arguments = (tap.data or "").split(":")
    if verb not in vocabulary().admin_taps or not arguments:
        return None
    number = whole_number(arguments[-1], ID_DIGITS)
    if number is None:
        return None
    async with units.begin() as unit:
        group = await unit.session.get(GroupChat, number)
        return group.chat_id if group is not None else None


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
