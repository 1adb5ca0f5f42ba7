"""What is told of a loan that is taken together: to each in private, and to the group how many have signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance_core.loans.origination.group_models import GroupState
from finance_core.loans.origination.notices import GroupLoanLapsed, GroupLoanOpened, GroupLoanToSign
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.locales import Translator

if TYPE_CHECKING:
    from finance_core.journeys.group_loans import GroupLoanBoard


def opened(t: Translator, told: GroupLoanOpened) -> Screen:
    """Somebody proposes to borrow together: how much to each, and the way to say yes or no."""
    said = t("notice.group_loan_opened", name=told.name, until_on=told.until_on)
    if told.sum is None or told.count is None:
        return Screen(said, ((Button(t("group_loans.see"), f"grouploan:{told.group}"),),))
    parts = t("borrow.parts", count=told.count)
    ask = Button(
        t("group_loans.ask_for", sum=told.sum, count=told.count),
        f"groupask:{told.group}:{told.sum.amount}:{told.count}",
    )
    other = Button(t("group_loans.another_sum"), f"groupother:{told.group}")
    end = Button(t("group_loans.not_me"), f"groupend:{told.group}")
    return Screen(lines(said, t("group_loans.each", sum=told.sum, parts=parts)), ((ask,), (other, end)))


def to_sign(t: Translator, told: GroupLoanToSign) -> Screen:
    """All lines are approved: the way to read and to sign."""
    look = Button(t("group_loans.see_and_sign"), f"grouploan:{told.group}")
    return Screen(t("notice.group_loan_to_sign", until_on=told.until_on), ((look,),))


def lapsed(t: Translator, told: GroupLoanLapsed) -> Screen:
    """It has not come about: nobody was paid."""
    return Screen(t("notice.group_loan_lapsed"), (menu_row(t),))


def board(t: Translator, seen: GroupLoanBoard) -> Screen:
    """What the group reads: how many have signed, and whether it is complete. No names, no sums."""
    head = t("group_loans.board_title", title=seen.title, code=seen.code)
    progress = seen.progress
    if progress.state is GroupState.PAID:
        return Screen(lines(head, t("group_loans.board_complete", of=progress.of)))
    if progress.state is GroupState.LAPSED:
        return Screen(lines(head, t("group_loans.board_over")))
    count = t("group_loans.have_signed", signed=progress.signed, of=progress.of)
    return Screen(lines(head, count, t("group_loans.board_until", until_on=seen.until_on)))
