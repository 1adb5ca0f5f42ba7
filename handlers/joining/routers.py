"""The routers of joining and of the settings."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.joining import onboarding, settings

ROUTERS: Final[tuple[Router, ...]] = (settings.router, onboarding.router)

ACTIONS: Final[tuple[AnyAction, ...]] = (*settings.ACTIONS,)
