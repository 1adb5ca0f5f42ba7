"""The two real Telegram libraries, connected to a test's sandbox, and what holds its answers against their types."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import Any

import aiogram.methods
import aiogram.types
import telegram
import telegram.ext
import telegram.request
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from pydantic import BaseModel, TypeAdapter

from tests.conversations.harness import RunningSandbox

PtbBot = telegram.ext.ExtBot[None]
PTB_TYPES: dict[str, type[telegram.TelegramObject]] = {
    "getMe": telegram.User,
    "getUpdates": telegram.Update,
    "getWebhookInfo": telegram.WebhookInfo,
    "getFile": telegram.File,
    "getMyCommands": telegram.BotCommand,
    "getChat": telegram.ChatFullInfo,
    "getChatMember": telegram.ChatMember,
    "getChatAdministrators": telegram.ChatMember,
    "createChatInviteLink": telegram.ChatInviteLink,
    "copyMessage": telegram.MessageId,
}


@contextlib.asynccontextmanager
async def aiogram_bot(sandbox: RunningSandbox) -> AsyncIterator[Bot]:
    """Connect aiogram's bot."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    async with Bot(sandbox.token, session=session) as bot:
        yield bot


@contextlib.asynccontextmanager
async def ptb_bot(sandbox: RunningSandbox) -> AsyncIterator[telegram.ext.ExtBot[None]]:
    """Connect python-telegram-bot's."""
    request = telegram.request.HTTPXRequest(httpx_kwargs={"trust_env": False})
    bot = telegram.ext.ExtBot(
        sandbox.token, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot", request=request
    )
    async with bot:
        yield bot


async def check_all_answers(sandbox: RunningSandbox) -> None:
    """Hold all that the sandbox has answered against both libraries: no field unknown, everything parses."""
    for call in await sandbox.calls():
        if call["answer"].get("ok"):
            check_answer(call["method"], call["answer"]["result"])


@cache
def answer_of(method: str) -> TypeAdapter[Any]:
    """Return what reads a method's answer as aiogram does. It takes a tenth of a second to build."""
    call = next(kind for kind in vars(aiogram.methods).values() if getattr(kind, "__api_method__", "") == method)
    return TypeAdapter(call.__returning__)


def check_answer(method: str, result: Any) -> None:
    assert list(unknown_fields(answer_of(method).validate_python(result))) == [], method
    for one in result if isinstance(result, list) else [result]:
        if isinstance(one, dict):
            parsed = PTB_TYPES.get(method, telegram.Message).de_json(one, None)
            assert parsed is not None


def unknown_fields(value: Any) -> Iterator[str]:
    """Yield what aiogram does not know: a typo of ours, or an invention."""
    if isinstance(value, BaseModel):
        yield from (f"{type(value).__name__}.{name}" for name in value.model_extra or ())
        for name in value.model_fields_set - set(value.model_extra or ()):
            yield from unknown_fields(getattr(value, name))
    elif isinstance(value, list):
        for one in value:
            yield from unknown_fields(one)


async def updates(bot: Bot, *kinds: str) -> list[aiogram.types.Update]:
    """Return what is pending and confirm it."""
    pending = await bot.get_updates(timeout=5, allowed_updates=list(kinds) if kinds else None)
    if pending:
        await bot.get_updates(offset=pending[-1].update_id + 1, timeout=0)
    return pending
