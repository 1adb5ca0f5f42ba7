"""The operators' desk: approvals, applications, hardship, loans, funds' prices and income, reports."""

from __future__ import annotations

from typing import Final

from finance_core.approvals import notices as approving
from finance_core.business_day import notices as business_day
from finance_core.desk import notices as waiting
from finance_core.inbox import notices as inbox
from finance_core.notices import senders
from finance_core.offers.planning import boards
from finance_core.offers.planning import notices as planning
from finance_core.offers.running import notices as broadcasts
from handlers.chat.line import Board, ChatIntent, ChatLine, Command, Menu, notices_of
from handlers.desk.offers.screens import broadcasts as broadcast_screens
from handlers.desk.offers.screens import progress
from handlers.desk.screens import approvals, days, people, queue

_OPERATORS: Final = (Menu.OPERATORS,)

DESK: Final = ChatLine(
    name="desk",
    routers="handlers.desk.routers",
    commands=(
        Command("operator", opens="operator", menus=_OPERATORS, rank=230),
        Command("desk", opens="operator"),
        Command("work", opens="work", menus=_OPERATORS, rank=234),
        Command("since", opens="since", menus=_OPERATORS, rank=236),
        Command("queue", opens="queue", menus=_OPERATORS, rank=240),
        Command("cases", opens="cases", menus=_OPERATORS, rank=250),
        Command("identities", opens="identities", menus=_OPERATORS, rank=252),
        Command("pinresets", opens="pin_resets", menus=_OPERATORS, rank=253),
        Command("questions", opens="questions", menus=_OPERATORS, rank=255),
        Command("find", opens="find_customer", menus=_OPERATORS, rank=256),
        Command("freeze", opens="freeze_account", menus=_OPERATORS, rank=257),
        Command("income", opens="income_desk", menus=_OPERATORS, rank=260),
        Command("audiences", opens="audiences", menus=_OPERATORS, rank=264),
        Command("tags", opens="tags", menus=_OPERATORS, rank=266),
        Command("report", opens="report", menus=_OPERATORS, rank=270),
        Command("nav", opens="nav", menus=_OPERATORS, rank=280),
        Command("offers", opens="offers", menus=_OPERATORS, rank=282),
        Command("broadcasts", opens="broadcasts", menus=_OPERATORS, rank=284),
    ),
    intents=(
        ChatIntent("operator", tapped=True),
        ChatIntent("work", tapped=True),
        ChatIntent("since", tapped=True),
        ChatIntent("queue", tapped=True),
        ChatIntent("cases", tapped=True),
        ChatIntent("questions", tapped=True),
        ChatIntent("find_customer", tapped=True),
        ChatIntent("freeze_account", tapped=True),
        ChatIntent("identities", tapped=True),
        ChatIntent("pin_resets", tapped=True),
        ChatIntent("income_desk", tapped=True),
        ChatIntent("income_for", tapped=True),
        ChatIntent("sell_instruments", tapped=True),
        ChatIntent("offers", tapped=True),
        ChatIntent("broadcasts", tapped=True),
        ChatIntent("audiences", tapped=True),
        ChatIntent("tags", tapped=True),
    ),
    boards=(Board(boards.BROADCAST, boards.broadcast_board, progress.board),),
    notices=notices_of(
        approving.KINDS,
        business_day.KINDS,
        inbox.KINDS,
        waiting.KINDS,
        senders.KINDS,
        broadcasts.KINDS,
        planning.KINDS,
        drawn={
            planning.BroadcastBack: broadcast_screens.back_said,
            broadcasts.BroadcastPaused: queue.broadcast_paused,
            business_day.StepHeld: days.step_held,
            business_day.StepResumed: days.step_resumed,
            waiting.EntryWaits: queue.entry_waits,
            waiting.EntryGiven: queue.entry_given,
            waiting.StandsIn: queue.stands_in,
            senders.NotArrived: queue.not_arrived,
            approving.ApprovalWaits: approvals.approval_waits,
            approving.ApprovalDecided: approvals.approval_decided,
            approving.RoleGranted: approvals.role_granted,
            approving.RoleRevoked: approvals.role_revoked,
            approving.AccountFrozen: people.account_frozen,
        },
    ),
)
