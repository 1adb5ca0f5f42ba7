"""Answers to inline queries."""

from __future__ import annotations

import re
from typing import Any

from aiogram.methods import AnswerInlineQuery
from aiogram.types import InputTextMessageContent

from bot.sandbox import wire
from bot.sandbox.errors import Refusal, bad_request
from bot.sandbox.methods.common import LONGEST_TEXT, caption_content, formatted, markup_of
from bot.sandbox.methods.media import document_file, photo_file
from bot.sandbox.methods.messages import TOO_OLD
from bot.sandbox.methods.registry import as_json, plain, serves
from bot.sandbox.model import Json
from bot.sandbox.telegram_state import TelegramState

MOST_RESULTS = 50
LONGEST_RESULT_ID_BYTES = 64
LONGEST_OFFSET_BYTES = 64
USUAL_CACHE_SECONDS = 300
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


@serves(AnswerInlineQuery)
def answer_inline_query(telegram: TelegramState, call: AnswerInlineQuery) -> bool:
    """Offer results, once. What each would send is worked out now, so that a wrong one is refused now."""
    _check(call)
    button, offered = _button(call), [_offered(telegram, result) for result in call.results]
    question = telegram.questions.take("inline", call.inline_query_id)
    if question is None:
        raise bad_request(TOO_OLD)
    cached = USUAL_CACHE_SECONDS if call.cache_time is None else call.cache_time
    answer: Json = {"results": offered, "next_offset": call.next_offset or "", "button": button}
    answer |= {"personal": bool(call.is_personal), "fresh_until": telegram.unix_now() + cached}
    question.answer.set_result(answer)
    return True


def _check(call: AnswerInlineQuery) -> None:
    if len(call.results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [result.id for result in call.results]
    if len(set(ids)) != len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if any(not 1 <= len(one.encode()) <= LONGEST_RESULT_ID_BYTES for one in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len((call.next_offset or "").encode()) > LONGEST_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")


def _button(call: AnswerInlineQuery) -> Json | None:
    """Return the button above the results: it leads into the private chat with a start parameter."""
    if call.button is None:
        return None
    if not call.button.text:
        raise bad_request("SWITCH_PM_TEXT_EMPTY")
    parameter = plain(call.button.start_parameter)
    if call.button.web_app is None and not _START_PARAMETER.fullmatch(parameter or ""):
        raise bad_request("START_PARAM_INVALID" if parameter else "START_PARAM_EMPTY")
    return as_json(call.button)


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
