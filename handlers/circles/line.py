"""Savings circles: opened and joined, shown to their groups, and what each member does in them."""

from __future__ import annotations

from typing import Final

from finance_core.circles import notices as circle_notices
from finance_core.circles.book import notices
from finance_core.kernel.error_codes import ErrorCode
from handlers.chat.line import ChatIntent, ChatLine, Command, Menu, notices_of
from handlers.circles.acts_line import ANSWERS, INTENTS, TAPS
from handlers.circles.screens.told import DRAWN

OF_CIRCLES: Final = (
    "circle_open", "circle_join", "circle_pay", "circle_my_turn", "circle_who_paid", "circle_skip", "circle_swap",
    "circle_bid", "circle_leave",
)  # fmt: skip
"""What is wished of a savings circle in words."""

CIRCLES: Final = ChatLine(
    name="circles",
    routers="handlers.circles.routers",
    commands=(
        Command("circle", reads="circle", menus=(Menu.PRIVATE, Menu.GROUP), rank=71, by_admins=True),
        Command("circles", opens="circles", menus=(Menu.PRIVATE,), rank=72),
        Command("susu", reads="circle"),
    ),
    intents=(
        ChatIntent("circle", label=True, look=True),
        ChatIntent("circles", tapped=True, look=True),
        *(ChatIntent(name, look=True) for name in OF_CIRCLES),
        *INTENTS,
    ),
    answers={**ANSWERS},
    naming_taps=(*TAPS,),
    misses=(ErrorCode.CIRCLE,),
    notices=notices_of((*notices.KINDS, *circle_notices.KINDS), drawn=DRAWN),
)
