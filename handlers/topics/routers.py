"""The routers of questions."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.topics import asking, handing_over

ROUTERS: Final[tuple[Router, ...]] = (asking.router, handing_over.router)

ACTIONS: Final[tuple[AnyAction, ...]] = ()
