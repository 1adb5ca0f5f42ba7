"""The calls that keep a board current, by python-telegram-bot."""

from __future__ import annotations

from typing import Final

from telegram import InlineKeyboardMarkup, InputMediaPhoto, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.delivery.limiter import Ticket
from bot.delivery.push import Drawing, drawn, markup, push_item
from finance_core.notices.board_claims import BoardClaim
from handlers.chat.screens.base import File, Screen
from handlers.chat.screens.outgoing import InlineKeyboard, Kind, Outgoing, outgoing

_UNCHANGED: Final = "message is not modified"
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


async def show(
    bot: ExtBot[Ticket], one: BoardClaim, screen: Screen, ticket: Ticket, draw: Drawing | None
) -> int | None:
    """Send a board, or edit its message; return the id of the message, None for one of inline mode.

    A message that shows it already, as after an edit whose answer was lost, is shown. Raises what sending and editing
    raise.
    """
    item = await drawn(outgoing(screen)[-1], draw)
    if one.chat_id is not None and one.message_id is None:
        return (await push_item(bot, one.chat_id, item, ticket, silent=one.is_night)).message_id
    edit = _edit_picture if item.kind is Kind.PHOTO else _edit_text
    try:
        await edit(bot, one, item, ticket)
    except BadRequest as refusal:
        if _UNCHANGED not in str(refusal).lower():
            raise
    return one.message_id


async def pin(bot: ExtBot[Ticket], one: BoardClaim, ticket: Ticket) -> None:
    """Pin a board's message, without a sound."""
    assert one.chat_id is not None
    assert one.message_id is not None
    await bot.pin_chat_message(one.chat_id, one.message_id, disable_notification=True, rate_limit_args=ticket)


async def delete(bot: ExtBot[Ticket], one: BoardClaim, ticket: Ticket) -> None:
    """Delete another message that showed the board."""
    assert one.chat_id is not None
    assert one.stray_id is not None
    await bot.delete_message(one.chat_id, one.stray_id, rate_limit_args=ticket)


async def _edit_text(bot: ExtBot[Ticket], one: BoardClaim, item: Outgoing, ticket: Ticket) -> None:
    await bot.edit_message_text(
        item.text,
        chat_id=one.chat_id,
        message_id=one.message_id,
        inline_message_id=one.inline_id,
        parse_mode=ParseMode.HTML,
        reply_markup=_buttons(item),
        link_preview_options=_NO_PREVIEW,
        rate_limit_args=ticket,
    )


async def _edit_picture(bot: ExtBot[Ticket], one: BoardClaim, item: Outgoing, ticket: Ticket) -> None:
    assert isinstance(item.file, File), "what is not drawn is text"
    media = InputMediaPhoto(item.file.content, caption=item.text, parse_mode=ParseMode.HTML, filename=item.file.name)
    await bot.edit_message_media(
        media,
        chat_id=one.chat_id,
        message_id=one.message_id,
        inline_message_id=one.inline_id,
        reply_markup=_buttons(item),
        rate_limit_args=ticket,
    )


def _buttons(item: Outgoing) -> InlineKeyboardMarkup | None:
    keyboard = markup(item.keyboard) if isinstance(item.keyboard, InlineKeyboard) else None
    return keyboard if isinstance(keyboard, InlineKeyboardMarkup) else None
