"""The wallet: money in, money out, and between people."""

from __future__ import annotations

from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.wallet import notices
from handlers.chat.line import ChatIntent, ChatLine, Command, Holds, Menu, MenuEntry, TextReader, notices_of
from handlers.phrases.readers.people import blocking, person_named
from handlers.phrases.readers.sources import source
from handlers.wallet.screens import wallet as screens

WALLET: Final = ChatLine(
    name="wallet",
    routers="handlers.wallet.routers",
    commands=(
        Command("topup", reads="topup", menus=(Menu.PRIVATE,), rank=40),
        Command("send", reads="send", menus=(Menu.PRIVATE,), rank=50),
        Command("transfer", reads="send"),
        Command("request", reads="request", menus=(Menu.PRIVATE, Menu.GROUP), rank=60),
        Command("ask", reads="request"),
        Command("block", reader=person_named("block")),
        Command("unblock", opens="blocked"),
        Command("blocked", opens="blocked"),
        Command("withdraw", reads="withdraw", menus=(Menu.PRIVATE,), rank=130),
        Command("redeem", reads="withdraw"),
        Command("takeout", reads="withdraw"),
        Command("cashout", reads="withdraw"),
    ),
    intents=(
        ChatIntent("topup", label=True, takes_sum=True, at_once=True),
        ChatIntent("send", label=True, takes_sum=True, from_change_plus=True, at_once=True),
        ChatIntent("request", label=True, takes_sum=True, at_once=True),
        ChatIntent("block"),
        ChatIntent("blocked", label=True),
        ChatIntent(
            "withdraw", label=True, takes_sum=True, takes_all=True, of_a_fund="fund_sell", more=(source,), at_once=True
        ),
    ),
    readers=(TextReader(blocking, leads_away=blocking, claims_questions=True),),
    answers={"amount": Holds.SUM, "count": Holds.COUNT, "payee": Holds.NAME},
    notices=notices_of(
        notices.KINDS,
        drawn={notices.SendWaiting: screens.send_waiting, notices.RequestAsked: screens.request_asked},
    ),
    naming_taps=("accept", "decline", "takeback", "waits", "pay", "refuse", "blockasker"),
    misses=(ErrorCode.SEND, ErrorCode.REQUEST, ErrorCode.LINK),
    topics=(
        *("bank.linked", "limits.what", "fees.what", "fees.why_charged"),
        *("send.how", "send.not_arrived", "send.failed", "send.cancel"),
        *("topup.how", "topup.not_arrived", "withdraw.how", "withdraw.failed", "withdraw.not_arrived"),
        *("wallet.who_paid_me", "wallet.refund", "wallet.looks_wrong"),
    ),
    menu=(
        MenuEntry("send", row=2, place=2, acts=("wallet.send",)),
        MenuEntry("topup", row=3, place=1, acts=("wallet.topup",)),
        MenuEntry("request", acts=("wallet.request",)),
        MenuEntry("withdraw", acts=("change_plus.take_out", "wallet.withdraw")),
    ),
)
