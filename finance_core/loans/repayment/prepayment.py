"""What is left to repay, planned anew after a payment ahead of its day. Pure; minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from finance_core.kernel.money import Money
from finance_core.kernel.periods import HolidayShift
from finance_core.loans.rules.interest import quotient
from finance_core.loans.rules.level import rounded_level
from finance_core.loans.rules.loan_periods import loan_periods_between
from finance_core.loans.rules.methods import Split, amortise, holds_interest, splits_of
from finance_core.loans.rules.terms import Method, Prepayment, Terms


@dataclass(frozen=True, slots=True)
class Left:
    """An instalment that is still to come, as it was planned."""

    nr: int
    start_on: date
    """Where its period begins; the running one's began before today."""
    due_on: date
    principal: int
    """Still to be repaid of it."""
    interest: int
    """Still to be earned of it."""


def replanned(terms: Terms, left: Sequence[Left], paid: int, ahead: Prepayment) -> list[Split]:
    """Return (principal, interest) of the instalments to come, when `paid` of principal is repaid today.

    The due days stay. What is paid covers the running instalment first, whose period earns on what is left from today
    on; what is beyond it does what was chosen:

    - `reduce_instalment`: all that follow are smaller: they aim anew at what is left.
    - `reduce_term`, `last`: each stays what it was to be, and there are fewer, the last one smaller.
    - `next`: the next ones are smaller by what was paid.

    Where principal comes back at the end (interest only, bullet) the end is smaller by each rule. A negative `paid` is
    a further draw, which those that follow repay.
    """
    running, following = left[0], left[1:]
    balance = sum(each.principal for each in left)
    interest = quotient(running.interest * (balance - paid), balance, terms.rounding)
    if not following:
        return [(running.principal - paid, interest)]
    covered = max(min(paid, running.principal), 0)
    first = (running.principal - covered, interest)
    return [first, *_following(terms, following, paid - covered, ahead)]


def _following(terms: Terms, left: Sequence[Left], excess: int, ahead: Prepayment) -> list[Split]:
    """Return the splits of whole periods to come, when `excess` of their principal is repaid already."""
    balance = sum(each.principal for each in left) - excess
    if balance == 0:
        return []
    time = loan_periods_between(terms, left[0].nr, [each.start_on for each in left], [each.due_on for each in left])
    time = time._replace(periods=[period._replace(nr=nr) for nr, period in enumerate(time.periods, 1)])
    rest = _terms_left(terms, left, balance)
    interests = _flat_interests(rest, left, balance) if terms.method is Method.FLAT else None
    if excess == 0 or ahead is not Prepayment.REDUCE_INSTALMENT:
        return amortise(replace(rest, round_instalment_to=0), time, _kept_aims(terms, left, excess, ahead), interests)
    if interests is None:
        return splits_of(rest, time)
    level = rounded_level(balance + sum(interests) * holds_interest(rest), len(left), rest)
    return amortise(rest, time, [level] * len(left), interests)


def _terms_left(terms: Terms, left: Sequence[Left], balance: int) -> Terms:
    """Return the contract's terms for what is left of it; interest-free periods are in its timeline already."""
    passed, most = left[0].nr - 1, len(left) - 1
    return replace(
        terms,
        principal=Money(balance, terms.principal.asset),
        count=len(left),
        disbursed_on=left[0].start_on,
        first_due_on=left[0].due_on,
        grace_principal=min(max(terms.grace_principal - passed, 0), most),
        grace_interest=min(max(terms.grace_interest - passed, 0), most),
        interest_free=0,
        tranches=(),
        fee_at_disbursement=0,
        holiday_shift=HolidayShift.NONE,
    )


def _kept_aims(terms: Terms, left: Sequence[Left], excess: int, ahead: Prepayment) -> list[int]:
    """Return what each instalment aimed at; with `next` the first ones less by what was paid."""
    if terms.method is Method.EQUAL_INSTALMENTS or holds_interest(terms):
        aims = [each.principal + each.interest for each in left]
    else:
        aims = [each.principal for each in left]
    if ahead is Prepayment.NEXT:
        for index, aim in enumerate(aims):
            cut = max(min(aim, excess), 0)
            aims[index], excess = aim - cut, excess - cut
    return aims


def _flat_interests(terms: Terms, left: Sequence[Left], balance: int) -> list[int]:
    """Return each period's flat interest, less by the part of what is left that was repaid: it follows no balance."""
    before = sum(each.principal for each in left)
    return [quotient(each.interest * balance, before, terms.rounding) for each in left]
