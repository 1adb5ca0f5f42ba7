"""The funds' routers; orders are among those of the funds."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.chat.topics import Topic
from handlers.funds import fund_orders, funds, suitability, topics

ROUTERS: Final[tuple[Router, ...]] = (funds.router, suitability.router)

ACTIONS: Final[tuple[AnyAction, ...]] = (*funds.ACTIONS, *fund_orders.ACTIONS)

TOPICS: Final[tuple[Topic, ...]] = topics.TOPICS
