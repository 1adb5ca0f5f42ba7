"""A tiny real aiogram bot with one of everything that the chat page has to show."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from tests.conversations.pictures import PIXEL_PNG

TOKEN = "7000:echo"
USERNAME = "susu_demo_bot"
COMMANDS = {"balance": "What you have", "borrow": "Borrow", "buttons": "Some buttons", "help": "What I can do"}


def _button(text: str, data: str | None = None, url: str | None = None) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data, url=url)


BUTTONS = InlineKeyboardMarkup(
    inline_keyboard=[
        [_button("Confirm", "confirm"), _button("Explain", "explain")],
        [
            _button("Invite", url=f"https://t.me/{USERNAME}?start=ref_42"),
            _button("Terms", url="https://example.org/terms"),
        ],
    ]
)
PHONE = ReplyKeyboardMarkup(
    keyboard=[[KeyboardButton(text="Share my phone", request_contact=True)], [KeyboardButton(text="Later")]]
)


def _router() -> Router:
    router = Router()

    @router.message(CommandStart())
    async def start(message: Message, command: CommandObject) -> None:
        await message.answer(f"<b>Welcome</b>, payload {command.args or 'none'}. Try /buttons.")

    @router.message(Command("buttons"))
    async def buttons(message: Message) -> None:
        await message.answer("Shall it be <b>so</b>?", reply_markup=BUTTONS)

    @router.message(Command("phone"))
    async def phone(message: Message) -> None:
        await message.answer("Your phone, please.", reply_markup=PHONE)

    @router.message(Command("files"))
    async def files(message: Message) -> None:
        await message.answer_photo(BufferedInputFile(PIXEL_PNG, "chart.png"), caption="A chart")
        await message.answer_document(BufferedInputFile(b"day,amount\n", "statement.csv"))

    @router.message(F.contact)
    async def contact(message: Message) -> None:
        await message.answer("Thank you for the phone.", reply_markup=ReplyKeyboardRemove())

    @router.message(F.text == "246810")
    async def pin(message: Message) -> None:
        await message.delete()
        await message.answer("The PIN is taken.")

    @router.message(F.text)
    async def echo(message: Message) -> None:
        await message.answer(f"echo: {message.html_text}")

    @router.callback_query(F.data == "confirm")
    async def confirm(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text("It is <i>done</i>.")
        await query.answer("Confirmed")

    @router.callback_query(F.data == "explain")
    async def explain(query: CallbackQuery) -> None:
        await query.answer("This moves no money.", show_alert=True)

    return router


@contextlib.asynccontextmanager
async def connected_bot(address: str) -> AsyncIterator[Bot]:
    """Give a bot that speaks to the sandbox at `address`; it does not listen yet."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(address))
    async with Bot(TOKEN, session, default=DefaultBotProperties(parse_mode="HTML")) as bot:
        yield bot


@contextlib.asynccontextmanager
async def listening(bot: Bot) -> AsyncIterator[None]:
    """Let the bot answer while the body runs."""
    await bot.set_my_commands([BotCommand(command=name, description=about) for name, about in COMMANDS.items()])
    dispatcher = Dispatcher()
    dispatcher.include_router(_router())
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
    try:
        yield
    finally:
        with contextlib.suppress(RuntimeError):  # it has not begun to poll
            await dispatcher.stop_polling()  # a task that is only cancelled leaves the poll itself behind
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
