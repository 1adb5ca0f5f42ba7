"""The wallet's routers."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.wallet import blocking, waiting, wallet, withdraw

ROUTERS: Final[tuple[Router, ...]] = (wallet.router, withdraw.router, waiting.router, blocking.router)

ACTIONS: Final[tuple[AnyAction, ...]] = (*wallet.ACTIONS, *withdraw.ACTIONS)
