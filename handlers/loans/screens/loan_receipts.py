"""Receipts of what was paid on a loan: what is left and due next, and the letter once it is settled."""

from __future__ import annotations

from finance_core.loans.origination.notices import LoanReceipt
from finance_core.loans.repayment.notices import (
    DebitReceipt,
    GivenBackReceipt,
    RepaymentReceipt,
    SettlementReceipt,
    SettlingDebitReceipt,
    ShortDebit,
)
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, values_of
from handlers.locales import Html, Translator


def paid_out(t: Translator, told: LoanReceipt) -> Screen:
    """The loan's money, with the way to the loan."""
    return Screen(t("notice.receipt_loan", **values_of(told)), ((Button(t("menu.loans"), "do:loans"),),))


def repaid(t: Translator, told: RepaymentReceipt) -> Screen:
    """A payment of one's own, with what is still due today or what comes next."""
    return Screen(lines(t("notice.receipt_repayment", **values_of(told)), _what_is_next(t, told)))


def settled(t: Translator, told: SettlementReceipt) -> Screen:
    """The payment that settled it, with the letter that says so."""
    return Screen(t("notice.receipt_loan_settled", **values_of(told)), _letter(t, told.loan))


def debited(t: Translator, told: DebitReceipt) -> Screen:
    """A debit, with what is due after it."""
    due = t("notice.still_due", due_now=told.due_now) if told.due_now else None
    return Screen(lines(t("notice.receipt_debit", **values_of(told)), due))


def debit_short(t: Translator, told: ShortDebit) -> Screen:
    """A debit that did not reach: what was taken, what is missing, until when, and what waiting costs."""
    text = lines(
        t("notice.debit_short" if told.taken else "notice.debit_nothing", **values_of(told)),
        t("notice.of_instalment", nr=told.nr, count=told.count, borrowed=told.borrowed),
        t("notice.short_besides", sum=told.besides) if told.besides else None,
        t("notice.short_on_time", due_on=told.due_on),
        t("notice.short_grace", last_on=told.last_on, cost=told.in_grace) if told.last_on > told.due_on else None,
        t("notice.short_beyond", cost=told.beyond, due_on=told.due_on),
        t("notice.short_late_fee", fee=told.late_fee) if told.late_fee else None,
        t("notice.short_debited"),
        t("notice.reference", reference=", ".join(told.references)) if told.references else None,
    )
    pay = Button(t("notice.pay_now"), f"do:repay:loan={told.loan}")
    name_a_day = Button(t("menu.promise"), f"do:promise:loan={told.loan}")
    return Screen(text, ((pay,), (name_a_day,), (Button(t("menu.hardship"), "do:hardship"),)))


def debit_settled(t: Translator, told: SettlingDebitReceipt) -> Screen:
    """The debit that settled it, with the letter that says so."""
    return Screen(t("notice.receipt_debit_settled", **values_of(told)), _letter(t, told.loan))


def given_back(t: Translator, told: GivenBackReceipt) -> Screen:
    """A loan given back within its cooling-off days; the fee that was withheld came back with it."""
    fee = t("notice.fee_came_back", fee=told.fee) if told.fee else None
    return Screen(lines(t("notice.receipt_loan_given_back", **values_of(told)), fee))


def _what_is_next(t: Translator, told: RepaymentReceipt) -> Html | None:
    if told.due_now:
        return t("notice.still_due", due_now=told.due_now)
    if told.next_due_on is None:
        return None
    return t("notice.next_due", next_due=told.next_due, next_due_on=told.next_due_on)


def _letter(t: Translator, loan_id: int) -> tuple[tuple[Button, ...], ...]:
    return ((Button(t("loans.letter"), f"letter:{loan_id}"),),)
