"""The routers of the account."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.account import identity, moves, overview, pins, recovery, resets
from handlers.chat.actions import AnyAction

ROUTERS: Final[tuple[Router, ...]] = (
    overview.router,
    pins.router,
    recovery.router,
    resets.router,
    moves.router,
    identity.router,
)

ACTIONS: Final[tuple[AnyAction, ...]] = (*pins.ACTIONS, *recovery.ACTIONS, *moves.ACTIONS, *identity.ACTIONS)
