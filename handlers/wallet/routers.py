"""The wallet's routers."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.chat.topics import Topic
from handlers.wallet import blocking, requests_in_groups, waiting, wallet, withdraw
from handlers.wallet.topics import costs, in_and_out, movements, sends

ROUTERS: Final[tuple[Router, ...]] = (
    requests_in_groups.router,
    wallet.router,
    withdraw.router,
    waiting.router,
    blocking.router,
)

ACTIONS: Final[tuple[AnyAction, ...]] = (*wallet.ACTIONS, *withdraw.ACTIONS)

TOPICS: Final[tuple[Topic, ...]] = (*sends.TOPICS, *in_and_out.TOPICS, *movements.TOPICS, *costs.TOPICS)
