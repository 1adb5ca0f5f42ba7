"""The plainest bot that aiogram makes: one process, long polling, one message back for each. What Susu is held against.

`python -m benchmarks.echo URL` runs it against a sandbox until it is interrupted.
"""

from __future__ import annotations

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

from bot.settings import SANDBOX_TOKEN


async def echo(message: Message) -> None:
    """Say it back."""
    await message.answer(message.text or "")


async def main(url: str) -> None:
    """Answer until interrupted."""
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    async with Bot(SANDBOX_TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(url))) as bot:
        await dispatcher.start_polling(bot, close_bot_session=False)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
