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
from bot.sandbox.telegram_state import Town

DELETABLE_SECONDS = 48 * 3600
MOST_DELETED_AT_ONCE = 100
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@serves(EditMessageText)
def edit_message_text(town: Town, call: EditMessageText) -> Json | bool:
    """Give a text message a new text and new buttons."""
    message = _to_edit(town, call)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    kept = {name: value for name, value in message.content.items() if name not in ("text", "entities")}
    return _edit(town, call, message, kept | text_content(call, too_long="MESSAGE_TOO_LONG"))


@serves(EditMessageCaption)
def edit_message_caption(town: Town, call: EditMessageCaption) -> Json | bool:
    """Give a picture or document a new caption and new buttons."""
    message = _to_edit(town, call)
    if not {"photo", "document"} & message.content.keys():
        raise bad_request("there is no caption in the message to edit")
    shown = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    return _edit(town, call, message, shown | caption_content(call.caption, call.parse_mode, call.caption_entities))


@serves(EditMessageReplyMarkup)
def edit_message_reply_markup(town: Town, call: EditMessageReplyMarkup) -> Json | bool:
    """Give a message new buttons."""
    message = _to_edit(town, call)
    return _edit(town, call, message, message.content)


def _to_edit(town: Town, call: Any) -> Message:
    if call.inline_message_id:
        inline = town.inline_messages.get(call.inline_message_id)
        if inline is None or inline.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return inline
    if call.chat_id is None:
        raise bad_request("chat_id is empty")
    if not call.message_id:
        raise bad_request("message identifier is not specified")
    message = town.message(open_chat(town, call.chat_id).id, call.message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.from_id != town.profile.id or message.notice:
        raise bad_request("message can't be edited")
    return message


def _edit(town: Town, call: Any, message: Message, content: Json) -> Json | bool:
    markup = markup_of(call.reply_markup)
    before = message.markup if message.markup and "inline_keyboard" in message.markup else None
    if content == message.content and markup == before:
        raise bad_request(NOT_MODIFIED)
    town.edited(message, content=content, markup=markup)
    return True if call.inline_message_id else town.message_json(message)


@serves(DeleteMessage)
def delete_message(town: Town, call: DeleteMessage) -> bool:
    """Delete one message."""
    chat = open_chat(town, call.chat_id)
    message = town.message(chat.id, call.message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(town, chat, message):
        raise bad_request("message can't be deleted")
    town.delete(message)
    return True


@serves(DeleteMessages)
def delete_messages(town: Town, call: DeleteMessages) -> bool:
    """Delete several; those that cannot be are passed over."""
    chat = open_chat(town, call.chat_id)
    if not 1 <= len(call.message_ids) <= MOST_DELETED_AT_ONCE:
        raise bad_request("too many message identifiers specified" if call.message_ids else "message_ids is empty")
    for message_id in call.message_ids:
        message = town.message(chat.id, message_id)
        if message and _may_delete(town, chat, message):
            town.delete(message)
    return True


def _may_delete(town: Town, chat: Chat, message: Message) -> bool:
    """Within 48 hours a bot may delete its own messages, those of a private chat, and in a group as an administrator.

    The 48 hours are the town's, as Telegram's are the world's.
    """
    recent = town.unix_now() - message.date < DELETABLE_SECONDS
    own = message.from_id == town.profile.id
    return (recent and (own or chat.type == "private" or chat.is_admin(town.profile.id))) or chat.is_admin(
        town.profile.id
    )
