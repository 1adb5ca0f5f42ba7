"""Home: the menu, the balance and *My money*, the history and statements, help; and what nobody else took."""

from __future__ import annotations

from typing import Final

from handlers.chat.line import ChatIntent, ChatLine, Command, Menu, MenuEntry, TextReader
from handlers.phrases.readers.references import receipt_named
from handlers.phrases.readers.sources import earned, names_earnings
from handlers.phrases.readers.spans import is_a_span_alone
from handlers.phrases.said import Claim, Said


def _days_alone(said: Said) -> Claim | None:
    """Claim a month that is written alone for the statement, where the grammar makes nothing of it."""
    nothing = said.understood.intent in ("out_of_scope", "ask")
    return Claim("statement", {"when": said.text}) if nothing and is_a_span_alone(said.text) else None


HOME: Final = ChatLine(
    name="home",
    routers="handlers.home.routers",
    commands=(
        Command("menu", opens="menu", reads="help", menus=(Menu.PRIVATE,), rank=20),
        Command("balance", reads="balance", menus=(Menu.PRIVATE,), rank=30),
        Command("wallet", reads="balance"),
        Command("history", reads="history", menus=(Menu.PRIVATE,), rank=70),
        Command("transactions", reads="history"),
        Command("money", opens="money", menus=(Menu.PRIVATE,), rank=160),
        Command("statement", reads="statement", menus=(Menu.PRIVATE,), rank=170),
        Command("export", reads="statement"),
        Command("help", reads="help", menus=(Menu.PRIVATE, Menu.GROUP), rank=210),
        Command("support", reads="help"),
        Command("cancel", reads="cancel", menus=(Menu.PRIVATE,), rank=220),
    ),
    intents=(
        ChatIntent("menu", label=True),
        ChatIntent("balance", label=True, look=True),
        ChatIntent("money", label=True, look=True),
        ChatIntent("money_days", tapped=True, look=True),
        ChatIntent("income_days", tapped=True, look=True),
        ChatIntent("gain_days", tapped=True, look=True),
        ChatIntent("history", label=True, look=True),
        ChatIntent("receipt", look=True),
        ChatIntent("statement", label=True, look=True),
        ChatIntent("help", label=True, look=True),
        ChatIntent("cancel", label=True),
        ChatIntent("out_of_scope", look=True),
        ChatIntent("unread", look=True),
    ),
    readers=(
        TextReader(receipt_named, leads_away=receipt_named),
        TextReader(_days_alone),
        TextReader(earned, leads_away=names_earnings, claims_questions=True),
    ),
    menu=(MenuEntry("money", row=2, place=1), MenuEntry("history", row=3, place=2)),
    topics=(
        *("about.what_can_you_do", "hours.when", "notices.which", "privacy.what_you_know"),
        *("offers.what", "offer.why_me", "offer.stop"),
        *("human.please", "human.distress", "complaint.make"),
        *("app.trouble", "fraud.unrecognised", "contact.why_called"),
        *("shops.pay", "shops.collect", "not_ours.card", "not_ours.cash", "not_ours.exchange", "not_ours.other"),
        *("circle.how", "circle.is_it_safe", "circle.my_turn", "circle.what_i_pay", "circle.draw_fair"),
        *("circle.if_someone_stops", "circle.leave", "circle.bid_cost", "circle.share_out"),
    ),
)
