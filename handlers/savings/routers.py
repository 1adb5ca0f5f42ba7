"""Saving's routers."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.savings import change_plus, deposits, plans

ROUTERS: Final[tuple[Router, ...]] = (deposits.router, plans.router, change_plus.router)

ACTIONS: Final[tuple[AnyAction, ...]] = (*change_plus.ACTIONS, *deposits.ACTIONS, *plans.ACTIONS)
