"""Funds at an unknown price: buying, selling, switching, orders in flight, and which of them fit whom."""

from __future__ import annotations

from typing import Final

from finance_core.funds import notices
from handlers.chat.line import ChatIntent, ChatLine, Command, Menu, TextReader, notices_of
from handlers.funds.screens import fund_orders
from handlers.phrases.readers.funds import fund_act

FUNDS: Final = ChatLine(
    name="funds",
    routers="handlers.funds.routers",
    commands=(
        Command("funds", opens="funds", menus=(Menu.PRIVATE,), rank=120),
        Command("orders", opens="fund_orders"),
        Command("risk", opens="risk"),
    ),
    ways={"funds": "funds"},
    intents=(
        ChatIntent("funds", label=True, look=True),
        ChatIntent("fund", tapped=True, look=True),
        ChatIntent("fund_buy", tapped=True, said_as="invest", at_once=True),
        ChatIntent("fund_sell", tapped=True, said_as="withdraw", at_once=True),
        ChatIntent("fund_switch", tapped=True),
        ChatIntent("fund_orders", tapped=True, look=True),
        ChatIntent("fund_cancel", tapped=True),
        ChatIntent("fund_dividends", tapped=True),
        ChatIntent("risk", tapped=True),
        ChatIntent("suitability", tapped=True),
    ),
    readers=(TextReader(fund_act, leads_away=fund_act),),
    notices=notices_of(notices.KINDS, drawn={notices.OfFund: fund_orders.pushed}),
    topics=("fund.order_when", "wealth.who_may_buy"),
)
