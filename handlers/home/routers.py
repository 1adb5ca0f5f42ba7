"""The routers of *home*, the last of all. Confirm and the PIN belong to no line and go before the menu's cancel."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat import confirm
from handlers.chat.actions import AnyAction
from handlers.chat.topics import Topic
from handlers.home import balance, history, menu, notices, queue, topics

ROUTERS: Final[tuple[Router, ...]] = (
    balance.router,
    history.router,
    notices.router,
    queue.router,
    confirm.router,
    menu.router,
    menu.last_resort,
)

ACTIONS: Final[tuple[AnyAction, ...]] = ()

TOPICS: Final[tuple[Topic, ...]] = topics.TOPICS
