"""What a circle's loan looks like before the meeting is asked for it: the price first, and what may be turned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from finance_core.kernel.money import Money
from finance_core.loans.origination.quoting import Quote
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import confirm_buttons, lines
from handlers.circles.saving.meeting_intents import AskForLoan, IsAsked
from handlers.circles.screens.saving_giving import is_asked
from handlers.circles.screens.saving_meeting import Seen
from handlers.locales import Html, Translator


@dataclass(frozen=True, slots=True)
class Card:
    """What the card shows, and which intent its buttons name. `cap`: on the all-in rate, in percent."""

    quote: Quote
    seen: Seen
    cap: Decimal
    debit: bool
    token: str
    version: int


def how_much(t: Translator, most: Money, seen: Seen) -> Screen:
    """Ask how much: what one has saved and what lies in the fund bound it."""
    said = t("saving_meetings.loan_how_much", most=most, saved=seen.mine.saved, cash=seen.fund.cash)
    return Screen(said)


def how_long(t: Translator, code: str, amount: Money, months: Iterable[int]) -> Screen:
    """Ask over how many months."""
    row = tuple(
        Button(
            t("saving_meetings.months", count=each),
            f"do:circle_loan:code={code}:lent={said(amount)}:loan_months={each}",
        )
        for each in months
    )
    return Screen(t("saving_meetings.loan_how_long", sum=amount), (row,))


def said(amount: Money) -> str:
    """Return an amount as a slot says it."""
    return f"{amount.decimal:f}"


def card(t: Translator, shown: Card) -> Screen:
    """The price, each instalment, what it comes to, what happens when late, and that it takes a vote."""
    quote, token, version = shown.quote, shown.token, shown.version
    turn = Button(t(f"saving_meetings.debit_{'off' if shown.debit else 'on'}"), f"loandebit:{token}:{version}")
    read = Button(t("borrow.read_contract"), f"loandraft:{token}:{version}")
    rules = shown.seen.fund.saving.rules
    text = lines(
        t("borrow.all_in", rate=t.percent(quote.all_in_rate)),
        t("saving_meetings.rate_and_cap", rate=t.percent(rules.loan_rate), cap=t.percent(shown.cap)),
        t(
            "saving_meetings.loan_of",
            sum=quote.principal,
            title=shown.seen.title,
            count=len(quote.schedule.instalments),
        ),
        "",
        *_schedule(t, quote),
        "",
        t("borrow.repaid_in_all", total=quote.repaid),
        t("borrow.cost", cost=quote.cost, principal=quote.principal),
        t("saving_meetings.in_the_fund", cash=shown.seen.fund.cash),
        t("saving_meetings.late_is_fined", sum=shown.seen.money(rules.fine_amount)) if rules.fine_amount else None,
        t("saving_meetings.is_debited" if shown.debit else "saving_meetings.is_not_debited"),
        t("saving_meetings.signed_then_voted"),
    )
    return Screen(text, (*confirm_buttons(t, token, version), (turn,), (read,)))


def _schedule(t: Translator, quote: Quote) -> list[Html]:
    asset = quote.principal.asset
    return [
        t(
            "saving_meetings.instalment",
            nr=line.nr,
            on=line.due_on,
            total=Money(line.total, asset),
            principal=Money(line.principal, asset),
            interest=Money(line.interest, asset),
        )
        for line in quote.schedule.instalments
    ]


def asked(t: Translator, params: AskForLoan, result: IsAsked) -> Screen:
    """The others are asked."""
    return is_asked(t, params.code, result.request)
