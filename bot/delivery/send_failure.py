"""What an error of a send says about the message: will it never go, did it certainly not go, or does nobody know? Pure.

Telegram has no idempotency key for sends, so only an error that proves that nothing happened allows a plain retry.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.delivery.limiter import NotYetError, seconds_of

NEVER_LEFT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""httpx errors after which no byte of the request can have reached Telegram."""

RETRY_SECONDS: Final = 1.0
BAD_TOKEN_RETRY_SECONDS: Final = 30.0


class Verdict(StrEnum):
    """What is known about the message after the error."""

    REFUSED = "refused"  # Telegram will never take this message
    UNREACHABLE = "unreachable"  # Telegram will take no message for this person or group
    MOVED = "moved"  # the group lives under another id now
    NOT_SENT = "not_sent"  # it certainly did not go; later it may
    FLOOD = "flood"  # it did not go because we were too fast
    UNCERTAIN = "uncertain"  # nobody knows whether it went
    WITHDRAWN = "withdrawn"  # it was cancelled, or another worker has it


@dataclass(frozen=True, slots=True)
class SendFailure:
    """`trouble`: the error is Telegram's or the line's, and the next message will probably meet it too."""

    verdict: Verdict
    error: str
    retry_seconds: float = 0.0
    new_chat_id: int = 0
    trouble: bool = False


class WithdrawnError(Exception):
    """What was about to be sent was cancelled, or taken by another worker, in the meantime."""


def classify_error(error: BaseException, *, on_the_wire: bool) -> SendFailure:  # noqa: PLR0911 - a line for each kind of error
    """Return what `error` says about the message. `on_the_wire`: the request may have left before it."""
    words = str(error) or type(error).__name__
    match error:
        case WithdrawnError():
            return SendFailure(Verdict.WITHDRAWN, words)
        case NotYetError():
            return SendFailure(Verdict.NOT_SENT, words, retry_seconds=error.seconds)
        case RetryAfter():
            return SendFailure(Verdict.FLOOD, words, retry_seconds=seconds_of(error))
        case Forbidden():
            return SendFailure(Verdict.UNREACHABLE, words)
        case ChatMigrated():
            return SendFailure(Verdict.MOVED, words, new_chat_id=error.new_chat_id)
        case BadRequest():
            return SendFailure(Verdict.REFUSED, words)
        case InvalidToken():
            return SendFailure(Verdict.NOT_SENT, words, retry_seconds=BAD_TOKEN_RETRY_SECONDS, trouble=True)
        case NetworkError() if isinstance(error.__cause__, NEVER_LEFT):
            return SendFailure(Verdict.NOT_SENT, words, retry_seconds=RETRY_SECONDS, trouble=True)
        case _ if not on_the_wire:
            return SendFailure(Verdict.NOT_SENT, words, retry_seconds=RETRY_SECONDS)
        case _:
            return SendFailure(Verdict.UNCERTAIN, words, trouble=True)
