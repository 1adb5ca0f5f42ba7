"""The routers of accumulating circles."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.circles.saving import joining, meeting_routers, opening, shares

ROUTERS: Final[tuple[Router, ...]] = (opening.router, joining.router, shares.router, *meeting_routers.ROUTERS)
ACTIONS: Final[tuple[AnyAction, ...]] = (*opening.ACTIONS, *joining.ACTIONS, *shares.ACTIONS, *meeting_routers.ACTIONS)
