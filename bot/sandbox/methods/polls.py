"""Polls."""

from __future__ import annotations

import secrets

from aiogram.methods import SendPoll
from aiogram.types import InputPollOption

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.chats import unix_seconds
from bot.sandbox.methods.common import formatted, hand_over, open_chat
from bot.sandbox.methods.registry import serves
from bot.sandbox.model import Json
from bot.sandbox.telegram_state import TelegramState
from bot.sandbox.wire import without_none

LONGEST_QUESTION = 300
LONGEST_OPTION = 100
OPTION_COUNTS = range(1, 13)


@serves(SendPoll)
def send_poll(telegram: TelegramState, call: SendPoll) -> Json:
    """Send a poll, or a quiz."""
    open_chat(telegram, call.chat_id)
    return telegram.message_json(hand_over(telegram, call, {"poll": _poll(telegram, call)}))


def _poll(telegram: TelegramState, call: SendPoll) -> Json:
    words = "message poll question length must not exceed 300"
    asked = formatted(
        call.question, call.question_parse_mode, call.question_entities, longest=LONGEST_QUESTION, too_long=words
    )
    if not asked.text:
        raise bad_request("poll question must be non-empty")
    if len(call.options) not in OPTION_COUNTS:
        raise bad_request(
            "poll must have at least 1 option" if not call.options else "poll can't have more than 12 options"
        )
    kind = call.type or "regular"
    return without_none(
        {
            "id": str(secrets.randbits(62)),
            "question": asked.text,
            "question_entities": asked.entities or None,
            "options": [_option(option) for option in call.options],
            "total_voter_count": 0,
            "is_closed": bool(call.is_closed),
            "is_anonymous": call.is_anonymous is not False,
            "type": kind,
            "allows_multiple_answers": bool(call.allows_multiple_answers),
            "allows_revoting": kind == "regular" if call.allows_revoting is None else call.allows_revoting,
            "members_only": bool(call.members_only),
            "correct_option_ids": _correct(call) if kind == "quiz" else None,
            "explanation": call.explanation,
            "open_period": call.open_period,
            "close_date": unix_seconds(telegram, call.close_date),
        }
    )


def _option(option: InputPollOption | str) -> Json:
    words = "poll options length must not exceed 100"
    if isinstance(option, str):
        text = formatted(option, None, None, longest=LONGEST_OPTION, too_long=words)
    else:
        text = formatted(
            option.text, option.text_parse_mode, option.text_entities, longest=LONGEST_OPTION, too_long=words
        )
    if not text.text:
        raise bad_request("poll option must be non-empty")
    return {"persistent_id": secrets.token_hex(4), "text": text.text, "voter_count": 0}


def _correct(call: SendPoll) -> list[int]:
    single = [] if call.correct_option_id is None else [call.correct_option_id]
    correct = call.correct_option_ids or single
    if not correct or any(not 0 <= at < len(call.options) for at in correct):
        raise bad_request("wrong correct option ID specified")
    return correct
