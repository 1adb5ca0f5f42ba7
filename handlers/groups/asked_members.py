"""Who is a member of a group, where only a member may do something: asked of Telegram where it has not been told.

`getChatMember` is guaranteed only to a bot that is an admin. To another one somebody shows that they are in the group
by writing there, so who is unknown is told to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.methods import GetChatMember
from aiogram.types import Update

from finance_core.customers.queries import by_telegram_id
from finance_core.groups import service as groups
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import TemporarilyUnavailable
from finance_core.storage.unit import Units
from handlers.chat.prepare import Prepare
from handlers.chat.who_talks import IS_MEMBER
from handlers.groups.standing import standing_of
from handlers.lines import vocabulary

ASK_SECONDS: Final = 5.0


def members_preparer(units: Units, bot: Bot) -> Prepare:
    """Return what asks whether somebody is in a group, where a member's tap needs it and it is not known.

    Gives `is_member`. Refuses with TemporarilyUnavailable: `members_unknown` where Telegram does not answer in time,
    `members_hidden` where it does not say.
    """

    async def prepare(update: Update, _state: str | None, _data: Mapping[str, Any]) -> dict[str, Any]:
        chat_id, user_id = _members_only(update)
        if chat_id is None or user_id is None or await _is_known(units, chat_id, user_id):
            return {}
        return {IS_MEMBER: await _asked(bot, chat_id, user_id)}

    return prepare


async def _is_known(units: Units, chat_id: int, user_id: int) -> bool:
    async with units.begin() as unit:
        group, customer = await groups.find(unit, chat_id), await by_telegram_id(unit, user_id)
        return group is not None and customer is not None and await groups.has_member(unit, group, customer.id)


async def _asked(bot: Bot, chat_id: int, user_id: int) -> bool:
    try:
        async with asyncio.timeout(ASK_SECONDS):
            try:
                member = await bot(GetChatMember(chat_id=chat_id, user_id=user_id))
            except TelegramMigrateToChat as moved:  # an old button, tapped after the group became a supergroup
                member = await bot(GetChatMember(chat_id=moved.migrate_to_chat_id, user_id=user_id))
    except (TelegramBadRequest, TelegramForbiddenError) as error:
        raise TemporarilyUnavailable(ErrorCode.MEMBERS_HIDDEN) from error
    except (TimeoutError, AiogramError) as error:
        raise TemporarilyUnavailable(ErrorCode.MEMBERS_UNKNOWN) from error
    return standing_of(member).is_in


def _members_only(update: Update) -> tuple[int | None, int | None]:
    """Return the group and the person where somebody taps what only a member may; None for anything else."""
    tap = update.callback_query
    if tap is None or tap.message is None or tap.message.chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
        return None, None
    verb = (tap.data or "").partition(":")[0]
    return (tap.message.chat.id, tap.from_user.id) if verb in vocabulary().member_taps else (None, None)
