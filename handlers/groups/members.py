"""What Telegram tells of groups: the bot added, removed or made an admin; who comes and goes; titles; supergroups."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiogram import BaseMiddleware, Router
from aiogram.enums import ChatType
from aiogram.methods import SendMessage
from aiogram.types import Chat, ChatMemberUpdated, Message, TelegramObject, User

from finance_core.customers.queries import by_telegram_id
from finance_core.groups import service as groups
from finance_core.groups.models import GroupChat
from finance_core.groups.service import Standing
from finance_core.offers.running.withdrawing import blocked
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit
from handlers.chat.who_talks import is_to_bot
from handlers.groups.standing import standing_of
from handlers.locales import language_of, translator

router = Router(name="group_members")
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

_GROUPS: Final = (ChatType.GROUP, ChatType.SUPERGROUP)


@router.my_chat_member()
async def bot_stands(event: ChatMemberUpdated, unit: Unit, cipher: Cipher) -> None:
    """Take over what the bot is in a group now: out, a member, an admin who may pin; and who has blocked it."""
    if event.chat.type == ChatType.PRIVATE:
        await _blocked_or_not(unit, event)
    if event.chat.type in _GROUPS:
        group = await _group(unit, cipher, event.chat, event.from_user)
        await groups.stands(unit, group, standing_of(event.new_chat_member))


async def _blocked_or_not(unit: Unit, event: ChatMemberUpdated) -> None:
    customer = await by_telegram_id(unit, event.from_user.id)
    if customer is None:
        return
    if standing_of(event.new_chat_member).is_in:
        customer.unreachable_since = None
    else:
        await blocked(unit, customer.id)


@router.chat_member()
async def somebody_stands(event: ChatMemberUpdated, unit: Unit, cipher: Cipher) -> None:
    """Note who is in a group and who is not, whoever let them in or removed them."""
    if event.chat.type in _GROUPS:
        group = await _group(unit, cipher, event.chat, event.from_user)
        await _note(unit, group, event.new_chat_member.user, is_in=standing_of(event.new_chat_member).is_in)


class GroupNews(BaseMiddleware):
    """Takes the messages in which Telegram tells of a group, and what is written in no person's name.

    An anonymous admin and a channel that speak to the bot are answered that acts need a name, as nobody can be held to
    theirs.
    """

    def __init__(self, cipher: Cipher) -> None:
        self.cipher = cipher

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if not isinstance(event, Message) or event.chat.type == ChatType.PRIVATE:
            return await handler(event, data)
        if _is_news(event):
            await self._take(event, data)
            return None
        if event.sender_chat is None and event.from_user is not None:
            return await handler(event, data)
        return await self._without_name(event, data["unit"]) if is_to_bot(event, data["bot_info"]) else None

    async def _take(self, message: Message, data: dict[str, Any]) -> None:
        unit, here = data["unit"], message.chat.id
        if message.migrate_to_chat_id is not None:
            await _moved(data, here, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id is not None:
            await _moved(data, message.migrate_from_chat_id, here)
        else:
            group = await _group(unit, self.cipher, message.chat, message.from_user)
            for user in message.new_chat_members or ():
                await self._came_or_went(data, group, user, is_in=True)
            if message.left_chat_member is not None:
                await self._came_or_went(data, group, message.left_chat_member, is_in=False)

    async def _came_or_went(self, data: dict[str, Any], group: GroupChat, user: User, *, is_in: bool) -> None:
        if user.id == data["bot"].id:
            await groups.stands(data["unit"], group, Standing(is_in, may_pin=is_in and group.may_pin))
        else:
            await _note(data["unit"], group, user, is_in=is_in)

    async def _without_name(self, message: Message, unit: Unit) -> SendMessage:
        group = await groups.find(unit, message.chat.id)
        t = translator(group.language if group is not None else language_of(None).code)
        is_channel = message.chat.type == ChatType.CHANNEL
        said = t("groups.not_in_channels") if is_channel else t("groups.acts_need_a_name")
        return SendMessage(chat_id=message.chat.id, text=said, parse_mode="HTML")


def _is_news(message: Message) -> bool:
    moved = message.migrate_to_chat_id or message.migrate_from_chat_id
    return bool(moved or message.new_chat_members or message.left_chat_member or message.new_chat_title)


async def _moved(data: dict[str, Any], old: int, new: int) -> None:
    """Follow a group to its new chat. What was noted of messages in the old one is of no use there."""
    await groups.move(data["unit"], old, new)
    await data["unplaced"](old, "")


async def _group(unit: Unit, cipher: Cipher, chat: Chat, user: User | None) -> GroupChat:
    language = language_of(user.language_code if user is not None else None).code
    return await groups.met(unit, cipher, chat.id, title=chat.title, language=language)


async def _note(unit: Unit, group: GroupChat, user: User, *, is_in: bool) -> None:
    customer = await by_telegram_id(unit, user.id)
    if customer is not None:
        await groups.seen(unit, group, customer.id, is_in=is_in)
