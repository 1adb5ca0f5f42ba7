"""The routers of privacy."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.privacy import privacy, readings

ROUTERS: Final[tuple[Router, ...]] = (privacy.router, readings.router)

ACTIONS: Final[tuple[AnyAction, ...]] = (*privacy.ACTIONS,)
