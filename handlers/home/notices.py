"""Opening a discreet notice: the tap shows, in its place, what it is about."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.kernel.payloads import UnreadablePayload
from finance_core.notices import opened, pushed
from handlers.chat.arguments import ID_DIGITS, argument, whole_number
from handlers.chat.filters import Tap
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.home.screens import menu as menu_screens
from handlers.notices.rendering import OPENS, render

router = Router(name="notices")


@router.callback_query(Tap(OPENS))
async def open_notice(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show one's own notice in full; what is older than its contents are kept (30 days) has nothing to show."""
    number = whole_number(argument(arguments), ID_DIGITS)
    found = await pushed(talk.unit, talk.customer.id, number) if number is not None else None
    if found is None:
        return menu_screens.button_is_old(talk.t)
    kind, params = found
    try:
        return render(kind, opened(params, talk.cipher), talk.customer.language)
    except UnreadablePayload:
        return menu_screens.button_is_old(talk.t)
