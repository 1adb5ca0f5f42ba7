"""The routers of accumulating circles."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.circles.saving import meeting_routers

ROUTERS: Final[tuple[Router, ...]] = (*meeting_routers.ROUTERS,)
ACTIONS: Final[tuple[AnyAction, ...]] = (*meeting_routers.ACTIONS,)
