"""The routers of joining and of the settings."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.chat.topics import Topic
from handlers.joining import consents, onboarding, settings
from handlers.joining.topics import account, identity, pin

ROUTERS: Final[tuple[Router, ...]] = (settings.router, consents.router, onboarding.router)

ACTIONS: Final[tuple[AnyAction, ...]] = (*settings.ACTIONS,)

TOPICS: Final[tuple[Topic, ...]] = (*account.TOPICS, *identity.TOPICS, *pin.TOPICS)
