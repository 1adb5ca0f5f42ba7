"""Who talks, where, and in which language: made once for each update, before what they mean is asked."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject, User

from finance_core.customers import service as customers
from finance_core.customers.activity import note_active
from finance_core.customers.models import Customer
from finance_core.customers.queries import by_telegram_id
from finance_core.groups import service as groups
from finance_core.groups.models import GroupChat
from finance_core.groups.service import Standing
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Actor, Unit
from finance_core.wallet.rails import Rail
from handlers.chat import open_cards
from handlers.chat.faults import Languages
from handlers.chat.meaning import command_to
from handlers.chat.support import Support
from handlers.chat.talk import Talk
from handlers.locales import language_of, translator

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

IS_MEMBER: Final = "is_member"
"""What Telegram has said, where it was asked whether who taps is in the group (`groups/asked_members.py`)."""


class WhoTalks(BaseMiddleware):
    """Gives `talk`: the customer behind the update (made on first contact), their language, the unit's actor."""

    def __init__(
        self, cipher: Cipher, languages: Languages, institution: str, rail: Rail | None, support: Support
    ) -> None:
        self.cipher = cipher
        self.languages = languages
        self.institution = institution
        self.rail = rail
        self.support = support

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user, chat = data.get("event_from_user"), data.get("event_chat")
        if user is None or user.is_bot or (chat is not None and _is_group_talk(event, chat, data.get("bot_info"))):
            return None
        talk = data["talk"] = await self._talk(event, data, user, chat)
        talk.turn_to(data.get("card"))
        return await handler(event, data)

    async def _talk(self, event: TelegramObject, data: dict[str, Any], user: User, chat: Chat | None) -> Talk:
        unit, checks = data["unit"], data.get("checks", {})
        is_private = chat is not None and chat.type == ChatType.PRIVATE
        customer = await self._customer(unit, user)
        await self._acts(unit, customer, user, is_private=is_private)
        group = None
        if chat is not None and not is_private:
            group = await self._group(unit, event, chat, customer, is_member=checks.get(IS_MEMBER))
        talk = Talk(
            unit=unit,
            customer=customer,
            t=translator(customer.language),
            state=data["state"],
            cipher=self.cipher,
            chat_id=group.chat_id if group is not None else user.id,
            is_private=is_private,
            group=group,
            tapped_in=chat.id if chat is not None else None,
            checks=checks,
            anchored=data.get("anchored"),
            unplaced=data.get("unplaced"),
            bot_username=getattr(data.get("bot_info"), "username", None) or "",
            institution=self.institution,
            rail=self.rail,
            support=self.support,
        )
        _note_event(talk, event)
        return talk

    async def _customer(self, unit: Unit, user: User) -> Customer:
        """Return the customer that a Telegram account is, made on first contact; follow the account's names."""
        name, username = user.first_name, user.username
        customer = await by_telegram_id(unit, user.id)
        if customer is not None:
            await customers.follow_account(unit, self.cipher, customer, first_name=name, username=username)
            return customer
        return await customers.start(
            unit,
            self.cipher,
            telegram_id=user.id,
            chat_id=user.id,
            first_name=name,
            username=username,
            language=language_of(user.language_code).code,
        )

    async def _acts(self, unit: Unit, customer: Customer, user: User, *, is_private: bool) -> None:
        """Take a customer as who acts in this unit: who writes in private is reached there again."""
        if is_private:
            customer.unreachable_since = None
        await note_active(unit, customer.id)
        unit.actor = Actor("customer", customer.id)
        self.languages.remember(user.id, customer.language)

    async def _group(
        self, unit: Unit, event: TelegramObject, chat: Chat, customer: Customer, *, is_member: bool | None
    ) -> GroupChat:
        """Return the group in which somebody acts, wherever it lives now.

        Who writes there is seen in it. A tap alone proves nothing: an old button may be tapped from outside.
        """
        is_said_there = isinstance(event, Message)
        title = chat.title if is_said_there else None
        group = await groups.met(unit, self.cipher, chat.id, title=title, language=customer.language)
        if is_said_there and not group.bot_in:
            await groups.stands(unit, group, Standing(is_in=True))
        if is_said_there or is_member is not None:
            await groups.seen(unit, group, customer.id, is_in=is_said_there or bool(is_member))
        return group


def _note_event(talk: Talk, event: TelegramObject) -> None:
    """Note which message or tap a turn answers, and whether what is shown may take the tapped card's place."""
    if isinstance(event, CallbackQuery):
        talk.callback_id, talk.inline_id = event.id, event.inline_message_id
        talk.message_id = event.message.message_id if event.message is not None else None
        talk.edits = talk.is_private and open_cards.may_be_edited(event.message)
    elif isinstance(event, Message):
        talk.message_id = talk.made_by = event.message_id


def written_in(message: Message) -> str:
    """Return what is written in a message, or under its picture."""
    return message.text or message.caption or ""


def is_to_bot(message: Message, me: User | None) -> bool:
    """Say whether a message in a group is for the bot: a command of ours, words that name the bot or answer it."""
    written = written_in(message)
    if not written or me is None:
        return False
    if written.startswith("/"):
        return command_to(me.username or "", written) is not None
    answered = message.reply_to_message.from_user if message.reply_to_message else None
    is_named = re.search(rf"@{re.escape(me.username or '')}\b", written, re.IGNORECASE)
    return bool(is_named) or (answered is not None and answered.id == me.id)


def _is_group_talk(event: TelegramObject, chat: Chat, me: User | None) -> bool:
    """Say whether people talk among themselves: the bot neither answers nor remembers them."""
    return chat.type != ChatType.PRIVATE and isinstance(event, Message) and not is_to_bot(event, me)
