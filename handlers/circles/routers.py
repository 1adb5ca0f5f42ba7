"""The routers of savings circles."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.circles import in_groups, joining, opening

ROUTERS: Final[tuple[Router, ...]] = (in_groups.router, opening.router, joining.router)

ACTIONS: Final[tuple[AnyAction, ...]] = (*opening.ACTIONS, *joining.ACTIONS)
