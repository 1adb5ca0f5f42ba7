"""Changing and deleting what was sent."""

from __future__ import annotations

from typing import Any

from aiogram.methods import (
    DeleteMessage,
    DeleteMessages,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
)
from aiogram.types import InputFile

from bot.sandbox.errors import Refusal, bad_request
from bot.sandbox.methods.common import caption_content, markup_of, open_chat, text_content
from bot.sandbox.methods.media import media_content
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


@serves(EditMessageMedia)
def edit_message_media(telegram: TelegramState, call: EditMessageMedia) -> Json | bool:
    """Put a picture or document in the place of what a message shows, or add one to a text."""
    message = _to_edit(telegram, call)
    if not {"text", "photo", "document"} & message.content.keys():
        raise bad_request("there is no media in the message to edit")
    if call.media.type not in ("photo", "document"):
        raise Refusal(501, f"Not Implemented: the sandbox has no media of type {call.media.type}")
    album = message.content.get("media_group_id")
    if album and call.media.type not in message.content:
        raise bad_request("message content type can't be used in an album")
    if call.inline_message_id and isinstance(call.media.media, InputFile):
        raise bad_request("invalid message content specified")
    kept = {"media_group_id": album} if album else {}
    return _edit(telegram, call, message, media_content(telegram, call.media) | kept)


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
    if not call.inline_message_id:
        telegram.limits.spend_edit(message.chat_id)
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
    _require_deletable(telegram, chat, message)
    telegram.delete(message)
    return True


@serves(DeleteMessages)
def delete_messages(telegram: TelegramState, call: DeleteMessages) -> bool:
    """Delete several: those that are gone already are passed over; one that cannot be deleted, and none is."""
    chat = open_chat(telegram, call.chat_id)
    if not 1 <= len(call.message_ids) <= MOST_DELETED_AT_ONCE:
        raise bad_request("too many message identifiers specified" if call.message_ids else "message_ids is empty")
    known = (telegram.message(chat.id, message_id) for message_id in set(call.message_ids))
    there = [message for message in known if message is not None]
    for message in there:
        _require_deletable(telegram, chat, message)
    for message in there:
        telegram.delete(message)
    return True


def _require_deletable(telegram: TelegramState, chat: Chat, message: Message) -> None:
    """Within 48 hours a bot may delete its own messages, those of a private chat, and in a group as an administrator.

    The 48 hours pass by the sandbox's clock.

    Raises:
        Refusal: too old, another's, or the line that says how a supergroup came about.
    """
    own = message.from_id == telegram.profile.id and not message.notice
    allowed = own or not chat.is_moderated or chat.is_admin(telegram.profile.id)
    if not allowed or "migrate_from_chat_id" in message.content:
        raise bad_request("message can't be deleted")
    if telegram.unix_now() - message.date >= DELETABLE_SECONDS:
        supergroup = chat.type == "supergroup"
        raise bad_request("message can't be deleted" if supergroup else "message can't be deleted for everyone")
