"""Sending text, copying, the typing mark, and the answers to taps."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from aiogram.methods import AnswerCallbackQuery, CopyMessage, SendChatAction, SendMessage

from bot.sandbox.entities import utf16_length
from bot.sandbox.errors import bad_request
from bot.sandbox.methods.common import caption_content, hand_over, open_chat, text_content
from bot.sandbox.methods.registry import serves
from bot.sandbox.model import Json
from bot.sandbox.telegram_state import TelegramState

LONGEST_CALLBACK_ANSWER = 200
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
CHAT_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


@serves(SendMessage)
def send_message(telegram: TelegramState, call: SendMessage) -> Json:
    """Send a text."""
    open_chat(telegram, call.chat_id)
    return telegram.message_json(hand_over(telegram, call, text_content(call)))


@serves(CopyMessage)
def copy_message(telegram: TelegramState, call: CopyMessage) -> Json:
    """Send what a message shows once more, without a link to it."""
    source = telegram.message(open_chat(telegram, call.from_chat_id).id, call.message_id)
    if source is None:
        raise bad_request("message to copy not found")
    if source.notice or "invoice" in source.content:
        raise bad_request("message can't be copied")
    content = dict(source.content)
    if call.caption is not None and "text" not in content:
        content = {name: value for name, value in content.items() if not name.startswith("caption")}
        content |= caption_content(call.caption, call.parse_mode, call.caption_entities)
    return {"message_id": hand_over(telegram, call, content).message_id}


@serves(SendChatAction)
def send_chat_action(telegram: TelegramState, call: SendChatAction) -> bool:
    """Show that the bot is typing."""
    if call.action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    telegram.hub.publish(open_chat(telegram, call.chat_id), "typing")
    return True


@serves(AnswerCallbackQuery)
def answer_callback_query(telegram: TelegramState, call: AnswerCallbackQuery) -> bool:
    """Answer a tap, once; a link in the answer may only lead into a chat with the bot itself."""
    text = call.text or ""
    if utf16_length(text) > LONGEST_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if call.url and not _leads_to_bot(telegram, call.url):
        raise bad_request("URL_INVALID")
    question = telegram.questions.take("callback", call.callback_query_id)
    if question is None:
        raise bad_request(TOO_OLD)
    url = {"url": call.url} if call.url else {}
    question.answer.set_result({"text": text, "show_alert": bool(call.show_alert), **url})
    return True


def _leads_to_bot(telegram: TelegramState, url: str) -> bool:
    """Say whether a link is `https://t.me/<the bot>?start=…`, or the same as `tg://resolve`."""
    link = urlsplit(url)
    query = parse_qs(link.query)
    by_scheme = link.scheme == "tg" and link.netloc == "resolve"
    name = query.get("domain", [""])[0] if by_scheme else link.path.strip("/")
    known = by_scheme or (link.scheme in ("http", "https") and link.hostname in ("t.me", "telegram.me"))
    return known and name.lower() == telegram.profile.username.lower() and "start" in query
