"""The routers of questions."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.topics import asking

ROUTERS: Final[tuple[Router, ...]] = (asking.router,)

ACTIONS: Final[tuple[AnyAction, ...]] = ()
