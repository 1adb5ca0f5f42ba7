"""A loan whose interest is not recalculated: the plan stands, and money is laid on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from finance_core.loans.rules.instalments import Event, EventKind, Line, pay_oldest_first
from finance_core.loans.rules.interest import quotient
from finance_core.loans.rules.loan_periods import LoanPeriods
from finance_core.loans.rules.methods import splits_of
from finance_core.loans.rules.terms import Prepayment, SettleInterest, Terms


def replay_planned(terms: Terms, time: LoanPeriods, events: Sequence[Event]) -> tuple[list[Line], int | None]:
    """Return the planned lines with what `events` paid on them, and what a settlement among them took.

    What is due is paid first, oldest first; money beyond it pays the next instalments, or with the prepayment rule
    `last` those at the end.
    """
    lines = [
        Line(period.nr, period.start_on, period.due_on, principal, interest, terms.fee_each_instalment)
        for period, (principal, interest) in zip(time.periods, splits_of(terms, time), strict=False)
    ]
    settlement = None
    for event in events:
        undrawn = sum(tranche.amount for tranche in terms.tranches if tranche.on > event.on)
        if event.kind is EventKind.SETTLE:
            settlement = _settle(terms, lines, event.on, undrawn)
        left = pay_oldest_first((line for line in lines if line.due_on <= event.on), event.amount)
        later = [line for line in lines if line.due_on > event.on]
        payable = max(sum(line.unpaid for line in later) - undrawn, 0)
        pay_oldest_first(reversed(later) if terms.prepayment is Prepayment.LAST else later, min(left, payable))
    return lines, settlement


def _settle(terms: Terms, lines: list[Line], on: date, undrawn: int) -> int:
    """Charge the running period its interest to the day (or whole) and later ones nothing, and pay everything.

    What is not drawn yet will not be: it leaves the lines again, the last ones first.
    """
    for line in reversed(lines):
        left_out = min(undrawn, line.unpaid_principal)
        line.principal -= left_out
        undrawn -= left_out
        if line.due_on > on:
            line.interest = max(_interest_to(terms, line, on), line.paid_interest)
            line.fee = line.paid_fee
    settlement = sum(line.unpaid for line in lines)
    pay_oldest_first(lines, settlement)
    return settlement


def _interest_to(terms: Terms, line: Line, on: date) -> int:
    if on <= line.start_on:
        return 0
    if terms.settle_interest is SettleInterest.PERIOD:
        return line.interest
    return quotient(line.interest * (on - line.start_on).days, (line.due_on - line.start_on).days, terms.rounding)
