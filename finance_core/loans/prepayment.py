"""What is left to repay, planned anew after a payment ahead of its day, and what that saves. Pure; minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from finance_core.kernel.money import Money
from finance_core.kernel.periods import HolidayShift
from finance_core.loans.rules.interest import quotient
from finance_core.loans.rules.level import rounded_level
from finance_core.loans.rules.methods import Split, amortise, splits_of
from finance_core.loans.rules.terms import Method, Prepayment, Terms
from finance_core.loans.rules.timeline import Period, Timeline, timeline_between


@dataclass(frozen=True, slots=True)
class Left:
    """An instalment that is still to come, as it was planned."""

    nr: int
    start_on: date
    """Where its period began, before today for the running one."""
    due_on: date
    principal: int
    """Still to be repaid of it."""
    interest: int
    """Still to be earned of it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What one choice of prepayment would make of a loan."""

    saves: int
    """Interest that would not be charged."""
    instalment: int
    """What each instalment that follows the running one would be, the last one aside; the running one if it is last."""
    count: int
    """Instalments still to come."""
    ends_on: date


def replanned(terms: Terms, left: Sequence[Left], paid: int, on: date, ahead: Prepayment) -> list[Split]:
    """Return (principal, interest) of the instalments to come, when `paid` of principal is repaid on `on`.

    The due days stay; the running period earns only from `on` to its end, so what it earned before must be paid.

    - `reduce_instalment`: all that follow are smaller: they aim anew at what is left.
    - `reduce_term`, `last`: each stays what it was to be, and there are fewer, the last one smaller.
    - `next`: the next ones are smaller by what was paid.

    Where principal comes back at the end (interest only, bullet) the end is smaller by each rule.
    """
    balance = sum(each.principal for each in left) - paid
    time, rest = _time_left(terms, left, on), _terms_left(terms, left, balance, on)
    interests = _flat_interests(rest, time, balance) if terms.method is Method.FLAT else None
    if ahead is not Prepayment.REDUCE_INSTALMENT:
        return amortise(replace(rest, round_instalment_to=0), time, _kept_aims(terms, left, paid, ahead), interests)
    if interests is None:
        return splits_of(rest, time)
    return amortise(rest, time, [rounded_level(balance, len(left), rest)] * len(left), interests)


def preview(terms: Terms, left: Sequence[Left], paid: int, on: date, ahead: Prepayment) -> Preview:
    """Return what `replanned` would do, in figures for a screen. Less than all that is left must be `paid`."""
    splits = replanned(terms, left, paid, on, ahead)
    interest = sum(interest for _, interest in splits)
    return Preview(
        saves=sum(each.interest for each in left) - interest,
        instalment=sum(splits[min(1, len(splits) - 1)]),
        count=len(splits),
        ends_on=left[len(splits) - 1].due_on,
    )


def _time_left(terms: Terms, left: Sequence[Left], on: date) -> Timeline:
    """Return the periods that are left, the first one from `on`, with that part of its length that its days are."""
    days = [each.due_on for each in left]
    planned = timeline_between(terms, left[0].nr, [each.start_on for each in left], days)
    whole = (left[0].due_on - left[0].start_on).days
    parts = [(left[0].due_on - on).days, *[whole] * (len(left) - 1)]
    periods = [
        Period(nr, max(period.start_on, on), period.due_on, period.units * part)
        for nr, (period, part) in enumerate(zip(planned.periods, parts, strict=True), 1)
    ]
    return Timeline(periods, planned.denominator * whole, planned.nominal_units * whole)


def _terms_left(terms: Terms, left: Sequence[Left], balance: int, on: date) -> Terms:
    """Return the contract's terms for what is left of it; interest-free periods are in its timeline already."""
    passed, most = left[0].nr - 1, len(left) - 1
    return replace(
        terms,
        principal=Money(balance, terms.principal.asset),
        count=len(left),
        disbursed_on=on,
        first_due_on=left[0].due_on,
        grace_principal=min(max(terms.grace_principal - passed, 0), most),
        grace_interest=min(max(terms.grace_interest - passed, 0), most),
        interest_free=0,
        tranches=(),
        fee_at_disbursement=0,
        holiday_shift=HolidayShift.NONE,
    )


def _kept_aims(terms: Terms, left: Sequence[Left], paid: int, ahead: Prepayment) -> list[int]:
    """Return what each instalment aimed at; with `next` the first ones less by what was paid."""
    if terms.method is Method.EQUAL_INSTALMENTS:
        aims = [each.principal + each.interest for each in left]
    else:
        aims = [each.principal for each in left]
        aims[-1] = max(aims) if terms.method in {Method.EQUAL_PRINCIPAL, Method.FLAT} else 0
    if ahead is Prepayment.NEXT:
        for index, aim in enumerate(aims):
            cut = min(aim, paid)
            aims[index], paid = aim - cut, paid - cut
    return aims


def _flat_interests(terms: Terms, time: Timeline, balance: int) -> list[int]:
    """Return the interest of each period on what is left, to the end: flat interest does not follow the balance."""
    return [quotient(balance * period.units, time.denominator, terms.rounding) for period in time.periods]
