"""The routers of savings circles."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.circles import mine

ROUTERS: Final[tuple[Router, ...]] = (mine.router,)

ACTIONS: Final[tuple[AnyAction, ...]] = ()
