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
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    SwitchInlineQueryChosenChat,
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
SEND = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(
                text="Send to a chat",
                switch_inline_query_chosen_chat=SwitchInlineQueryChosenChat(
                    query="packet 7", allow_user_chats=True, allow_group_chats=True
                ),
            )
        ]
    ]
)
OPEN = InlineKeyboardMarkup(inline_keyboard=[[_button("Open", "open"), _button("In private", "lead")]])
PHONE = ReplyKeyboardMarkup(
    keyboard=[[KeyboardButton(text="Share my phone", request_contact=True)], [KeyboardButton(text="Later")]]
)


def _group_router() -> Router:
    router = Router()

    @router.message(Command("packet"))
    async def packet(message: Message) -> None:
        await message.answer("Your packet is paid.", reply_markup=SEND)

    @router.message(Command("board"))
    async def board(message: Message) -> None:
        shown = await message.answer("Round 1: <b>waiting</b>", reply_markup=OPEN)
        await shown.pin()

    @router.inline_query()
    async def offer(query: InlineQuery) -> None:
        text = InputTextMessageContent(message_text=f"<b>Red packet</b> for {query.query}")
        article = InlineQueryResultArticle(
            id="packet",
            title=f"Packet {query.query}",
            description="20.00 in 5",
            input_message_content=text,
            reply_markup=OPEN,
        )
        button = InlineQueryResultsButton(text="Make a packet", start_parameter="packet-new")
        await query.answer([article], cache_time=0, is_personal=True, button=button)

    @router.callback_query(F.data == "open")
    async def opened(query: CallbackQuery) -> None:
        if query.inline_message_id and query.bot:
            await query.bot.edit_message_text("1 of 5 opened", inline_message_id=query.inline_message_id)
        await query.answer("You got 0.32", show_alert=True)

    @router.callback_query(F.data == "lead")
    async def lead(query: CallbackQuery) -> None:
        await query.answer(url=f"https://t.me/{USERNAME}?start=packet_7")

    return router


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

    @router.message(F.text, ~F.via_bot)
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
    dispatcher.include_routers(_group_router(), _router())
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
    try:
        yield
    finally:
        with contextlib.suppress(RuntimeError):  # it has not begun to poll
            await dispatcher.stop_polling()  # a task that is only cancelled leaves the poll itself behind
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
