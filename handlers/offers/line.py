"""Offers, as people get them: no more of them, and why one came."""

from __future__ import annotations

from typing import Final

from handlers.chat.line import ChatIntent, ChatLine, Command

OFFERS: Final = ChatLine(
    name="offers",
    routers="handlers.offers.routers",
    commands=(Command("stop", opens="offers_stop"), Command("unsubscribe", opens="offers_stop")),
    intents=(ChatIntent("offers_stop", tapped=True),),
)
