"""What is sent, as aiogram's methods. The other library's adapter is `bot/delivery/push.py`; neither decides."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from aiogram.methods import (
    EditMessageReplyMarkup,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from handlers.chat.replies import Pictured, Shown
from handlers.chat.screens.base import Button, File, Screen
from handlers.chat.screens.outgoing import (
    InlineKeyboard,
    Keyboard,
    KeyboardRemoval,
    Kind,
    Outgoing,
    ReplyKeyboard,
    keyboard_of,
)

Method = TelegramMethod[Any]
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


def as_shown(chat_id: int, item: Outgoing) -> Shown:
    """Return what sends a message; a plot is drawn after the commit, with the words alone where that fails."""
    plot = item.plot
    if plot is None:
        return as_method(chat_id, item)
    otherwise = as_method(chat_id, item.otherwise) if item.otherwise is not None else None
    return Pictured(plot, partial(_as_photo, chat_id, item), otherwise)


def as_method(chat_id: int, item: Outgoing) -> Method:
    """Return the method that sends a message whose file, if it has one, is there."""
    match item:
        case Outgoing(kind=Kind.PHOTO, file=File() as file):
            return _as_photo(chat_id, item, _input_file(file))
        case Outgoing(kind=Kind.DOCUMENT, file=File() as file):
            return SendDocument(
                chat_id=chat_id,
                document=_input_file(file),
                caption=item.text or None,
                parse_mode="HTML",
                reply_markup=markup(item.keyboard),
            )
    return SendMessage(
        chat_id=chat_id,
        text=item.text,
        parse_mode="HTML",
        reply_markup=markup(item.keyboard),
        link_preview_options=_NO_PREVIEW,
    )


def as_edit(chat_id: int, message_id: int | None, screen: Screen) -> Method:
    """Return the method that puts a screen of text and buttons in a message's place."""
    keyboard = markup(keyboard_of(screen))
    return EditMessageText(
        chat_id=chat_id,
        message_id=message_id,
        text=screen.text,
        parse_mode="HTML",
        reply_markup=keyboard if isinstance(keyboard, InlineKeyboardMarkup) else None,
        link_preview_options=_NO_PREVIEW,
    )


def as_edit_of_buttons(chat_id: int, message_id: int, rows: tuple[tuple[Button, ...], ...]) -> Method:
    """Return the method that puts other buttons beneath a message; its words stay."""
    keyboard = markup(InlineKeyboard(rows))
    assert isinstance(keyboard, InlineKeyboardMarkup)
    return EditMessageReplyMarkup(chat_id=chat_id, message_id=message_id, reply_markup=keyboard)


def markup(keyboard: Keyboard | None) -> Markup | None:
    """Return a keyboard as aiogram's."""
    match keyboard:
        case InlineKeyboard(rows=rows):
            return InlineKeyboardMarkup(inline_keyboard=[[_inline(button) for button in row] for row in rows])
        case ReplyKeyboard(rows=rows):
            keys = [
                [KeyboardButton(text=key.text, request_contact=key.asks_contact or None) for key in row] for row in rows
            ]
            return ReplyKeyboardMarkup(keyboard=keys, resize_keyboard=True, one_time_keyboard=True)
        case KeyboardRemoval():
            return ReplyKeyboardRemove()
    return None


def _as_photo(chat_id: int, item: Outgoing, photo: InputFile) -> Method:
    return SendPhoto(
        chat_id=chat_id,
        photo=photo,
        protect_content=item.protected or None,
        caption=item.text or None,
        parse_mode="HTML",
        reply_markup=markup(item.keyboard),
    )


def _inline(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=button.text, callback_data=button.data, url=button.url, switch_inline_query=button.inline
    )


def _input_file(file: File) -> BufferedInputFile:
    assert isinstance(file.content, bytes), "what is large is pushed, and never shown in a conversation"
    return BufferedInputFile(file.content, filename=file.name)
