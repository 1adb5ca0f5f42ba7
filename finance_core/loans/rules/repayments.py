"""A loan's schedule after what really happened: repayments early, late, in part or beyond what was due, a settlement.

Two families exist in the field, and institutions migrate with running loans, so both are here: see `cumulative` and
`progressive` for their rules. A loan whose interest is not recalculated keeps its plan, and money is laid on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from finance_core.kernel.periods import IsHoliday
from finance_core.loans.rules.cumulative import replay_cumulative
from finance_core.loans.rules.instalments import Event, EventKind, RunningInstalment, as_instalments
from finance_core.loans.rules.loan_periods import loan_periods
from finance_core.loans.rules.planned import replay_planned
from finance_core.loans.rules.progressive import replay_progressive
from finance_core.loans.rules.schedule import Schedule
from finance_core.loans.rules.terms import InvalidTerms, Recalculation, Style, Terms


class Outcome(NamedTuple):
    """A schedule after events, and what the settlement among them took, in minor units (None without one)."""

    schedule: Schedule
    settlement: int | None


def after(terms: Terms, events: Sequence[Event], is_holiday: IsHoliday | None = None) -> Outcome:
    """Return the schedule of `terms` once `events`, oldest first, have happened, with what is paid on each instalment.

    Only what is owed is taken; a repayment of all of it is a settlement.

    Raises:
        InvalidTerms: events are out of order, before disbursement, or carry an amount that does not fit their kind.
    """
    _check(terms, events)
    time = loan_periods(terms, is_holiday)
    if terms.recalculate is Recalculation.NONE:
        instalments, settlement = replay_planned(terms, time, events)
    elif terms.style is Style.CUMULATIVE:
        state = replay_cumulative(terms, time, events)
        instalments, settlement = state.instalments, state.settlement
    else:
        instalments, settlement = replay_progressive(terms, time, events)
    ended_on = date.max if settlement is None else events[-1].on
    draws = [(tranche.on, tranche.amount) for tranche in terms.tranches if tranche.on <= ended_on]
    instalments_after = as_instalments(instalments, terms.principal.amount, draws)
    return Outcome(Schedule(terms.principal.asset, terms.disbursed_on, instalments_after), settlement)


def _check(terms: Terms, events: Sequence[Event]) -> None:
    days = [event.on for event in events]
    if days != sorted(days):
        raise InvalidTerms("events", "not_in_order")
    if days and days[0] < terms.disbursed_on:
        raise InvalidTerms("events", "too_early", after=terms.disbursed_on)
    for event in events:
        if (event.amount > 0) is not (event.kind is EventKind.REPAY):
            raise InvalidTerms("events", "amount_does_not_fit")
    if any(event.kind is EventKind.SETTLE for event in events[:-1]):
        raise InvalidTerms("events", "after_settlement")


__all__ = ["Event", "EventKind", "Outcome", "RunningInstalment", "after"]
