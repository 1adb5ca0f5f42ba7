"""A loan whose interest is not recalculated: the plan stands, and money is laid on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from finance_core.loans.rules.instalments import Event, EventKind, RunningInstalment, pay_oldest_first
from finance_core.loans.rules.interest import quotient
from finance_core.loans.rules.loan_periods import LoanPeriods
from finance_core.loans.rules.methods import empty_periods, splits_of
from finance_core.loans.rules.terms import Prepayment, SettleInterest, Terms


def replay_planned(
    terms: Terms, time: LoanPeriods, events: Sequence[Event]
) -> tuple[list[RunningInstalment], int | None]:
    """Return the planned instalments with what `events` paid on them, and what a settlement among them took.

    What is due is paid first, oldest first; money beyond it pays the next instalments, or with the prepayment rule
    `last` those at the end.
    """
    splits = splits_of(terms, time)
    instalments = [
        RunningInstalment(period.nr, period.start_on, period.due_on, principal, interest, terms.fee_each_instalment)
        for period, (principal, interest) in zip(time.periods, splits, strict=False)
    ]
    instalments += [RunningInstalment(*period[:3]) for period in empty_periods(terms, time, splits)]
    settlement = None
    for event in events:
        undrawn = sum(tranche.amount for tranche in terms.tranches if tranche.on > event.on)
        if event.kind is EventKind.SETTLE:
            settlement = _settle(terms, instalments, event.on, undrawn)
        left = pay_oldest_first(
            (instalment for instalment in instalments if instalment.due_on <= event.on), event.amount
        )
        later = [instalment for instalment in instalments if instalment.due_on > event.on]
        payable = max(sum(instalment.unpaid for instalment in later) - undrawn, 0)
        pay_oldest_first(reversed(later) if terms.prepayment is Prepayment.LAST else later, min(left, payable))
    return instalments, settlement


def _settle(terms: Terms, instalments: list[RunningInstalment], on: date, undrawn: int) -> int:
    """Charge the running period its interest to the day (or whole) and later ones nothing, and pay everything.

    What is not drawn yet will not be: it leaves the instalments again, the last ones first.
    """
    for instalment in reversed(instalments):
        left_out = min(undrawn, instalment.unpaid_principal)
        instalment.principal -= left_out
        undrawn -= left_out
        if instalment.due_on > on:
            instalment.interest = max(_interest_to(terms, instalment, on), instalment.paid_interest)
            instalment.fee = instalment.paid_fee
    settlement = sum(instalment.unpaid for instalment in instalments)
    pay_oldest_first(instalments, settlement)
    return settlement


def _interest_to(terms: Terms, instalment: RunningInstalment, on: date) -> int:
    if on <= instalment.start_on:
        return 0
    if terms.settle_interest is SettleInterest.PERIOD:
        return instalment.interest
    return quotient(
        instalment.interest * (on - instalment.start_on).days,
        (instalment.due_on - instalment.start_on).days,
        terms.rounding,
    )
