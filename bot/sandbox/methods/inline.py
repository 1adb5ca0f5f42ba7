"""Answers to inline queries."""

from __future__ import annotations

from typing import Any

from aiogram.methods import AnswerInlineQuery
from aiogram.types import InputTextMessageContent

from bot.sandbox import wire
from bot.sandbox.errors import Refusal, bad_request
from bot.sandbox.methods.common import LONGEST_TEXT, caption_content, formatted, markup_of
from bot.sandbox.methods.media import document_file, photo_file
from bot.sandbox.methods.messages import TOO_OLD
from bot.sandbox.methods.registry import as_json, serves
from bot.sandbox.model import Json
from bot.sandbox.telegram_state import TelegramState

MOST_RESULTS = 50
LONGEST_RESULT_ID_BYTES = 64


@serves(AnswerInlineQuery)
def answer_inline_query(telegram: TelegramState, call: AnswerInlineQuery) -> bool:
    """Offer results, once. What each would send is worked out now, so that a wrong one is refused now."""
    if len(call.results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [result.id for result in call.results]
    if len(set(ids)) != len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if any(not 1 <= len(one.encode()) <= LONGEST_RESULT_ID_BYTES for one in ids):
        raise bad_request("RESULT_ID_INVALID")
    offered = [_offered(telegram, result) for result in call.results]
    question = telegram.questions.take("inline", call.inline_query_id)
    if question is None:
        raise bad_request(TOO_OLD)
    question.answer.set_result({"results": offered})
    return True


def _offered(telegram: TelegramState, result: Any) -> Json:
    """Return a result as it is shown, with what it sends under `_content`."""
    markup = markup_of(result.reply_markup)
    shown = {name: value for name, value in as_json(result).items() if name != "reply_markup"}
    return shown | {"_content": _content(telegram, result)} | ({"reply_markup": markup} if markup else {})


def _content(telegram: TelegramState, result: Any) -> Json:
    text = getattr(result, "input_message_content", None)
    if isinstance(text, InputTextMessageContent):
        words = "MESSAGE_TOO_LONG"
        parsed = formatted(text.message_text, text.parse_mode, text.entities, longest=LONGEST_TEXT, too_long=words)
        if not parsed.text:
            raise bad_request("message text is empty")
        return {"text": parsed.text} | ({"entities": parsed.entities} if parsed.entities else {})
    if file_id := getattr(result, "photo_file_id", None):
        return {"photo": [wire.photo_size(photo_file(telegram, file_id))]} | _caption(result)
    if file_id := getattr(result, "document_file_id", None):
        return {"document": wire.document(document_file(telegram, file_id))} | _caption(result)
    raise Refusal(501, f"Not Implemented: the sandbox sends no inline result of type {result.type} without a text")


def _caption(result: Any) -> Json:
    return caption_content(result.caption, result.parse_mode, result.caption_entities)
