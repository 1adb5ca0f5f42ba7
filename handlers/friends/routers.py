"""The routers of money among friends."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.chat.topics import Topic
from handlers.friends import (
    bill_photo_taps,
    bills,
    bills_in_groups,
    causes,
    causes_in_groups,
    packets,
    packets_in_groups,
    tabs,
    topics,
)

ROUTERS: Final[tuple[Router, ...]] = (
    packets_in_groups.router,
    bills_in_groups.router,
    packets.router,
    bill_photo_taps.router,
    bills.router,
    causes_in_groups.router,
    causes.router,
    tabs.router,
)

ACTIONS: Final[tuple[AnyAction, ...]] = (*packets.ACTIONS, *bills.ACTIONS, *causes.ACTIONS, *tabs.ACTIONS)

TOPICS: Final[tuple[Topic, ...]] = topics.TOPICS
