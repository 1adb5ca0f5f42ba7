"""A cumulative schedule after payments: it is written forward, period by period, and what fell due stays as it was.

- An event changes the period that it falls in and those after it. The periods before it stand as they were agreed.
- In that period interest follows what is really owed, up to the day of its last event (or up to the period's end): on
  the planned balance, more by what is overdue, less by what was paid early. Each stretch is rounded for itself.
- Money is laid on what is due, oldest first: fee, interest, principal. What is left before the due day is principal,
  at once; what is left on it is principal beyond the due sum. What that does is the prepayment rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from finance_core.loans.rules.instalments import Event, EventKind, RunningInstalment, is_drawn, pay_oldest_first
from finance_core.loans.rules.interest import quotient
from finance_core.loans.rules.loan_periods import LoanPeriods, Period
from finance_core.loans.rules.methods import aim_for, drawn_within, fixed_interests, wanted_principal
from finance_core.loans.rules.terms import Prepayment, Recalculation, SettleInterest, Terms


@dataclass(slots=True)
class ScheduleState:
    """A loan on its way: the instalments so far, what is lent and not in them, what the next ones aim at."""

    terms: Terms
    time: LoanPeriods
    balance: int
    aim: int
    fixed: list[int] | None
    instalments: list[RunningInstalment] = field(default_factory=list)
    ahead: int = 0  # paid beyond the due sum and still to make next instalments smaller
    deferred: int = 0  # interest of grace periods
    settlement: int | None = None


def replay_cumulative(terms: Terms, time: LoanPeriods, events: Sequence[Event]) -> ScheduleState:
    """Return the state of a loan through `events`, oldest first."""
    aim = aim_for(terms, time, terms.total_principal, 0)
    state = ScheduleState(terms, time, terms.principal.amount, aim, fixed_interests(terms, time))
    for period in time.periods:
        within = [event for event in events if _belongs(event, period)]
        _replay_period(state, period, within)
        if state.settlement is not None:
            return state
        if _is_repaid(state, period):
            break
    ended_on = state.instalments[-1].due_on
    for event in events:
        if event.on > ended_on:
            _after_the_end(state, event)
    return state


def _belongs(event: Event, period: Period) -> bool:
    starts = period.nr == 1 and event.on <= period.start_on
    return starts or period.start_on < event.on <= period.due_on


def _replay_period(state: ScheduleState, period: Period, events: Sequence[Event]) -> None:
    """Bring `state` from the start of `period` to its end, or to a settlement within it."""
    instalment = RunningInstalment(period.nr, period.start_on, period.due_on, fee=state.terms.fee_each_instalment)
    changes = [(period.start_on, state.balance), *((draw.on, draw.amount) for draw in period.draws)]
    if events:
        changes.append((period.start_on, _overdue(state)))
    held = 0
    for event in events:
        cost = _cost_to_settle(state, period, changes, instalment, event.on)
        if event.kind is EventKind.SETTLE or (0 < cost <= event.amount and is_drawn(state.terms, event.on)):
            _settle(state, period, changes, instalment, event.on)
            return
        held += _receive(state, period, changes, instalment, event)
    if events and state.terms.recalculate is Recalculation.DAY:
        changes.append((events[-1].on, -_overdue(state)))
    _fall_due(state, period, instalment, _interest(state, period, changes, period.due_on), held)


def _receive(
    state: ScheduleState, period: Period, changes: list[tuple[date, int]], instalment: RunningInstalment, event: Event
) -> int:
    """Lay a repayment on what is overdue and, by the day, on the principal of `instalment`; return what has to wait."""
    overdue = _overdue(state)
    left = pay_oldest_first(state.instalments, event.amount)
    if state.terms.recalculate is not Recalculation.DAY:
        return left
    changes.append((event.on, _overdue(state) - overdue))
    if event.on >= instalment.due_on:
        return left
    early = min(left, _not_due(state, period, event.on) - instalment.paid_principal)
    changes.append((event.on, -early))
    instalment.paid_principal += early
    return 0


def _fall_due(state: ScheduleState, period: Period, instalment: RunningInstalment, interest: int, held: int) -> None:
    """Make `instalment` what falls due at the end of `period`, and lay on it the money that was `held` for that day."""
    balance = state.balance + drawn_within([period])
    aimed = _aimed_principal(state, period, interest)
    instalment.principal = (
        balance if period.nr == len(state.time.periods) else min(max(aimed, instalment.paid_principal), balance)
    )
    instalment.interest = _due_interest(state, period, interest, repaid=instalment.principal == balance)
    excess = max(instalment.paid_principal - aimed, 0) if instalment.principal < balance else 0
    beyond = min(instalment.pay(held), balance - instalment.principal)
    instalment.principal += beyond
    instalment.paid_principal += beyond
    state.balance = balance - instalment.principal
    state.instalments.append(instalment)
    if excess + beyond:
        _reaim(state, period, excess + beyond)


def _aimed_principal(state: ScheduleState, period: Period, interest: int) -> int:
    """Return the principal that the period's instalment aims at, less what was paid ahead for it."""
    if period.nr <= state.terms.grace_principal:
        return 0
    wanted = max(wanted_principal(state.terms, state.aim, interest), 0)
    ahead = min(state.ahead, wanted)
    state.ahead -= ahead
    return wanted - ahead


def _due_interest(state: ScheduleState, period: Period, interest: int, *, repaid: bool) -> int:
    """Return the interest that falls due; that of a grace period is deferred to the first due one."""
    if period.nr <= state.terms.grace_interest and not repaid:
        state.deferred += interest
        return 0
    interest += state.deferred
    state.deferred = 0
    return interest


def _reaim(state: ScheduleState, period: Period, excess: int) -> None:
    """Let `excess`, principal paid beyond the due sum, do what the prepayment rule says."""
    if state.terms.prepayment is Prepayment.NEXT:
        state.ahead += excess
    if state.terms.prepayment is Prepayment.REDUCE_INSTALMENT and period.nr < len(state.time.periods):
        left = state.terms.total_principal - sum(instalment.principal for instalment in state.instalments)
        state.aim = aim_for(state.terms, state.time, left, period.nr)


def _overdue(state: ScheduleState) -> int:
    """Return what goes on earning interest past its due day: unpaid principal, with `compound` the interest too."""
    owed = sum(instalment.unpaid_principal for instalment in state.instalments)
    return owed + sum(instalment.unpaid_interest for instalment in state.instalments) if state.terms.compound else owed


def _not_due(state: ScheduleState, period: Period, on: date) -> int:
    """Return the principal that is drawn by day `on` of `period` and that no instalment before it has."""
    return state.balance + sum(draw.amount for draw in period.draws if draw.on <= on)


def _interest(state: ScheduleState, period: Period, changes: list[tuple[date, int]], until: date) -> int:
    """Return the interest of `period` until `until`, each stretch between two changes rounded for itself."""
    if state.fixed is not None:
        return quotient(state.fixed[period.nr - 1] * (until - period.start_on).days, period.days, state.terms.rounding)
    stops = sorted({max(day, period.start_on) for day, change in changes if change and day < until} | {until})
    interest = 0
    for start, end in pairwise(stops):
        balance = sum(change for day, change in changes if day <= start)
        earned = balance * period.units * (end - start).days
        interest += quotient(earned, state.time.denominator * period.days, state.terms.rounding)
    return interest


def _cost_to_settle(
    state: ScheduleState, period: Period, changes: list[tuple[date, int]], instalment: RunningInstalment, on: date
) -> int:
    """Return what ends the loan on day `on`: all that is unpaid, the principal not yet due, and interest until then."""
    unpaid = sum(earlier.unpaid for earlier in state.instalments)
    until = on if state.terms.settle_interest is SettleInterest.DAY else period.due_on
    interest = _interest(state, period, changes, max(until, period.start_on)) + state.deferred
    fee = instalment.fee if on == period.due_on else 0
    return unpaid + _not_due(state, period, on) - instalment.paid_principal + interest + fee


def _settle(
    state: ScheduleState, period: Period, changes: list[tuple[date, int]], instalment: RunningInstalment, on: date
) -> None:
    """End the loan on day `on`: the last instalment takes everything, and all is paid."""
    state.settlement = _cost_to_settle(state, period, changes, instalment, on)
    unpaid = sum(earlier.unpaid for earlier in state.instalments)
    pay_oldest_first(state.instalments, unpaid)
    instalment.fee = instalment.fee if on == period.due_on else 0
    instalment.due_on = max(on, period.start_on)
    instalment.principal = _not_due(state, period, on)
    instalment.interest = (
        state.settlement - unpaid - (instalment.principal - instalment.paid_principal) - instalment.fee
    )
    instalment.pay(instalment.unpaid)
    state.balance = 0
    state.instalments.append(instalment)


def _after_the_end(state: ScheduleState, event: Event) -> None:
    """Let an event happen after the last due day: what is overdue has earned until then, as one more instalment."""
    last, period = state.instalments[-1], state.time.periods[min(len(state.instalments), len(state.time.periods)) - 1]
    if state.fixed is None:
        earned = _overdue(state) * period.units * (event.on - last.due_on).days
        interest = quotient(earned, state.time.denominator * period.days, state.terms.rounding)
        if interest:
            state.instalments.append(RunningInstalment(last.nr + 1, last.due_on, event.on, interest=interest))
    unpaid = sum(instalment.unpaid for instalment in state.instalments)
    if event.kind is EventKind.SETTLE:
        state.settlement = unpaid
    pay_oldest_first(state.instalments, unpaid if event.kind is EventKind.SETTLE else event.amount)


def _is_repaid(state: ScheduleState, period: Period) -> bool:
    return state.balance == 0 and not drawn_within(state.time.periods[period.nr :])
