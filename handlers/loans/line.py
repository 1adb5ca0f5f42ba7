"""Loans: borrowing, repaying, promises and hardship, who stands for a loan, and what is owed."""

from __future__ import annotations

from typing import Final

from finance_core.journeys.group_loans import group_loan_board
from finance_core.loans.contact import notices as contact
from finance_core.loans.operations import notices as operations
from finance_core.loans.origination import notices as origination
from finance_core.loans.origination.group_opening import BOARD
from finance_core.loans.repayment import notices as repayment
from handlers.chat.line import Board, ChatIntent, ChatLine, Command, Holds, Menu, MenuEntry, notices_of
from handlers.desk.screens import applications
from handlers.loans.screens import agreement, borrow, group_told, guarantors, loan_receipts, refusals, reminders
from handlers.phrases.readers.products import product

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
        Command("grouploan", opens="group_loan"),
        Command("mylimits", opens="own_limits"),
    ),
    ways={"borrow": "borrow"},
    intents=(
        ChatIntent("borrow", label=True, takes_sum=True, more=(product,), at_once=True),
        ChatIntent("repay", label=True, takes_sum=True, takes_all=True, from_change_plus=True, at_once=True),
        ChatIntent("loans", label=True, look=True),
        ChatIntent("owe", label=True, look=True),
        ChatIntent("promise", label=True, takes_sum=True),
        ChatIntent("hardship", label=True),
        ChatIntent("guarantees", tapped=True, look=True),
        ChatIntent("group_loan", tapped=True, takes_sum=True, said_as="borrow"),
        ChatIntent("group_line", takes_sum=True, said_as="borrow"),
        ChatIntent("own_limits", tapped=True, look=True),
        ChatIntent("own_income", tapped=True),
    ),
    answers={
        "income": Holds.SUM,
        "other": Holds.SUM_OR_NOTHING,
        "can_pay": Holds.SUM_OR_NOTHING,
        "reason": Holds.OWN_WORDS,
        "people": Holds.NAME,
    },
    notices=notices_of(
        origination.KINDS,
        repayment.KINDS,
        operations.KINDS,
        contact.KINDS,
        drawn={
            origination.LoanReceipt: loan_receipts.paid_out,
            origination.ApplicationWaits: applications.application_waits,
            origination.ApplicationIsLate: borrow.application_is_late,
            origination.ApplicationOverdue: applications.application_overdue,
            origination.Approved: borrow.approved,
            origination.Declined: refusals.declined_by_officer,
            origination.GuaranteeAsked: guarantors.asked_to_stand,
            origination.GuaranteeAnswered: guarantors.answered,
            origination.GuaranteeCalled: guarantors.called,
            origination.GroupLoanOpened: group_told.opened,
            origination.GroupLoanToSign: group_told.to_sign,
            origination.GroupLoanLapsed: group_told.lapsed,
            origination.PaidForYou: guarantors.paid_for_you,
            repayment.RepaymentReceipt: loan_receipts.repaid,
            repayment.SettlementReceipt: loan_receipts.settled,
            repayment.DebitReceipt: loan_receipts.debited,
            repayment.ShortDebit: loan_receipts.debit_short,
            repayment.SettlingDebitReceipt: loan_receipts.debit_settled,
            repayment.GivenBackReceipt: loan_receipts.given_back,
            operations.RestructureOffered: agreement.offered,
            operations.WrittenOff: agreement.written_off,
            contact.Debt: reminders.one_debt,
            contact.DebtReminder: reminders.several_debts,
            contact.HardshipWaits: reminders.hardship_waits,
            contact.LateLoanWaits: reminders.late_loan_waits,
        },
    ),
    boards=(Board(BOARD, group_loan_board, group_told.board),),
    menu=(
        MenuEntry("borrow", row=1, place=1, acts=("loan.sign", "loan.draw")),
        MenuEntry("repay", row=1, place=2, acts=("loan.repay",)),
    ),
    topics=(
        *("loan.what_is_it", "loan.terms", "loan.interest", "loan.who_may", "loan.how_to_apply"),
        *("loan.limit_how_much", "loan.limit_why_low", "loan.limit_raise", "loan.not_offered", "loan.borrow_again"),
        *("loan.why_stopped", "loan.why_declined", "loan.review_time", "loan.cancel", "loan.when_paid_out"),
        *("loan.paid_out_to", "loan.phone_call", "loan.papers", "loan.credit_record", "loan.guarantor", "loan.opt_out"),
        *("repay.how", "repay.when_due", "repay.auto_debit", "repay.pay_from", "repay.early", "repay.early_partial"),
        *("repay.late", "repay.failed", "repay.more_time", "repay.records", "repay.not_recorded"),
        *("repay.amount_wrong", "repay.undo"),
    ),
)
