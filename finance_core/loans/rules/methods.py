"""The five ways in which a loan comes back: for each period, how much is principal and how much interest.

What an instalment aims at is one number, its *aim*: the level payment, or the share of principal. A schedule is its
aims, the interest of each period, and what is left for the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Final

from finance_core.loans.rules.interest import QUOTIENTS, interest_with_draws, quotient
from finance_core.loans.rules.level import actual_level, nominal_level, rounded_level
from finance_core.loans.rules.loan_periods import LoanPeriods, Period
from finance_core.loans.rules.terms import Method, Style, Terms

MAX_AIM_CORRECTIONS: Final = 3
"""How often the progressive family moves its level payment before it lives with the last instalment's difference."""

_LEVEL_METHODS: Final = frozenset({Method.EQUAL_INSTALMENTS, Method.FLAT})

Split = tuple[int, int]
"""Principal and interest of one instalment, in minor units."""


def splits_of(terms: Terms, time: LoanPeriods) -> list[Split]:
    """Return the principal and interest of every instalment as planned at disbursement."""
    aims, interests = initial_aims(terms, time), fixed_interests(terms, time)
    return _corrected(terms, time, aims)[1] if corrects_level(terms) else amortise(terms, time, aims, interests)


def empty_periods(terms: Terms, time: LoanPeriods, splits: Sequence[Split]) -> Sequence[Period]:
    """Return the periods after those of `splits`, which the progressive family keeps as empty instalments.

    There are some where a level payment that was rounded up repays the loan before its end.
    """
    return time.periods[len(splits) :] if terms.style is Style.PROGRESSIVE else ()


def planned_aims(terms: Terms, time: LoanPeriods) -> list[int]:
    """Return what each period's instalment aims at in the plan, in minor units."""
    aims = initial_aims(terms, time)
    return _corrected(terms, time, aims)[0] if corrects_level(terms) else aims


def initial_aims(terms: Terms, time: LoanPeriods) -> list[int]:
    """Return each period's aim before the last instalment's difference is looked at.

    A progressive level is computed anew, on what is owed then, where a tranche comes in; all else aims the same always.
    """
    if not holds_interest(terms):
        return [aim_for(terms, time, terms.total_principal, 0)] * len(time.periods)
    aims = [0] * len(time.periods)
    for start in _aim_starts(terms, time.periods):
        aims[start:] = [aim_for(terms, time, _balance_to_repay(terms, time, aims, start), start)] * (len(aims) - start)
    return aims


def aim_for(terms: Terms, time: LoanPeriods, balance: int, start: int) -> int:
    """Return what instalments from index `start` on have to aim at to bring back `balance`, in minor units."""
    first = max(start, terms.grace_principal)
    count = max(len(time.periods) - first, 1)
    if terms.method is Method.EQUAL_INSTALMENTS:
        if terms.style is Style.CUMULATIVE:
            return nominal_level(balance, count, time, terms)
        units = [0 if period.nr <= terms.grace_interest else period.units for period in time.periods[first:]]
        return actual_level(balance, units, time, terms)
    if terms.method is Method.FLAT:
        interest = sum(_flat_interests(terms, time, first)[first:]) if holds_interest(terms) else 0
        return rounded_level(balance + interest, count, terms)
    return quotient(balance, count, terms.rounding) if terms.method is Method.EQUAL_PRINCIPAL else 0


def wanted_principal(terms: Terms, aim: int, interest: int) -> int:
    """Return the principal that an instalment with `interest` brings when it meets its `aim`; may be negative.

    A flat instalment that is rounded is a multiple as a whole: its principal is the two rounded shares less the
    interest, 417 + 13 − 12.50 where the shares are 416.67 and 12.50.
    """
    if terms.method is Method.EQUAL_INSTALMENTS or holds_interest(terms):
        return aim - interest
    if terms.method is Method.FLAT and terms.round_instalment_to:
        multiple = terms.round_instalment_to
        return aim + quotient(interest, multiple, terms.rounding) * multiple - interest
    return aim


def amortise(
    terms: Terms, time: LoanPeriods, aims: Sequence[int], interests: Sequence[int] | None, *, whole: bool = True
) -> list[Split]:
    """Return the splits when each period repays what its aim wants: never below nothing, never more than is lent.

    Interest is that of the balance, or `interests` where it does not depend on it. That of the grace periods is carried
    to the first one after them, on top of its instalment, or within it where it is a progressive level; what such a
    level cannot hold is carried on. The last period takes all that is left, unless not `whole`. The list ends where
    nothing is left to repay.
    """
    splits: list[Split] = []
    balance, deferred, unmet = terms.principal.amount, 0, 0
    to_come = terms.total_principal - balance
    capped, divided, denominator = holds_interest(terms), QUOTIENTS[terms.rounding], time.denominator
    grace_principal, grace_interest = terms.grace_principal, terms.grace_interest
    last = len(time.periods) if whole else 0
    for period, aim in zip(time.periods, aims, strict=False):
        nr, _, _, units, draws = period
        if interests is not None:
            interest = unmet + interests[nr - 1]
        elif draws:
            interest = unmet + interest_with_draws(balance, period, denominator, terms)
        else:
            interest = unmet + divided(balance * units, denominator)
        if draws:
            drawn = drawn_within([period])
            balance, to_come = balance + drawn, to_come - drawn
        repaying = nr > grace_principal
        held = 0 if nr <= grace_interest else aim if repaying else interest
        unmet = interest - held if capped and interest > held and nr != last else 0
        interest -= unmet
        wanted = wanted_principal(terms, aim, interest) if repaying else 0
        principal = balance if wanted > balance or nr == last else max(wanted, 0)
        balance -= principal
        repaid = not balance and not to_come and not unmet
        if nr <= grace_interest and not repaid:
            deferred += interest
            interest = 0
        elif deferred:
            interest, deferred = interest + deferred, 0
        splits.append((principal, interest))
        if repaid:
            break
    return splits


def holds_interest(terms: Terms) -> bool:
    """Return whether an instalment is a level, interest within it and never above it, as the progressive family has it.

    There a flat loan has one as well: what is lent and all of its interest, in equal parts.
    """
    return terms.style is Style.PROGRESSIVE and terms.method in _LEVEL_METHODS


def corrects_level(terms: Terms) -> bool:
    """Return whether the level is moved when the last instalment differs too much from it."""
    return terms.style is Style.PROGRESSIVE and terms.method is Method.EQUAL_INSTALMENTS


def fixed_interests(terms: Terms, time: LoanPeriods) -> list[int] | None:
    """Return each period's interest where it does not depend on the balance (flat), else None.

    The progressive family charges each period's own days, on what has been lent by then. The cumulative one charges
    that of everything lent over the whole time, an equal part for each period that is not free; the last one takes what
    rounding leaves.
    """
    if terms.method is not Method.FLAT:
        return None
    if terms.style is Style.PROGRESSIVE:
        return _flat_interests(terms, time, len(time.periods))
    numerator, denominator = _whole_interest(terms, time)
    free, count = terms.interest_free, len(time.periods)
    left = quotient(numerator, denominator, terms.rounding)
    share = quotient(numerator, denominator * max(count - free, 1), terms.rounding)
    interests = [0] * free
    for _ in range(count - free - 1):
        interests.append(min(share, left))
        left -= interests[-1]
    return [*interests, left][:count]


def drawn_within(periods: Sequence[Period]) -> int:
    """Return the sum of the tranches that are paid out within `periods`."""
    return sum(draw.amount for period in periods for draw in period.draws)


def _flat_interests(terms: Terms, time: LoanPeriods, known: int) -> list[int]:
    """Return each period's interest on what has been lent by then; of the tranches those until period index `known`."""
    interests, lent = [], terms.principal.amount
    for index, period in enumerate(time.periods):
        drawn = period if index <= known else period._replace(draws=())
        interests.append(interest_with_draws(lent, drawn, time.denominator, terms))
        lent += drawn_within([drawn])
    return interests


def _whole_interest(terms: Terms, time: LoanPeriods) -> tuple[int, int]:
    """Return the exact interest on everything lent, from when it was lent to the end, as numerator and denominator."""
    days = lcm(*(period.days for period in time.periods if period.draws))
    numerator, lent = 0, terms.principal.amount
    for period in time.periods:
        part = days // period.days if period.draws else 0
        drawn = sum(draw.amount * (period.due_on - draw.on).days * part for draw in period.draws)
        numerator += (lent * days + drawn) * period.units
        lent += drawn_within([period])
    return numerator, time.denominator * days


def _aim_starts(terms: Terms, periods: Sequence[Period]) -> list[int]:
    first = terms.grace_principal
    if not terms.tranches:
        return [first]
    return [first, *(period.nr - 1 for period in periods if period.draws and period.nr - 1 > first)]


def _balance_to_repay(terms: Terms, time: LoanPeriods, aims: list[int], start: int) -> int:
    """Return the balance that a level payment from period `start` on has to repay, its own draws included."""
    if not terms.tranches:
        return terms.principal.amount
    before = time._replace(periods=time.periods[:start])
    splits = amortise(terms, before, aims, fixed_interests(terms, before), whole=False)
    repaid = sum(principal for principal, _ in splits)
    return terms.principal.amount + drawn_within(time.periods[: start + 1]) - repaid


def _corrected(terms: Terms, time: LoanPeriods, aims: list[int]) -> tuple[list[int], list[Split]]:
    """Return `aims` and their splits, the last level moved by the last instalment's difference while that shrinks it.

    When the last instalment differs by more than ⌊n/2⌋ minor units, each of the n instalments takes its share.
    """
    start = _aim_starts(terms, time.periods)[-1]
    splits = amortise(terms, time, aims, None)
    for _ in range(MAX_AIM_CORRECTIONS):
        difference = last_total(splits, len(aims)) - aims[-1]
        level = corrected_level(terms, aims[-1], difference, len(aims) - start)
        if level == aims[-1]:
            break
        moved = aims[:start] + [level] * (len(aims) - start)
        attempt = amortise(terms, time, moved, None)
        if abs(last_total(attempt, len(aims)) - level) >= abs(difference):
            break
        aims, splits = moved, attempt
    return aims, splits


def corrected_level(terms: Terms, level: int, difference: int, count: int) -> int:
    """Return `level` moved by its share of the last instalment's `difference`, or unmoved when that is small enough."""
    if abs(difference) <= count // 2:
        return level
    share = quotient(abs(difference), count, terms.rounding)
    return rounded_level(level + (share if difference > 0 else -share), 1, terms)


def last_total(splits: Sequence[Split], count: int) -> int:
    """Return the total of the last of `count` instalments; nothing when the loan is repaid before it."""
    return sum(splits[-1]) if len(splits) == count else 0
