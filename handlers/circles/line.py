"""Savings circles: opened and joined, shown to their groups, and what each member does in them."""

from __future__ import annotations

from typing import Final

from finance_core.circles import boards
from finance_core.circles import notices as circle_notices
from finance_core.circles.book import notices
from finance_core.circles.saving.board_view import board_of
from finance_core.kernel.error_codes import ErrorCode
from handlers.chat.line import Board, ChatIntent, ChatLine, Command, Menu, notices_of
from handlers.circles.acts_line import ANSWERS, INTENTS, TAPS
from handlers.circles.forming_line import ADMIN_TAPS, GROUP_TAPS
from handlers.circles.forming_line import ANSWERS as ASKED_WHEN_FORMING
from handlers.circles.forming_line import TAPS as WHEN_FORMING
from handlers.circles.saving import line as saving
from handlers.circles.screens.saving_boards import any_board
from handlers.circles.screens.told import DRAWN
from handlers.phrases.readers import circle_kinds as readers

OF_CIRCLES: Final = (
    "circle_open", "circle_join", "circle_pay", "circle_my_turn", "circle_who_paid", "circle_skip", "circle_swap",
    "circle_bid", "circle_leave",
)  # fmt: skip
"""What is wished of a savings circle in words."""

CIRCLES: Final = ChatLine(
    name="circles",
    routers="handlers.circles.routers",
    commands=(
        Command("circle", reader=readers.circle, menus=(Menu.PRIVATE, Menu.GROUP), rank=71, by_admins=True),
        Command("circles", opens="circles", menus=(Menu.PRIVATE,), rank=72),
        Command("susu", reads="circle"),
    ),
    intents=(
        ChatIntent("circle", label=True, look=True, more=(readers.in_a_sentence,)),
        ChatIntent("circles", tapped=True, look=True),
        ChatIntent("circle_open", tapped=True, more=(readers.in_a_sentence,)),
        ChatIntent("circle_join", tapped=True),
        *(ChatIntent(name, look=True) for name in OF_CIRCLES if name not in ("circle_open", "circle_join")),
        *INTENTS,
        *saving.INTENTS,
    ),
    ways={"circle": "circle"},
    answers={**ASKED_WHEN_FORMING, **ANSWERS, **saving.ANSWERS},
    boards=(Board(boards.CIRCLE, board_of, any_board),),
    group_taps=(*GROUP_TAPS, *saving.GROUP_TAPS),
    admin_taps=ADMIN_TAPS,
    naming_taps=(*WHEN_FORMING, *TAPS, *saving.TAPS),
    misses=(ErrorCode.CIRCLE, ErrorCode.CIRCLE_MOTION, ErrorCode.CIRCLE_SWAP, *saving.MISSES),
    notices=notices_of((*notices.KINDS, *circle_notices.KINDS, *saving.KINDS), drawn={**DRAWN, **saving.DRAWN}),
)
