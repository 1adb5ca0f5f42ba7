"""Saving's routers."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.chat.topics import Topic
from handlers.savings import change_plus, deposits, plans
from handlers.savings.topics import change_plus as of_change_plus
from handlers.savings.topics import contracts, what

ROUTERS: Final[tuple[Router, ...]] = (deposits.router, plans.router, change_plus.router)

ACTIONS: Final[tuple[AnyAction, ...]] = (*change_plus.ACTIONS, *deposits.ACTIONS, *plans.ACTIONS)

TOPICS: Final[tuple[Topic, ...]] = (*what.TOPICS, *of_change_plus.TOPICS, *contracts.TOPICS)
