"""Whom a command answers: in a group people point at each other by replying."""

from __future__ import annotations

from aiogram.types import Message

from finance_core.customers.models import Customer
from finance_core.customers.queries import by_telegram_id
from handlers.chat.talk import Talk


async def answered_by(message: Message, talk: Talk) -> Customer | None:
    """Return who wrote the message that this one answers; None for none, a bot's, or somebody's who is unknown here."""
    said = message.reply_to_message
    if said is None or said.from_user is None or said.from_user.is_bot:
        return None
    return await by_telegram_id(talk.unit, said.from_user.id)
