"""The routers of savings circles."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.circles import acts_bid, acts_draw, acts_leave, acts_pay, acts_turns, acts_wrong, mine

ROUTERS: Final[tuple[Router, ...]] = (
    mine.router,
    acts_pay.router,
    acts_draw.router,
    acts_bid.router,
    acts_turns.router,
    acts_leave.router,
    acts_wrong.router,
)

ACTIONS: Final[tuple[AnyAction, ...]] = (
    *acts_pay.ACTIONS,
    *acts_bid.ACTIONS,
    *acts_turns.ACTIONS,
    *acts_leave.ACTIONS,
    *acts_wrong.ACTIONS,
)
