"""A screen as python-telegram-bot sends it. The other library's way to show a screen is in `bot/dispatch`."""

from __future__ import annotations

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

CONNECT_TIMEOUT_SECONDS: Final = 5
READ_TIMEOUT_SECONDS: Final = 10
WRITE_TIMEOUT_SECONDS: Final = 10
MEDIA_WRITE_TIMEOUT_SECONDS: Final = 20
CONNECTIONS: Final = 32
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

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


async def push(bot: ExtBot[Ticket], chat_id: int, screen: Screen, ticket: Ticket) -> int:
    """Send `screen`, and return the message's id. A picture or a document carries the text as its caption.

    Raises:
        TelegramError, NotYetError: it did not go, or nobody knows; `classify_error` tells.
    """
    return (await _sent(bot, chat_id, screen, ticket)).message_id


async def _sent(bot: ExtBot[Ticket], chat_id: int, screen: Screen, ticket: Ticket) -> Message:
    keyboard = markup(screen)
    if screen.photo is not None:
        return await bot.send_photo(
            chat_id,
            _upload(screen.photo),
            caption=screen.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
            rate_limit_args=ticket,
        )
    if screen.document is not None:
        return await bot.send_document(
            chat_id,
            _upload(screen.document),
            caption=screen.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
            rate_limit_args=ticket,
        )
    return await bot.send_message(
        chat_id,
        screen.text,
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard,
        link_preview_options=_NO_PREVIEW,
        rate_limit_args=ticket,
    )


def markup(screen: Screen) -> Markup | None:
    """Return the screen's keyboard: its buttons, or else its reply keyboard, or the removal of one, or None."""
    if screen.buttons:
        return InlineKeyboardMarkup([[_button(button) for button in row] for row in screen.buttons])
    if screen.keyboard or screen.contact_label is not None:
        return ReplyKeyboardMarkup(_keys(screen), resize_keyboard=True)
    return ReplyKeyboardRemove() if screen.remove_keyboard else None


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.text, callback_data=button.data, url=button.url)


def _keys(screen: Screen) -> list[list[KeyboardButton]]:
    rows = [[_key(label, screen.contact_label) for label in row] for row in screen.keyboard]
    asked = screen.contact_label
    if asked is not None and not any(asked in row for row in screen.keyboard):
        rows.insert(0, [_key(asked, asked)])
    return rows


def _key(label: str, contact_label: str | None) -> KeyboardButton:
    return KeyboardButton(label, request_contact=True if label == contact_label else None)


def _upload(file: File) -> InputFile:
    return InputFile(file.content, filename=file.name)
