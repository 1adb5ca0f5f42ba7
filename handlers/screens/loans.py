"""The screens of running loans: what is owed, repaying, the schedule as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import ASSETS, Money
from handlers.locales import Html, Translator
from handlers.screens.base import Button, Screen
from handlers.screens.cards import lines, menu_row, progress_bar

if TYPE_CHECKING:
    from finance_core.intents import Intent
    from finance_core.loans.models import InstalmentRow, Loan
    from finance_core.loans.queries import LoanView
    from handlers.talk import Talk

SCHEDULE_LINES: Final = 12
"""Lines of a schedule on a card: a year of months."""


def nothing_owed(t: Translator) -> Screen:
    """There is nothing to repay."""
    return Screen(t("loans.nothing_owed"), ((Button(t("menu.borrow"), "do:borrow"), *menu_row(t)),))


def repay_choices(t: Translator, view: LoanView) -> Screen:
    """What could be paid now: what is due, the next instalment, everything; or any sum, written."""
    choices = []
    if view.due_now:
        choices.append(Button(t("loans.pay_due", amount=view.due_now), _repay(view, view.due_now)))
    elif view.next_due and view.next_due < view.settlement:
        choices.append(Button(t("loans.pay_next", amount=view.next_due), _repay(view, view.next_due)))
    choices.append(Button(t("loans.pay_all", amount=view.settlement), _repay(view, view.settlement)))
    text = lines(_owed(t, view), "", t("loans.ask_repayment"))
    return Screen(text, tuple((choice,) for choice in choices))


def repay_card(t: Translator, view: LoanView, amount: Money) -> Html:
    """What the payment does, before it is confirmed."""
    if amount == view.settlement:
        saved = view.interest_to_come
        return lines(t("loans.settle_card", amount=amount), t("loans.saves", saved=saved) if saved else None)
    ahead = amount - view.due_now
    return lines(
        t("loans.repay_card", amount=amount, left=view.settlement - amount),
        t("loans.ahead", ahead=ahead) if ahead.amount > 0 else None,
    )


def repaid(talk: Talk, intent: Intent) -> Screen:
    """What a payment did."""
    result = intent.result or {}
    key = "loans.settled" if result["settled"] else "loans.repaid"
    text = talk.t(key, amount=Money.of_json(result["sum"]), reference=result["reference"])
    return Screen(text, ((Button(talk.t("menu.loans"), "do:loans"), *menu_row(talk.t)),))


def loan_card(t: Translator, view: LoanView) -> Screen:
    """One running loan: owed today, next due, a bar of progress, and what can be done."""
    loan = view.loan
    done = sum(row.settled_on is not None for row in view.instalments)
    text = lines(
        t("loans.card_title", principal=Money(loan.principal, view.asset), rate=t.percent(loan.all_in_rate)),
        f"{progress_bar(view.repaid.amount, loan.principal)} {done}/{len(view.instalments)}",
        _owed(t, view),
        t("loans.automatic_on" if loan.automatic_debit else "loans.automatic_off"),
    )
    pay = [Button(t("loans.pay_now"), _repay(view, view.due_now))] if view.due_now else []
    early = Button(t("loans.pay_early"), _repay(view, view.settlement))
    schedule_ = Button(t("loans.schedule"), f"schedule:{loan.id}")
    debit = Button(t("loans.stop_debit" if loan.automatic_debit else "loans.start_debit"), f"autodebit:{loan.id}")
    return Screen(text, ((*pay, early), (schedule_, debit), (*_give_back(t, view), *menu_row(t))))


def _give_back(t: Translator, view: LoanView) -> tuple[Button, ...]:
    """The way out within the cooling-off days, until something has been repaid."""
    return (Button(t("loans.give_back"), f"giveback:{view.loan.id}"),) if view.may_be_given_back else ()


def schedule(t: Translator, view: LoanView) -> Screen:
    """The schedule as it stands, with what is paid."""
    rows = [_row(t, row) for row in view.instalments[:SCHEDULE_LINES]]
    back = Button(t("common.back"), "do:loans")
    return Screen(lines(t("loans.schedule_title"), *rows), ((back, *menu_row(t)),))


def give_back_card(t: Translator, loan: Loan) -> Html:
    """What giving a loan back means, before it is confirmed."""
    return t("loans.give_back_card", amount=Money(loan.principal, ASSETS[loan.asset]), until=loan.cooling_off_until)


def given_back(talk: Talk, intent: Intent) -> Screen:
    """The loan is void."""
    result = intent.result or {}
    text = talk.t("loans.given_back", amount=Money.of_json(intent.params["sum"]), reference=result["reference"])
    return Screen(text, (menu_row(talk.t),))


def _owed(t: Translator, view: LoanView) -> Html:
    if view.due_now:
        late = t("loans.late", days=t("common.day", count=view.days_past_due)) if view.days_past_due else None
        return lines(t("loans.due_now", amount=view.due_now), late, t("loans.outstanding", amount=view.outstanding))
    if view.next_due_on is None:
        return t("loans.outstanding", amount=view.outstanding)
    return lines(
        t("loans.nothing_due_today"),
        t("loans.next_due", amount=view.next_due, day=view.next_due_on),
        t("loans.outstanding", amount=view.outstanding),
    )


def _row(t: Translator, row: InstalmentRow) -> str:
    mark = "✅" if row.settled_on else "▫️"
    total = row.principal + row.interest + row.late_interest + row.penalty
    return f"{mark} {row.nr}. {t.short_day(row.due_on)} · {Money(total, ASSETS['CNY'])}"


def _repay(view: LoanView, amount: Money) -> str:
    return f"do:repay:loan={view.loan.id}:amount={amount.decimal:f}"
