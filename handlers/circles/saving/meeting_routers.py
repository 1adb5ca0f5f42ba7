"""The routers of what happens at and after meetings of accumulating circles."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.circles.saving import fines, giving, lending, meeting, meeting_votes, minutes, sharing_out

ROUTERS: Final[tuple[Router, ...]] = (
    meeting.router,
    meeting_votes.router,
    fines.router,
    giving.router,
    lending.router,
    sharing_out.router,
    minutes.router,
)
ACTIONS: Final[tuple[AnyAction, ...]] = (
    *meeting.ACTIONS,
    *fines.ACTIONS,
    *giving.ACTIONS,
    *lending.ACTIONS,
    *sharing_out.ACTIONS,
)
