"""The two real Telegram libraries, connected to a test's sandbox."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import telegram.ext
import telegram.request
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.conversations.harness import RunningSandbox


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
