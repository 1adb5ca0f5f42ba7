"""Loans: borrowing, repaying, promises and hardship, who stands for a loan, and what is owed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handlers.chat.line import ChatIntent, ChatLine, Command, Holds, Menu, MenuEntry, Notice
from handlers.loans.screens import agreement, borrow, guarantors, loan_receipts, reminders
from handlers.phrases.readers.products import product

if TYPE_CHECKING:
    from handlers.chat.line import Params
    from handlers.chat.screens.base import Screen
    from handlers.locales import Translator


def _reminders(t: Translator, params: Params) -> Screen:
    return reminders.reminder(t, [(item["kind"], item["params"]) for item in params["items"]])


def _reminder(kind: str) -> Notice:
    return Notice(lambda t, params: reminders.reminder(t, [(kind, params)]), as_stored=True)


LOANS: Final = ChatLine(
    name="loans",
    routers="handlers.loans.routers",
    commands=(
        Command("borrow", reads="borrow", menus=(Menu.PRIVATE,), rank=80),
        Command("loan", reads="borrow"),
        Command("quote", reads="borrow"),
        Command("loans", opens="loans", reads="owe", menus=(Menu.PRIVATE,), rank=90),
        Command("owe", reads="owe"),
        Command("due", reads="owe"),
        Command("repay", reads="repay", menus=(Menu.PRIVATE,), rank=100),
        Command("pay", reads="repay"),
        Command("promise", reads="promise"),
        Command("hardship", reads="hardship"),
        Command("guarantees", opens="guarantees"),
    ),
    intents=(
        ChatIntent("borrow", label=True, takes_sum=True, more=(product,)),
        ChatIntent("repay", label=True, takes_sum=True, takes_all=True, from_change_plus=True),
        ChatIntent("loans", label=True),
        ChatIntent("owe", label=True),
        ChatIntent("promise", label=True, takes_sum=True),
        ChatIntent("hardship", label=True),
        ChatIntent("guarantees", tapped=True),
    ),
    answers={
        "income": Holds.SUM,
        "other": Holds.SUM_OR_NOTHING,
        "can_pay": Holds.SUM_OR_NOTHING,
        "reason": Holds.OWN_WORDS,
        "people": Holds.NAME,
    },
    notices={
        "debt.reminder": Notice(_reminders, as_stored=True),
        **{kind: _reminder(kind) for kind in sorted(reminders.DEBTS)},
        "receipt.loan": Notice(loan_receipts.paid_out),
        "receipt.repayment": Notice(loan_receipts.repaid),
        "receipt.loan_settled": Notice(loan_receipts.settled),
        "receipt.debit_settled": Notice(loan_receipts.debit_settled),
        "receipt.loan_given_back": Notice(loan_receipts.given_back),
        "loan.approved": Notice(borrow.approved),
        "loan.declined": Notice(borrow.declined_by_officer),
        "loan.restructure_offered": Notice(agreement.offered),
        "loan.written_off": Notice(agreement.written_off),
        "guarantee.asked": Notice(guarantors.asked_to_stand),
        "guarantee.answered": Notice(guarantors.answered),
        "guarantee.called": Notice(guarantors.called),
        "guarantee.paid_for_you": Notice(guarantors.paid_for_you),
    },
    menu=(MenuEntry("borrow", row=1, place=1), MenuEntry("repay", row=1, place=2)),
)
