"""Changing and deleting what was sent."""

from __future__ import annotations

from typing import Any

from aiogram.methods import (
    DeleteMessage,
    DeleteMessages,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
)

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.common import caption_content, markup_of, open_chat, text_content
from bot.sandbox.methods.registry import serves
from bot.sandbox.model import Chat, Json, Message
from bot.sandbox.telegram_state import TelegramState

DELETABLE_SECONDS = 48 * 3600
MOST_DELETED_AT_ONCE = 100
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@serves(EditMessageText)
def edit_message_text(telegram: TelegramState, call: EditMessageText) -> Json | bool:
    """Give a text message a new text and new buttons."""
    message = _to_edit(telegram, call)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    kept = {name: value for name, value in message.content.items() if name not in ("text", "entities")}
    return _edit(telegram, call, message, kept | text_content(call, too_long="MESSAGE_TOO_LONG"))


@serves(EditMessageCaption)
def edit_message_caption(telegram: TelegramState, call: EditMessageCaption) -> Json | bool:
    """Give a picture or document a new caption and new buttons."""
    message = _to_edit(telegram, call)
    if not {"photo", "document"} & message.content.keys():
        raise bad_request("there is no caption in the message to edit")
    shown = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    return _edit(telegram, call, message, shown | caption_content(call.caption, call.parse_mode, call.caption_entities))


@serves(EditMessageReplyMarkup)
def edit_message_reply_markup(telegram: TelegramState, call: EditMessageReplyMarkup) -> Json | bool:
    """Give a message new buttons."""
    message = _to_edit(telegram, call)
    return _edit(telegram, call, message, message.content)


def _to_edit(telegram: TelegramState, call: Any) -> Message:
    if call.inline_message_id:
        inline = telegram.inline_messages.get(call.inline_message_id)
        if inline is None or inline.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return inline
    if call.chat_id is None:
        raise bad_request("chat_id is empty")
    if not call.message_id:
        raise bad_request("message identifier is not specified")
    message = telegram.message(open_chat(telegram, call.chat_id).id, call.message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.from_id != telegram.profile.id or message.notice:
        raise bad_request("message can't be edited")
    return message


def _edit(telegram: TelegramState, call: Any, message: Message, content: Json) -> Json | bool:
    markup = markup_of(call.reply_markup)
    before = message.markup if message.markup and "inline_keyboard" in message.markup else None
    if content == message.content and markup == before:
        raise bad_request(NOT_MODIFIED)
    telegram.edited(message, content=content, markup=markup)
    return True if call.inline_message_id else telegram.message_json(message)


@serves(DeleteMessage)
def delete_message(telegram: TelegramState, call: DeleteMessage) -> bool:
    """Delete one message."""
    chat = open_chat(telegram, call.chat_id)
    message = telegram.message(chat.id, call.message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(telegram, chat, message):
        raise bad_request("message can't be deleted")
    telegram.delete(message)
    return True


@serves(DeleteMessages)
def delete_messages(telegram: TelegramState, call: DeleteMessages) -> bool:
    """Delete several; those that cannot be are passed over."""
    chat = open_chat(telegram, call.chat_id)
    if not 1 <= len(call.message_ids) <= MOST_DELETED_AT_ONCE:
        raise bad_request("too many message identifiers specified" if call.message_ids else "message_ids is empty")
    for message_id in call.message_ids:
        message = telegram.message(chat.id, message_id)
        if message and _may_delete(telegram, chat, message):
            telegram.delete(message)
    return True


def _may_delete(telegram: TelegramState, chat: Chat, message: Message) -> bool:
    """Within 48 hours a bot may delete its own messages, those of a private chat, and in a group as an administrator.

    The 48 hours pass by the sandbox's clock.
    """
    recent = telegram.unix_now() - message.date < DELETABLE_SECONDS
    own = message.from_id == telegram.profile.id
    return (recent and (own or chat.type == "private" or chat.is_admin(telegram.profile.id))) or chat.is_admin(
        telegram.profile.id
    )
