"""What most methods share: which chat, which message, text with its entities, buttons, and handing a message over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from aiogram.types import InlineKeyboardMarkup, MessageEntity
from pydantic import BaseModel

from bot.sandbox.entities import Formatted, parse_html, utf16_length, with_found
from bot.sandbox.errors import bad_request, forbidden
from bot.sandbox.methods.registry import as_json, plain
from bot.sandbox.model import Chat, Json, Message
from bot.sandbox.telegram_state import TelegramState

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_CALLBACK_DATA_BYTES = 64
BUTTONS_PER_MESSAGE = 100
_ACTIONS = [
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
]
_BUTTON_URL = re.compile(r"(?:(?:https?|tg|ton)://)?[^\s]+\.?[^\s]*$", re.IGNORECASE)


def chat_of(telegram: TelegramState, chat_id: int | str) -> Chat:
    """Return a chat that the bot knows, in or out.

    Raises:
        Refusal: 400, chat not found.
    """
    try:
        chat = telegram.chats.get(int(chat_id))
    except ValueError:
        chat = None
    if chat is None or chat.type == "pair":
        raise bad_request("chat not found")
    return chat


def open_chat(telegram: TelegramState, chat_id: int | str) -> Chat:
    """Return a chat in which the bot may act.

    Raises:
        Refusal: it does not exist, never spoke to the bot, blocked it, threw it out, or became a supergroup.
    """
    chat = chat_of(telegram, chat_id)
    if chat.type == "private":
        person = telegram.people[chat.id]
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat
    if chat.migrated_to:
        words = "group chat was upgraded to a supergroup chat"
        raise bad_request(words, migrate_to_chat_id=chat.migrated_to)
    if not chat.has(telegram.profile.id):
        kicked = chat.members.get(telegram.profile.id) == "kicked"
        raise forbidden(f"bot {'was kicked from' if kicked else 'is not a member of'} the {chat.type} chat")
    return chat


def formatted(
    text: str, parse_mode: Any, entities: Sequence[MessageEntity] | None, *, longest: int, too_long: str
) -> Formatted:
    """Return a text as it will be held.

    Raises:
        Refusal: its HTML cannot be parsed, or it is longer than `longest` UTF-16 units.
    """
    mode = plain(parse_mode)
    if mode and mode.lower() == "html":
        parsed = parse_html(text)
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        parsed = Formatted(text.strip(), [as_json(entity) for entity in entities or ()])
    if utf16_length(parsed.text) > longest:
        raise bad_request(too_long)
    return with_found(parsed)


def text_content(call: Any, too_long: str = "message is too long") -> Json:
    """Return the content of a text message.

    Raises:
        Refusal: empty, too long, or not to be parsed.
    """
    parsed = formatted(call.text or "", call.parse_mode, call.entities, longest=LONGEST_TEXT, too_long=too_long)
    if not parsed.text:
        raise bad_request("message text is empty")
    return {"text": parsed.text} | ({"entities": parsed.entities} if parsed.entities else {})


def caption_content(caption: str | None, parse_mode: Any, entities: Sequence[MessageEntity] | None) -> Json:
    """Return the caption's part of a content; nothing when there is none.

    Raises:
        Refusal: too long, or not to be parsed.
    """
    words = "message caption is too long"
    parsed = formatted(caption or "", parse_mode, entities, longest=LONGEST_CAPTION, too_long=words)
    if not parsed.text:
        return {}
    return {"caption": parsed.text} | ({"caption_entities": parsed.entities} if parsed.entities else {})


def markup_of(markup: BaseModel | None) -> Json | None:
    """Return a keyboard as it will be held; one without a button is none.

    Raises:
        Refusal: a button that Telegram would not take.
    """
    if markup is None:
        return None
    if isinstance(markup, InlineKeyboardMarkup):
        _check_buttons(markup)
    held = as_json(markup)
    if "inline_keyboard" in held:
        rows = [row for row in held["inline_keyboard"] if row]
        return {"inline_keyboard": rows} if rows else None
    return held


def _check_buttons(markup: InlineKeyboardMarkup) -> None:
    buttons = [button for row in markup.inline_keyboard for button in row]
    if len(buttons) > BUTTONS_PER_MESSAGE:
        raise bad_request("reply markup is too long")
    for button in buttons:
        if not button.text:
            raise bad_request("can't parse inline keyboard button: Inline keyboard button text must be non-empty")
        if all(getattr(button, action, None) is None for action in _ACTIONS):
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if button.callback_data is not None and not 1 <= _bytes(button.callback_data) <= LONGEST_CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        if button.url is not None and (("." not in button.url and "://" not in button.url) or " " in button.url):
            raise bad_request(f"inline keyboard button URL '{button.url}' is invalid: Wrong HTTP URL")


def _bytes(text: str) -> int:
    return len(text.encode())


def replied_to(telegram: TelegramState, chat: Chat, call: Any) -> int | None:
    """Return the id of the message that a call replies to.

    Raises:
        Refusal: it is not there, and the call does not allow that.
    """
    parameters = getattr(call, "reply_parameters", None)
    message_id = parameters.message_id if parameters else getattr(call, "reply_to_message_id", None)
    if not message_id or telegram.message(chat.id, message_id):
        return message_id
    lenient = plain(parameters.allow_sending_without_reply) if parameters else call.allow_sending_without_reply
    if lenient:
        return None
    raise bad_request("message to be replied not found")


def hand_over(telegram: TelegramState, call: Any, content: Json, **more: Any) -> Message:
    """Send a new message of the bot's, within the limits, and return it.

    Raises:
        Refusal: the chat, the keyboard or the limits do not allow it.
    """
    chat = open_chat(telegram, call.chat_id)
    reply_to = replied_to(telegram, chat, call)
    markup = more.pop("markup", None) or markup_of(getattr(call, "reply_markup", None))
    telegram.limits.spend(chat.id, paid=plain(getattr(call, "allow_paid_broadcast", None)) is True)
    return telegram.post(
        chat, telegram.profile.id, content | plain_fields(call), markup=markup, reply_to=reply_to, **more
    )


def require_admin(telegram: TelegramState, chat: Chat, words: str) -> None:
    """Refuse what only an administrator of a group may do.

    Raises:
        Refusal: 400 with Telegram's words for the right that is missing.
    """
    if not chat.is_admin(telegram.profile.id):
        raise bad_request(words)


def plain_fields(call: Any) -> Json:
    """Return what a call's switches add to the message: that it may not be forwarded or saved."""
    return {"has_protected_content": True} if plain(getattr(call, "protect_content", None)) else {}
