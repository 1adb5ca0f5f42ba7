"""Pushes updates to the bot's webhook, in order, each until it is taken.

httpx is imported with the first webhook: it would be a third of what the page waits for at the start.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import orjson

from bot.sandbox.errors import Refusal
from bot.sandbox.model import Update
from bot.sandbox.telegram_state import TelegramState

if TYPE_CHECKING:
    import httpx

    from bot.sandbox.bot_api import BotApi

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 60.0
ANSWER_SECONDS = 30.0
IDLE_SECONDS = 3600.0
log = logging.getLogger(__name__)


async def push_updates(telegram: TelegramState, api: BotApi) -> None:
    """Push for as long as it runs. A push that fails is tried again, ever more slowly; those behind it wait."""
    while _next(telegram) is None:
        await telegram.updates.bell.until(lambda: _next(telegram) is not None, IDLE_SECONDS)
    import httpx

    async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as client:
        retry_seconds = FIRST_RETRY_SECONDS
        while True:
            await telegram.updates.bell.until(lambda: _next(telegram) is not None, IDLE_SECONDS)
            update = _next(telegram)
            if update is None or await _pushed(telegram, api, client, update):
                retry_seconds = FIRST_RETRY_SECONDS
                continue
            await _pause(telegram, retry_seconds)
            retry_seconds = min(retry_seconds * 2, LONGEST_RETRY_SECONDS)


async def _pause(telegram: TelegramState, seconds: float) -> None:
    """Wait before the next try, but not when another webhook is set meanwhile."""
    failed = telegram.state.webhook
    await telegram.updates.bell.until(lambda: telegram.state.webhook is not failed, seconds)


def _next(telegram: TelegramState) -> Update | None:
    return next(iter(telegram.updates.ready(1)), None) if telegram.state.webhook.url else None


async def _pushed(telegram: TelegramState, api: BotApi, client: httpx.AsyncClient, update: Update) -> bool:
    from httpx import HTTPError

    hook = telegram.state.webhook
    headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: hook.secret} if hook.secret else {})
    body = orjson.dumps(update.wire(), option=orjson.OPT_NON_STR_KEYS)
    try:
        answer = await client.post(hook.url, content=body, headers=headers)
    except HTTPError as fault:
        return _failed(telegram, str(fault) or type(fault).__name__)
    if not answer.is_success:
        return _failed(telegram, f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}")
    update.copies -= 1
    if update.copies <= 0:
        telegram.updates.done(update)
    await _answered_with_call(api, answer)
    telegram.keeper.flush()
    return True


def _failed(telegram: TelegramState, why: str) -> bool:
    telegram.state.webhook.last_error_at = telegram.unix_now()
    telegram.state.webhook.last_error = why
    telegram.keeper.touch(telegram.state)
    telegram.keeper.flush()
    return False


async def _answered_with_call(api: BotApi, answer: httpx.Response) -> None:
    """A bot may call a method in its answer to a push; its result is not told."""
    try:
        call = orjson.loads(answer.content) if answer.content else None
    except orjson.JSONDecodeError:
        return
    if not isinstance(call, dict) or not isinstance(call.get("method"), str):
        return
    try:
        await api.execute(call.pop("method"), call, {})
    except Refusal as refusal:
        log.warning("a call in a webhook's answer was refused: %s", refusal.description)
