"""The routers of offers."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.offers import stopping

ROUTERS: Final[tuple[Router, ...]] = (stopping.router,)

ACTIONS: Final[tuple[AnyAction, ...]] = ()
