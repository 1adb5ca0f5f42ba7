"""The routers of groups. Needs aiogram."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.groups import guide, languages, members

ROUTERS: Final[tuple[Router, ...]] = (members.router, languages.router, guide.router)
ACTIONS: Final[tuple[AnyAction, ...]] = ()
