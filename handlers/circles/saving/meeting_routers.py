"""The routers of what happens at and after meetings of accumulating circles."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction

ROUTERS: Final[tuple[Router, ...]] = ()
ACTIONS: Final[tuple[AnyAction, ...]] = ()
