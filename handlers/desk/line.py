"""The operators' desk: approvals, applications, hardship, loans, funds' prices and income, reports."""

from __future__ import annotations

from typing import Final

from handlers.chat.line import ChatIntent, ChatLine, Command, Menu, Notice
from handlers.desk.screens import applications, approvals
from handlers.loans.screens import reminders

_OPERATORS: Final = (Menu.OPERATORS,)

DESK: Final = ChatLine(
    name="desk",
    routers="handlers.desk.routers",
    commands=(
        Command("operator", opens="operator", menus=_OPERATORS, rank=230),
        Command("desk", opens="operator"),
        Command("queue", opens="queue", menus=_OPERATORS, rank=240),
        Command("cases", opens="cases", menus=_OPERATORS, rank=250),
        Command("income", opens="income_desk", menus=_OPERATORS, rank=260),
        Command("report", opens="report", menus=_OPERATORS, rank=270),
        Command("nav", opens="nav", menus=_OPERATORS, rank=280),
    ),
    intents=(
        ChatIntent("operator", tapped=True),
        ChatIntent("queue", tapped=True),
        ChatIntent("cases", tapped=True),
        ChatIntent("income_desk", tapped=True),
        ChatIntent("income_for", tapped=True),
        ChatIntent("sell_instruments", tapped=True),
    ),
    notices={
        "operator.approval_waits": Notice(approvals.approval_waits),
        "operator.approval_decided": Notice(approvals.approval_decided),
        "operator.role_granted": Notice(approvals.role_granted),
        "operator.role_revoked": Notice(approvals.role_revoked),
        "officer.hardship": Notice(reminders.hardship_waits),
        "officer.application": Notice(applications.application_waits),
    },
)
