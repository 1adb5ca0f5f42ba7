"""Saving: Change Plus, term deposits, plans, goals and round-ups."""

from __future__ import annotations

from typing import Final

from finance_core.change_plus import notices as plus
from finance_core.deposits import notices as depositing
from finance_core.journeys import notices as sweeping
from finance_core.journeys.plans import notices as planning
from handlers.chat.line import ChatIntent, ChatLine, Command, Menu, MenuEntry, TextReader, notices_of
from handlers.phrases.readers.pages import risk_class_asked_for
from handlers.phrases.readers.saving import deposit_command, goal_command, saving
from handlers.savings.screens import change_plus, deposits, plans

SAVINGS: Final = ChatLine(
    name="savings",
    routers="handlers.savings.routers",
    commands=(
        Command("invest", reads="invest", menus=(Menu.PRIVATE,), rank=110),
        Command("save", reads="invest"),
        Command("change", reads="invest"),
        Command("deposit", reads="invest", reader=deposit_command, menus=(Menu.PRIVATE,), rank=140),
        Command("deposits", opens="deposits"),
        Command("plans", opens="plans", menus=(Menu.PRIVATE,), rank=150),
        Command("plan", opens="plans"),
        Command("goal", reader=goal_command),
        Command("roundup", opens="round_ups"),
        Command("sweep", opens="sweep"),
    ),
    intents=(
        ChatIntent("invest", label=True, takes_sum=True, takes_all=True, of_a_fund="fund_buy", at_once=True),
        ChatIntent("deposit", tapped=True, said_as="invest", at_once=True),
        ChatIntent("deposits", tapped=True, look=True),
        ChatIntent("break_deposit", tapped=True, at_once=True),
        ChatIntent("plan", tapped=True, said_as="invest"),
        ChatIntent("plans", tapped=True, look=True),
        ChatIntent("goal", tapped=True, said_as="invest"),
        ChatIntent("round_ups", tapped=True),
        ChatIntent("sweep", tapped=True),
    ),
    ways={"invest": "invest", "deposit": "deposit"},
    readers=(TextReader(saving), TextReader(risk_class_asked_for, claims_questions=True)),
    notices=notices_of(
        plus.KINDS,
        sweeping.KINDS,
        depositing.KINDS,
        planning.KINDS,
        drawn={
            plus.WeekIncome: change_plus.income_week,
            plus.Queued: change_plus.queued,
            depositing.Matures: deposits.matures,
            depositing.OpenedReceipt: deposits.receipt_opened,
            depositing.EarlyReceipt: deposits.receipt_early,
            depositing.MaturedReceipt: deposits.receipt_matured,
            depositing.RolledReceipt: deposits.receipt_rolled,
            planning.Missed: plans.missed,
            planning.ShortForDue: plans.short_for_due,
            planning.Reached: plans.reached,
        },
    ),
    menu=(MenuEntry("invest", acts=("change_plus.put_in",)),),
    topics=(
        *("wealth.what_is", "wealth.how_to_start", "wealth.is_it_safe", "wealth.yield_meaning"),
        *("wealth.take_out_when", "income.when_shown", "deposit.early_out", "deposit.maturity", "plan.how"),
    ),
)
