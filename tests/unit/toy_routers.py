"""The routers of the line that `test_toy_line` adds."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.chat.actions import AnyAction
from handlers.chat.filters import Means
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk

router = Router(name="toy")


@router.message(Means("toy"))
@router.callback_query(Means("toy"))
async def toy(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show the toy."""
    return Screen(talk.t("toy.shown"))


ROUTERS: Final[tuple[Router, ...]] = (router,)
ACTIONS: Final[tuple[AnyAction, ...]] = ()
