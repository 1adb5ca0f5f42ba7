"""What is sent, by python-telegram-bot. The other library's adapter is `handlers/chat/methods.py`; neither decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.delivery.limiter import Pacer, Ticket
from handlers.chat.screens.base import Button, File, Screen
from handlers.chat.screens.outgoing import (
    InlineKeyboard,
    Keyboard,
    KeyboardRemoval,
    Kind,
    Outgoing,
    ReplyKeyboard,
    outgoing,
)
from handlers.pictures.plot import Plot

CONNECT_TIMEOUT_SECONDS: Final = 5
READ_TIMEOUT_SECONDS: Final = 10
WRITE_TIMEOUT_SECONDS: Final = 10
MEDIA_WRITE_TIMEOUT_SECONDS: Final = 20
CONNECTIONS: Final = 32
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

Drawing = Callable[[Plot], Awaitable[bytes | None]]
"""Draws a plot; None where that fails or takes too long."""
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


def delivery_bot(
    token: str,
    api_url: str,
    pacer: Pacer | None = None,
    *,
    read_timeout_seconds: float = READ_TIMEOUT_SECONDS,
) -> ExtBot[Ticket]:
    """Return a bot that pushes, paced, to the Bot API at `api_url` (`https://api.telegram.org`, or the sandbox)."""
    request = HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=read_timeout_seconds,
        write_timeout=WRITE_TIMEOUT_SECONDS,
        media_write_timeout=MEDIA_WRITE_TIMEOUT_SECONDS,
        pool_timeout=CONNECT_TIMEOUT_SECONDS,
        httpx_kwargs={"trust_env": urlsplit(api_url).hostname not in LOOPBACK},
    )
    base = api_url.rstrip("/")
    return ExtBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request,
        rate_limiter=pacer or Pacer(),
    )


async def push(
    bot: ExtBot[Ticket],
    chat_id: int,
    screen: Screen,
    ticket: Ticket,
    *,
    silent: bool = False,
    draw: Drawing | None = None,
) -> int:
    """Send `screen`, and return the id of its (last) message.

    Args:
        silent: nobody is to hear of it. draw: draws a plot; without it, or where it fails, the words come alone.

    Raises:
        TelegramError, NotYetError: it did not go, or nobody knows; `classify_error` tells.
    """
    items = [await drawn(item, draw) for item in outgoing(screen)]
    sent = [await push_item(bot, chat_id, item, ticket, silent=silent) for item in items if _says_something(item)]
    return sent[-1].message_id


async def drawn(item: Outgoing, draw: Drawing | None) -> Outgoing:
    """Return a message with its picture drawn; in words alone, where nobody can draw it in time."""
    if item.plot is None:
        return item
    picture = await draw(item.plot) if draw is not None else None
    if picture is not None:
        return replace(item, plot=None, otherwise=None, file=File("picture.png", picture))
    return item.otherwise or Outgoing(Kind.TEXT, item.text, item.keyboard)


def _says_something(item: Outgoing) -> bool:
    """Say whether there is anything to send: of a plot that nobody drew, whose words follow, nothing is left."""
    return bool(item.text) or item.file is not None


async def push_item(
    bot: ExtBot[Ticket], chat_id: int, item: Outgoing, ticket: Ticket, *, silent: bool = False, paid: bool = False
) -> Message:
    """Send one message whose file, if it has one, is there. `paid`: beyond the free limits, for Stars.

    Raises what `push` raises.
    """
    keyboard = markup(item.keyboard)
    match item:
        case Outgoing(kind=Kind.PHOTO, file=File() as file):
            return await bot.send_photo(
                chat_id,
                _upload(file),
                caption=item.text or None,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                disable_notification=silent or None,
                rate_limit_args=ticket,
            )
        case Outgoing(kind=Kind.DOCUMENT, file=File() as file):
            return await bot.send_document(
                chat_id,
                _upload(file),
                caption=item.text or None,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                disable_notification=silent or None,
                rate_limit_args=ticket,
            )
    return await bot.send_message(
        chat_id,
        item.text,
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard,
        link_preview_options=_NO_PREVIEW,
        disable_notification=silent or None,
        allow_paid_broadcast=paid or None,
        rate_limit_args=ticket,
    )


def markup(keyboard: Keyboard | None) -> Markup | None:
    """Return a keyboard as python-telegram-bot's."""
    match keyboard:
        case InlineKeyboard(rows=rows):
            return InlineKeyboardMarkup([[_inline(button) for button in row] for row in rows])
        case ReplyKeyboard(rows=rows):
            keys = [[KeyboardButton(key.text, request_contact=key.asks_contact or None) for key in row] for row in rows]
            return ReplyKeyboardMarkup(keys, resize_keyboard=True, one_time_keyboard=True)
        case KeyboardRemoval():
            return ReplyKeyboardRemove()
    return None


def _inline(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        button.text, callback_data=button.data, url=button.url, switch_inline_query=button.inline
    )


def _upload(file: File) -> InputFile:
    if isinstance(file.content, bytes):
        return InputFile(file.content, filename=file.name)
    return InputFile(file.content, filename=file.name, read_file_handle=False)
