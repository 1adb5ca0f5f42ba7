"""Pinned messages of a chat: set and taken off by the bot or by people."""

from __future__ import annotations

from bot.sandbox.acts import chat_as, message_of, service
from bot.sandbox.errors import WrongCall
from bot.sandbox.model import Chat, Message
from bot.sandbox.telegram_state import TelegramState


def pinned(telegram: TelegramState, chat: Chat) -> list[Message]:
    """Return a chat's pinned messages that are still there, the latest pin first."""
    found = (telegram.message(chat.id, message_id) for message_id in reversed(chat.pins))
    return [message for message in found if message is not None]


def pin(telegram: TelegramState, chat: Chat, message: Message, by_id: int) -> None:
    """Pin a message, with a service message that says so; one that is pinned stays so without a word."""
    if message.message_id in chat.pins:
        return
    chat.pins.append(message.message_id)
    telegram.keeper.touch(chat)
    telegram.hub.publish(chat, "edit")
    doer = chat.title if by_id in chat.anonymous else telegram.name(by_id)
    shown = {"pinned_message": telegram.message_json(message, with_reply=False)}
    service(telegram, chat, by_id, shown, f"{doer} pinned a message")


def unpin(telegram: TelegramState, chat: Chat, message_ids: list[int]) -> None:
    """Take pins off; Telegram says nothing about it."""
    chat.pins = [message_id for message_id in chat.pins if message_id not in message_ids]
    telegram.keeper.touch(chat)
    telegram.hub.publish(chat, "edit")


def pin_as(telegram: TelegramState, chat_id: int, person_id: int, message_id: int, *, pinned: bool) -> None:
    """Pin a message as a person, or take the pin off.

    Raises:
        WrongCall: no such message, or not an administrator of the group.
    """
    chat, person = chat_as(telegram, chat_id, person_id)
    message = message_of(telegram, chat, message_id)
    if chat.is_moderated and not chat.is_admin(person.id):
        raise WrongCall("Only an administrator pins messages in a group.", 403)
    telegram.acted(chat)
    if pinned:
        pin(telegram, chat, message, person.id)
    else:
        unpin(telegram, chat, [message.message_id])
