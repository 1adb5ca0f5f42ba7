"""Savings circles: what people are told of their rounds."""

from __future__ import annotations

from typing import Final

from finance_core.circles import notices as circle_notices
from finance_core.circles.book import notices
from handlers.chat.line import ChatLine, notices_of
from handlers.circles.screens.told import DRAWN

CIRCLES: Final = ChatLine(
    name="circles",
    routers="handlers.circles.routers",
    notices=notices_of((*notices.KINDS, *circle_notices.KINDS), drawn=DRAWN),
)
