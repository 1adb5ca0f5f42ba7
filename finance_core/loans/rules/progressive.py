"""A progressive schedule after payments: every instalment is kept in step with what is really owed.

- Until the day of the last event interest follows the balance that was really outstanding, in every period; from then
  on it assumes that what is overdue is paid at once and the rest as it falls due. A period's interest is rounded once.
- An instalment keeps its level: more interest leaves less for principal, and the last one takes the difference. What
  interest a level cannot hold, or arose after its instalment was paid, goes to the next one.
- Money is laid on what is due, oldest first: fee, interest, principal. What is left does what the prepayment rule says:
  it pays the `next` instalments with the interest of the running one to the day, or principal of the `last` ones, or
  lowers the balance, with a new level for all that follow (`reduce_instalment`) or fewer of them (`reduce_term`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final

from finance_core.loans.rules.instalments import Event, EventKind, RunningInstalment, is_drawn, pay_oldest_first
from finance_core.loans.rules.interest import quotient
from finance_core.loans.rules.loan_periods import LoanPeriods
from finance_core.loans.rules.methods import (
    MAX_AIM_CORRECTIONS,
    aim_for,
    corrected_level,
    fixed_interests,
    holds_interest,
    planned_aims,
    wanted_principal,
)
from finance_core.loans.rules.terms import Prepayment, Recalculation, SettleInterest, Terms


@dataclass(slots=True)
class _ScheduleState:
    """A loan on its way: its instalments, what each aims at, and when principal was really paid."""

    terms: Terms
    time: LoanPeriods
    aims: list[int]
    fixed: list[int] | None
    instalments: list[RunningInstalment]
    carried: list[int]  # interest that each instalment takes over from those before it
    paid: list[tuple[date, int]] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)  # indices of instalments paid in full before their due day


def replay_progressive(
    terms: Terms, time: LoanPeriods, events: Sequence[Event]
) -> tuple[list[RunningInstalment], int | None]:
    """Return the instalments after `events`, oldest first, and what a settlement among them took (None without one)."""
    fee = terms.fee_each_instalment
    instalments = [RunningInstalment(period.nr, period.start_on, period.due_on, fee=fee) for period in time.periods]
    state = _ScheduleState(
        terms, time, planned_aims(terms, time), fixed_interests(terms, time), instalments, [0] * len(instalments)
    )
    _recompute(state, terms.disbursed_on)
    for event in events:
        _recompute(state, event.on)
        cost = _cost_to_settle(state, event.on)
        if event.kind is EventKind.SETTLE or (0 < cost <= event.amount and is_drawn(terms, event.on)):
            _settle(state, event.on)
            return _without_empty_end(instalments), cost
        if event.amount:
            _receive(state, event)
            _recompute(state, event.on)
    return _without_empty_end(instalments), None


def _without_empty_end(instalments: list[RunningInstalment]) -> list[RunningInstalment]:
    while len(instalments) > 1 and not (instalments[-1].principal or instalments[-1].interest or instalments[-1].paid):
        instalments = instalments[:-1]
    return instalments


def _recompute(state: _ScheduleState, today: date) -> None:
    """Bring every instalment in step with what was paid until `today`."""
    deferred = unmet = assigned = overdue = 0
    reserved = sum(instalment.paid_principal for instalment in state.instalments)
    last_open = max(set(range(len(state.instalments))) - state.closed, default=-1)
    for index, instalment in enumerate(state.instalments):
        state.carried[index] = deferred + unmet
        own = unmet + _interest(state, index, today, instalment.due_on, overdue)
        reserved -= instalment.paid_principal
        available = _drawn_before(state, instalment.due_on) - assigned - reserved
        if index in state.closed:
            instalment.principal, instalment.interest = instalment.paid_principal, instalment.paid_interest
            unmet = max(own - instalment.paid_interest, 0)
        else:
            is_last = index == last_open
            due, unmet = _held_interest(state, index, own, available, is_last=is_last)
            instalment.principal = _principal(state, index, due, available, is_last=is_last)
            if index < state.terms.grace_interest and instalment.principal < available:
                instalment.interest = instalment.paid_interest
                deferred += max(due - instalment.paid_interest, 0)
            else:
                deferred, instalment.interest = 0, max(due + deferred, instalment.paid_interest)
        assigned += instalment.principal
        overdue += instalment.unpaid_principal


def _held_interest(state: _ScheduleState, index: int, own: int, available: int, *, is_last: bool) -> tuple[int, int]:
    """Return how much of `own` interest falls due with an instalment, and what its level cannot hold."""
    aim = state.aims[index]
    repays = aim - own >= available
    if is_last or repays or index < state.terms.grace_principal or not holds_interest(state.terms):
        return own, 0
    due = min(own, aim)
    return due, own - due


def _principal(state: _ScheduleState, index: int, interest: int, available: int, *, is_last: bool) -> int:
    """Return the principal of an instalment: what its aim wants and what was paid beyond it, of what is `available`."""
    instalment = state.instalments[index]
    if is_last:
        return available
    wanted = wanted_principal(state.terms, state.aims[index], interest) if index >= state.terms.grace_principal else 0
    return min(max(max(wanted, 0) + instalment.extra, instalment.paid_principal), available)


def _interest(state: _ScheduleState, index: int, today: date, until: date, overdue: int) -> int:
    """Return the interest of a period until `until`, on what was owed until `today` and is to be owed from then on."""
    period = state.time.periods[index]
    if until <= period.start_on:
        return 0
    days = (until - period.start_on).days
    if state.fixed is not None:
        return quotient(state.fixed[index] * days, period.days, state.terms.rounding)
    changes = {day for day in _change_days(state, today) if period.start_on < day < until}
    known = _known_until(state, index, today)
    earned = sum(
        (_owed_on(state, start) if start < known else _to_be_owed_on(state, start) - overdue) * (end - start).days
        for start, end in pairwise(sorted({period.start_on, until, *changes}))
    )
    return quotient(earned * period.units, state.time.denominator * period.days, state.terms.rounding)


def _change_days(state: _ScheduleState, today: date) -> list[date]:
    return [today, *(tranche.on for tranche in state.terms.tranches), *(day for day, _ in state.paid)]


def _owed_on(state: _ScheduleState, day: date) -> int:
    """Return the principal that was really owed on `day`."""
    return _drawn_until(state, day) - sum(amount for paid_on, amount in state.paid if paid_on <= day)


def _to_be_owed_on(state: _ScheduleState, day: date) -> int:
    """Return the principal that is left on a later `day` of all that is drawn by then, if nothing more is paid."""
    return _drawn_until(state, day) - sum(amount for _, amount in state.paid)


def _known_until(state: _ScheduleState, index: int, today: date) -> date:
    """Return until when the balance is what was really owed: today, or by whole periods the end of today's period."""
    period = state.time.periods[index]
    whole = state.terms.recalculate is Recalculation.PERIOD and period.start_on < today <= period.due_on
    return period.due_on if whole else today


def _drawn_until(state: _ScheduleState, day: date) -> int:
    later = sum(tranche.amount for tranche in state.terms.tranches if tranche.on <= day)
    return state.terms.principal.amount + later


def _drawn_before(state: _ScheduleState, day: date) -> int:
    later = sum(tranche.amount for tranche in state.terms.tranches if tranche.on < day)
    return state.terms.principal.amount + later


def _receive(state: _ScheduleState, event: Event) -> None:
    """Lay a repayment on what is due, oldest first, and what is left of it where the prepayment rule says."""
    before = [instalment.paid_principal for instalment in state.instalments]
    running = _running(state, event.on)
    left = pay_oldest_first(state.instalments[:running], event.amount)
    if left and running < len(state.instalments):
        most = (
            _cost_to_settle(state, event.on)
            if state.terms.prepayment is Prepayment.NEXT
            else _outstanding(state, event.on)
        )
        _PREPAY[state.terms.prepayment](state, event.on, running, min(left, most))
    repaid = sum(instalment.paid_principal for instalment in state.instalments) - sum(before)
    state.paid.append((_effective(state, event.on), repaid))
    if left and state.terms.prepayment is Prepayment.REDUCE_INSTALMENT:
        _relevel(state, event.on, running)


def _running(state: _ScheduleState, on: date) -> int:
    """Return the index of the first instalment that is not yet due on day `on`."""
    return sum(instalment.due_on <= on for instalment in state.instalments)


def _effective(state: _ScheduleState, on: date) -> date:
    """Return from when a payment lowers the balance: its day, or by whole periods the next due day."""
    if state.terms.recalculate is Recalculation.DAY:
        return on
    return min((instalment.due_on for instalment in state.instalments if instalment.due_on >= on), default=on)


def _pay_next(state: _ScheduleState, on: date, running: int, amount: int) -> None:
    """Pay the next instalments in their order, the running one with its interest until now, later ones without any."""
    for index in range(running, len(state.instalments)):
        instalment = state.instalments[index]
        until = on if state.terms.recalculate is Recalculation.DAY else instalment.due_on
        _cut_interest(state, index, on, until if index == running else None)
        is_last = index == len(state.instalments) - 1
        instalment.principal = _principal(
            state, index, instalment.interest, _open_principal(state, on, instalment), is_last=is_last
        )
        amount = instalment.pay(amount)
        if not instalment.unpaid and not is_last:
            state.closed.add(index)
        if not amount:
            return


def _pay_last(state: _ScheduleState, _on: date, running: int, amount: int) -> None:
    """Pay principal of the last instalments, the very last first."""
    for instalment in reversed(state.instalments[running:]):
        laid = min(amount, instalment.unpaid_principal)
        instalment.paid_principal += laid
        amount -= laid


def _lower_balance(state: _ScheduleState, on: date, running: int, amount: int) -> None:
    """Pay principal beside the running instalment, or beside that of today."""
    falls_due = running > 0 and state.instalments[running - 1].due_on == on
    instalment = state.instalments[running - 1 if falls_due else running]
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
    for _ in range(MAX_AIM_CORRECTIONS if holds_interest(state.terms) else 0):
        moved = corrected_level(state.terms, aim, difference, count)
        attempt = _difference_with(state, on, running, moved)
        if moved == aim or abs(attempt) >= abs(difference):
            break
        aim, difference = moved, attempt
    state.aims[running:] = [aim] * count


def _difference_with(state: _ScheduleState, on: date, running: int, aim: int) -> int:
    """Return by how much the last instalment differs from `aim` when all from index `running` have it."""
    state.aims[running:] = [aim] * (len(state.instalments) - running)
    _recompute(state, on)
    last = state.instalments[-1]
    return last.principal + last.interest - last.extra - aim


def _cost_to_settle(state: _ScheduleState, on: date) -> int:
    """Return what ends the loan on day `on`: all that is unpaid, the principal not yet due, and interest until then."""
    running = _running(state, on)
    unpaid = sum(instalment.unpaid for instalment in state.instalments[:running])
    if running == len(state.instalments):
        return unpaid
    instalment = state.instalments[running]
    interest = max(_interest_now(state, running, on, _settled_until(state, running, on)) - instalment.paid_interest, 0)
    return (
        unpaid + interest + _outstanding(state, on) - sum(due.unpaid_principal for due in state.instalments[:running])
    )


def _settle(state: _ScheduleState, on: date) -> None:
    """End the loan on day `on`: the running instalment has its interest until then, later ones none; all is paid."""
    running = _running(state, on)
    for index in range(running, len(state.instalments)):
        until = _settled_until(state, index, on) if index == running else None
        _cut_interest(state, index, on, until)
        state.instalments[index].fee = state.instalments[index].paid_fee
    for index, instalment in enumerate(state.instalments):
        if index >= running:
            is_last = index == len(state.instalments) - 1
            available = _open_principal(state, on, instalment)
            instalment.principal = _principal(state, index, instalment.interest, available, is_last=is_last)
        instalment.pay(instalment.unpaid)


def _settled_until(state: _ScheduleState, index: int, on: date) -> date:
    """Return how far a settlement on day `on` pays the running period's interest."""
    instalment = state.instalments[index]
    whole = state.terms.settle_interest is SettleInterest.PERIOD and on > instalment.start_on
    return instalment.due_on if whole else on


def _cut_interest(state: _ScheduleState, index: int, on: date, until: date | None) -> None:
    """Let an instalment's interest be what has arisen by `until` (None: nothing has), not less than what was paid."""
    instalment = state.instalments[index]
    arisen = 0 if until is None else _interest_now(state, index, on, until)
    instalment.interest = max(arisen, instalment.paid_interest)


def _interest_now(state: _ScheduleState, index: int, on: date, until: date) -> int:
    """Return the interest of a period until `until` as seen on day `on`, with what it took over from earlier ones."""
    overdue = sum(instalment.unpaid_principal for instalment in state.instalments[:index])
    return state.carried[index] + _interest(state, index, on, until, overdue)


def _outstanding(state: _ScheduleState, on: date) -> int:
    """Return the principal that is owed on day `on`, due or not."""
    return _drawn_until(state, on) - sum(instalment.paid_principal for instalment in state.instalments)


def _open_principal(state: _ScheduleState, on: date, instalment: RunningInstalment) -> int:
    """Return the most principal that an instalment can have: what is owed on day `on`, and what was paid on it."""
    return _outstanding(state, on) + instalment.paid_principal
