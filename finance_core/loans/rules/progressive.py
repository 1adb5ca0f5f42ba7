"""A progressive schedule after payments: every instalment is kept in step with what is really owed.

- Until the day of the last event interest follows the balance that was really outstanding, in every period; from then
  on it assumes that what is overdue is paid at once and the rest as it falls due. A period's interest is rounded once.
- An instalment keeps its level: more interest leaves less for principal, and the last one takes the difference. What
  interest a level cannot hold, or arises after principal was paid in its place, goes to the next one.
- Money is laid on what is due, oldest first: fee, interest, principal. What is left does what the prepayment rule says:
  it pays the `next` instalments, or the `last` ones, with the interest that has arisen by then, or lowers the balance,
  with a new level for all that follow (`reduce_instalment`) or fewer of them (`reduce_term`).
- An instalment that is paid in full ahead of its day is closed: whatever happens, it stays as it was paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from finance_core.loans.rules.instalments import Event, EventKind, RunningInstalment, is_drawn, pay_oldest_first
from finance_core.loans.rules.interest import quotient
from finance_core.loans.rules.loan_periods import LoanPeriods
from finance_core.loans.rules.methods import (
    MAX_AIM_CORRECTIONS,
    aim_for,
    corrected_level,
    corrects_level,
    fixed_interests,
    holds_interest,
    planned_aims,
    splits_of,
    wanted_principal,
)
from finance_core.loans.rules.terms import Prepayment, Recalculation, SettleInterest, Terms


class _Horizon(NamedTuple):
    """How far a loan is looked at."""

    known: date  # until this day the balance is what was really owed
    until: date = date.max  # no interest arises after this day
    drawn_by: date = date.max  # later tranches are not reckoned with


@dataclass(slots=True)
class _ScheduleState:
    """A loan on its way: its instalments, what each aims at, and when principal was really paid."""

    terms: Terms
    time: LoanPeriods
    aims: list[int]
    fixed: list[int] | None
    instalments: list[RunningInstalment]
    paid: list[tuple[date, int]] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)  # indices of instalments paid in full before their due day


def replay_progressive(
    terms: Terms, time: LoanPeriods, events: Sequence[Event]
) -> tuple[list[RunningInstalment], int | None]:
    """Return the instalments after `events`, oldest first, and what a settlement among them took (None without one)."""
    instalments = [RunningInstalment(period.nr, period.start_on, period.due_on) for period in time.periods]
    for instalment in instalments[: len(splits_of(terms, time))]:
        instalment.fee = terms.fee_each_instalment
    state = _ScheduleState(terms, time, planned_aims(terms, time), fixed_interests(terms, time), instalments)
    _look_ahead(state, terms.disbursed_on)
    for event in events:
        cost = _cost_to_settle(state, event.on)
        if event.kind is EventKind.SETTLE or (0 < cost <= event.amount and is_drawn(terms, event.on)):
            _settle(state, event, cost)
            return _kept(state), cost
        if event.amount:
            _receive(state, event, cost)
        _look_ahead(state, event.on)
        _close_paid(state, event.on)
    return _kept(state), None


def _kept(state: _ScheduleState) -> list[RunningInstalment]:
    """Return the instalments; where what was paid shortened the term, without those that it made empty."""
    instalments = state.instalments
    if state.terms.prepayment is Prepayment.REDUCE_TERM and any(instalment.extra for instalment in instalments):
        while len(instalments) > 1 and not (instalments[-1].principal + instalments[-1].interest):
            instalments = instalments[:-1]
    return instalments


def _look_ahead(state: _ScheduleState, today: date) -> None:
    """Bring every instalment in step with what was paid until `today`, and with what is to come."""
    _reckon(state, _Horizon(known=_whole_period(state, today)))


def _look_at(state: _ScheduleState, today: date) -> None:
    """Let every instalment be what it is on `today`: with the interest that has arisen, on what has been drawn."""
    end = _whole_period(state, today)
    _reckon(state, _Horizon(known=end, until=end, drawn_by=today))


def _whole_period(state: _ScheduleState, on: date) -> date:
    """Return day `on`, or with recalculation by whole periods the end of its period."""
    return on if state.terms.recalculate is Recalculation.DAY else _next_due(state, on)


def _next_due(state: _ScheduleState, on: date) -> date:
    """Return the first due day that is `on` or later, `on` when there is none."""
    return next((instalment.due_on for instalment in state.instalments if instalment.due_on >= on), on)


def _reckon(state: _ScheduleState, horizon: _Horizon) -> None:
    """Give every instalment its principal and interest, as far as `horizon`."""
    deferred = unmet = assigned = overdue = 0
    reserved = sum(instalment.paid_principal for instalment in state.instalments)
    last_open = max(set(range(len(state.instalments))) - state.closed, default=-1)
    for index, instalment in enumerate(state.instalments):
        own = unmet + _interest(state, index, horizon, overdue)
        reserved -= instalment.paid_principal
        available = _drawn(state, instalment.due_on, horizon) - assigned - reserved
        due = own if index == last_open else _held_interest(state, index, own)
        unmet = max(own - due, 0)
        if index in state.closed:
            instalment.principal = instalment.paid_principal
        elif index == last_open:
            instalment.principal = available
        else:
            instalment.principal = _principal(state, index, due, available)
        if _defers(state.terms, index) and instalment.principal < available:
            deferred += max(due - instalment.paid_interest, 0)
            due = instalment.paid_interest
        elif index not in state.closed:
            due, deferred = due + deferred, 0
        instalment.interest = max(due, instalment.paid_interest)
        assigned += instalment.principal
        overdue += instalment.unpaid_principal
    state.instalments[last_open].interest += unmet


def _held_interest(state: _ScheduleState, index: int, own: int) -> int:
    """Return how much of `own` interest falls due with an instalment; the rest is for those after it.

    A closed one has what was paid. A level holds no more than itself, nothing in an interest grace, and where more
    principal was paid on it than all of the interest leaves room for, what was paid.
    """
    instalment, aim = state.instalments[index], state.aims[index]
    if index in state.closed:
        return instalment.paid_interest
    if not holds_interest(state.terms):
        return own
    ahead = instalment.paid_principal - instalment.extra > max(aim - own, 0)
    if index < state.terms.grace_interest or (ahead and index >= state.terms.grace_principal):
        return instalment.paid_interest
    return max(own if index < state.terms.grace_principal else min(own, aim), instalment.paid_interest)


def _defers(terms: Terms, index: int) -> bool:
    """Return whether an instalment's interest is put on top of the first one after the grace."""
    return index < terms.grace_interest and not holds_interest(terms)


def _principal(state: _ScheduleState, index: int, interest: int, available: int) -> int:
    """Return the principal of an instalment: what its aim wants and what was paid beyond it, of what is `available`."""
    instalment = state.instalments[index]
    wanted = wanted_principal(state.terms, state.aims[index], interest) if index >= state.terms.grace_principal else 0
    return min(max(max(wanted, 0) + instalment.extra, instalment.paid_principal), available)


def _interest(state: _ScheduleState, index: int, horizon: _Horizon, overdue: int) -> int:
    """Return the interest of a period, on what was owed until `horizon.known` and is to be owed from then on."""
    period = state.time.periods[index]
    until = min(period.due_on, horizon.until)
    if until <= period.start_on:
        return 0
    if state.fixed is not None:
        return quotient(state.fixed[index] * (until - period.start_on).days, period.days, state.terms.rounding)
    changes = {day for day in _change_days(state, horizon) if period.start_on < day < until}
    earned = sum(
        (_owed_on(state, start) if start < horizon.known else _to_be_owed_on(state, start) - overdue)
        * (end - start).days
        for start, end in pairwise(sorted({period.start_on, until, *changes}))
    )
    return quotient(earned * period.units, state.time.denominator * period.days, state.terms.rounding)


def _change_days(state: _ScheduleState, horizon: _Horizon) -> list[date]:
    return [horizon.known, *(tranche.on for tranche in state.terms.tranches), *(day for day, _ in state.paid)]


def _owed_on(state: _ScheduleState, day: date) -> int:
    """Return the principal that was really owed on `day`."""
    return _drawn_until(state, day) - sum(amount for paid_on, amount in state.paid if paid_on <= day)


def _to_be_owed_on(state: _ScheduleState, day: date) -> int:
    """Return the principal that is left on a later `day` of all that is drawn by then, if nothing more is paid."""
    return _drawn_until(state, day) - sum(amount for _, amount in state.paid)


def _drawn_until(state: _ScheduleState, day: date) -> int:
    later = sum(tranche.amount for tranche in state.terms.tranches if tranche.on <= day)
    return state.terms.principal.amount + later


def _drawn(state: _ScheduleState, due_on: date, horizon: _Horizon) -> int:
    """Return the principal that is drawn before `due_on`, as far as `horizon`."""
    tranches = state.terms.tranches
    later = sum(tranche.amount for tranche in tranches if tranche.on < due_on and tranche.on <= horizon.drawn_by)
    return state.terms.principal.amount + later


def _receive(state: _ScheduleState, event: Event, most: int) -> None:
    """Lay a repayment, of which at most `most` is taken, on what is due, oldest first; what is left by the rule."""
    _look_at(state, event.on)
    before = sum(instalment.paid_principal for instalment in state.instalments)
    running = _running(state, event.on)
    left = pay_oldest_first(state.instalments[:running], min(event.amount, most))
    if left and running < len(state.instalments):
        _PREPAY[state.terms.prepayment](state, event.on, running, left)
        _close_paid(state, event.on)
    repaid = sum(instalment.paid_principal for instalment in state.instalments) - before
    state.paid.append((_whole_period(state, event.on), repaid))
    if left and state.terms.prepayment is Prepayment.REDUCE_INSTALMENT:
        _relevel(state, event.on, running)


def _running(state: _ScheduleState, on: date) -> int:
    """Return the index of the first instalment that is not yet due on day `on`."""
    return sum(instalment.due_on <= on for instalment in state.instalments)


def _close_paid(state: _ScheduleState, on: date) -> None:
    """Close the instalments that are paid in full before their day; one stays open, for what may still arise."""
    ahead = range(_running(state, on), len(state.instalments))
    for index in reversed(ahead) if state.terms.prepayment is Prepayment.LAST else ahead:
        is_paid = state.instalments[index].paid and not state.instalments[index].unpaid
        if is_paid and any(other != index and other not in state.closed for other in ahead):
            state.closed.add(index)


def _pay_next(state: _ScheduleState, _on: date, running: int, amount: int) -> None:
    """Pay the next instalments in their order: the first open one with the interest that has arisen."""
    pay_oldest_first(state.instalments[running:], amount)


def _pay_last(state: _ScheduleState, on: date, running: int, amount: int) -> None:
    """Pay the last instalments, the very last first, each up to its level; the first open one takes what is left."""
    is_open = [index for index in range(running, len(state.instalments)) if index not in state.closed]
    for index in reversed(is_open):
        instalment = state.instalments[index]
        left = _outstanding(state, on)
        room = left if index == is_open[0] else _room(state, index)
        instalment.principal = instalment.paid_principal + min(room, left)
        amount = instalment.pay(amount)


def _room(state: _ScheduleState, index: int) -> int:
    """Return how much principal an instalment can take ahead of its day: what is due of it, or what its level holds."""
    instalment = state.instalments[index]
    level = state.aims[index] if holds_interest(state.terms) else 0
    return max(instalment.unpaid_principal, level - instalment.interest - instalment.paid_principal)


def _lower_balance(state: _ScheduleState, on: date, running: int, amount: int) -> None:
    """Pay principal beside the running instalment, or beside that of today."""
    falls_due = running > 0 and state.instalments[running - 1].due_on == on
    instalment = state.instalments[running - 1 if falls_due else running]
    amount = min(amount, _outstanding(state, on))
    instalment.extra += amount
    instalment.principal += amount
    instalment.paid_principal += amount


_PREPAY: Final = {
    Prepayment.NEXT: _pay_next,
    Prepayment.LAST: _pay_last,
    Prepayment.REDUCE_INSTALMENT: _lower_balance,
    Prepayment.REDUCE_TERM: _lower_balance,
}


def _relevel(state: _ScheduleState, on: date, running: int) -> None:
    """Let all instalments not yet due aim anew at what is left, and move a level as at disbursement."""
    count = len(state.instalments) - running
    if not count:
        return
    aim = aim_for(state.terms, state.time, _outstanding(state, on), running)
    difference = _difference_with(state, on, running, aim)
    for _ in range(MAX_AIM_CORRECTIONS if corrects_level(state.terms) else 0):
        moved = corrected_level(state.terms, aim, difference, count)
        attempt = _difference_with(state, on, running, moved)
        if moved == aim or abs(attempt) >= abs(difference):
            break
        aim, difference = moved, attempt
    state.aims[running:] = [aim] * count


def _difference_with(state: _ScheduleState, on: date, running: int, aim: int) -> int:
    """Return by how much the last instalment differs from `aim` when all from index `running` have it."""
    state.aims[running:] = [aim] * (len(state.instalments) - running)
    _look_ahead(state, on)
    last = state.instalments[-1]
    return last.principal + last.interest - last.extra - aim


def _cost_to_settle(state: _ScheduleState, on: date) -> int:
    """Return what ends the loan on day `on`, and let the instalments be what they are if it does.

    It is all that is unpaid, the principal not yet due, and the running period's interest until then, or in full.
    """
    running = _running(state, on)
    starts_today = running < len(state.instalments) and on <= state.instalments[running].start_on
    whole = state.terms.settle_interest is SettleInterest.PERIOD and not starts_today
    end = _next_due(state, on) if whole else on
    _reckon(state, _Horizon(known=end, until=end, drawn_by=on))
    fees = sum(instalment.fee - instalment.paid_fee for instalment in state.instalments[:running])
    return fees + sum(instalment.unpaid_principal + instalment.unpaid_interest for instalment in state.instalments)


def _settle(state: _ScheduleState, event: Event, cost: int) -> None:
    """Pay all that the instalments are, in their order; a repayment that is just enough where its rule lays it."""
    running = _running(state, event.on)
    for instalment in state.instalments[running:]:
        instalment.fee = instalment.paid_fee
    left = pay_oldest_first(state.instalments[:running], cost)
    if event.kind is EventKind.REPAY and state.terms.prepayment is Prepayment.LAST:
        _pay_last(state, event.on, running, left)
    else:
        pay_oldest_first(state.instalments[running:], left)
    for instalment in state.instalments[running:]:
        instalment.principal, instalment.interest = instalment.paid_principal, instalment.paid_interest


def _outstanding(state: _ScheduleState, on: date) -> int:
    """Return the principal that is owed on day `on`, due or not."""
    return _drawn_until(state, on) - sum(instalment.paid_principal for instalment in state.instalments)
