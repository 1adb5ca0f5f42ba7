"""The five ways in which a loan comes back: for each period, how much is principal and how much interest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import lcm
from typing import Final

from finance_core.loans.rules.interest import period_interest, quotient
from finance_core.loans.rules.level import actual_level, nominal_level, rounded_level
from finance_core.loans.rules.terms import Method, Style, Terms
from finance_core.loans.rules.timeline import Period, Timeline

MAX_LEVEL_CORRECTIONS: Final = 3
"""How often the progressive family moves its level payment before it lives with the last instalment's difference."""

Split = tuple[int, int]
"""Principal and interest of one instalment, in minor units."""

Repay = Callable[[int, int], int]
"""From a period's index and its own interest: the principal that is wanted with it."""


def splits_of(terms: Terms, time: Timeline) -> list[Split]:
    """Return the splits of all instalments, for every method but `bullet`."""
    return _METHODS[terms.method](terms, time)


def amortise(
    terms: Terms, time: Timeline, repay: Repay, *, interests: Sequence[int] | None = None, whole: bool = True
) -> list[Split]:
    """Return the splits when each period repays what `repay` wants: never below nothing, never more than is lent.

    Interest is that of the balance, or `interests` where it does not depend on it; that of the grace periods is
    carried to the first one after them. The last period takes all that is left, unless not `whole`. The list ends
    where nothing is left to repay.
    """
    splits: list[Split] = []
    balance, carried = terms.principal.amount, 0
    to_come = terms.total_principal - balance
    by_stretch = terms.style is Style.CUMULATIVE
    last = len(time.periods) if whole else 0
    for period in time.periods:
        if interests is None:
            interest = period_interest(balance, period, time.denominator, terms.rounding, by_stretch=by_stretch)
        else:
            interest = interests[period.nr - 1]
        if period.draws:
            drawn = sum(draw.amount for draw in period.draws)
            balance, to_come = balance + drawn, to_come - drawn
        wanted = repay(period.nr - 1, interest)
        principal = balance if wanted > balance or period.nr == last else max(wanted, 0)
        balance -= principal
        repaid = balance == 0 and to_come == 0
        if period.nr <= terms.grace_interest and not repaid:
            carried += interest
            interest = 0
        elif carried:
            interest, carried = interest + carried, 0
        splits.append((principal, interest))
        if repaid:
            break
    return splits


def _equal_instalments(terms: Terms, time: Timeline) -> list[Split]:
    if terms.style is Style.CUMULATIVE:
        level = nominal_level(terms.total_principal, terms.count - terms.grace_principal, time, terms)
        return _by_levels(terms, time, [level] * terms.count)
    return _corrected(terms, time, _progressive_levels(terms, time))


def _by_levels(terms: Terms, time: Timeline, levels: Sequence[int], *, whole: bool = True) -> list[Split]:
    """Return the splits when each period pays its level: interest first, the rest repays."""
    return amortise(terms, time, _after_grace(terms, lambda index, interest: levels[index] - interest), whole=whole)


def _progressive_levels(terms: Terms, time: Timeline) -> list[int]:
    """Return each period's level payment: computed once, and anew on the balance then where a tranche comes in."""
    periods = time.periods
    levels = [0] * len(periods)
    for start in _level_starts(terms, periods):
        units = [period.units for period in periods[start:]]
        levels[start:] = [actual_level(_balance_to_level(terms, time, levels, start), units, time, terms)] * len(units)
    return levels


def _level_starts(terms: Terms, periods: Sequence[Period]) -> list[int]:
    first = terms.grace_principal
    if not terms.tranches:
        return [first]
    return [first, *(period.nr - 1 for period in periods if period.draws and period.nr - 1 > first)]


def _balance_to_level(terms: Terms, time: Timeline, levels: list[int], start: int) -> int:
    """Return the balance that a level payment from period `start` on has to repay, its own draws included."""
    if not terms.tranches:
        return terms.principal.amount
    before = time._replace(periods=time.periods[:start])
    repaid = sum(principal for principal, _ in _by_levels(terms, before, levels, whole=False))
    return terms.principal.amount + _drawn(time.periods[: start + 1]) - repaid


def _drawn(periods: Sequence[Period]) -> int:
    return sum(draw.amount for period in periods for draw in period.draws)


def _corrected(terms: Terms, time: Timeline, levels: list[int]) -> list[Split]:
    """Return the splits by `levels`, the last level moved by the last instalment's difference while that shrinks it.

    When the last instalment differs by more than ⌊n/2⌋ minor units, each of the n instalments takes its share.
    """
    start = _level_starts(terms, time.periods)[-1]
    shared = len(levels) - start
    splits = _by_levels(terms, time, levels)
    for _ in range(MAX_LEVEL_CORRECTIONS):
        difference = _last_total(splits, levels) - levels[-1]
        if abs(difference) <= shared // 2:
            break
        level = rounded_level(levels[-1] * shared + difference, shared, terms)
        moved = levels[:start] + [level] * shared
        attempt = _by_levels(terms, time, moved)
        if level == levels[-1] or abs(_last_total(attempt, moved) - level) >= abs(difference):
            break
        levels, splits = moved, attempt
    return splits


def _last_total(splits: Sequence[Split], levels: Sequence[int]) -> int:
    """Return the last agreed instalment's total; nothing when the loan is repaid before it."""
    return sum(splits[-1]) if len(splits) == len(levels) else 0


def _equal_principal(terms: Terms, time: Timeline) -> list[Split]:
    share = quotient(terms.total_principal, terms.count - terms.grace_principal, terms.rounding)
    return amortise(terms, time, _after_grace(terms, lambda _index, _interest: share))


def _interest_only(terms: Terms, time: Timeline) -> list[Split]:
    return amortise(terms, time, lambda _index, _interest: 0)


def _flat(terms: Terms, time: Timeline) -> list[Split]:
    """Return equal principal and equal interest, which is that of everything lent over the whole time.

    Rounded to a multiple, it is the instalment that is one: its principal is the two rounded shares less the interest.
    """
    paying = terms.count - terms.grace_principal
    share = quotient(terms.total_principal, paying, terms.rounding)
    interests = _flat_interests(terms, time)
    if not terms.round_instalment_to:
        return amortise(terms, time, _after_grace(terms, lambda _index, _interest: share), interests=interests)
    share = rounded_level(terms.total_principal, paying, terms)
    return amortise(
        terms,
        time,
        _after_grace(terms, lambda _index, interest: share + _to_multiple(interest, terms) - interest),
        interests=interests,
    )


def _flat_interests(terms: Terms, time: Timeline) -> list[int]:
    """Return each period's flat interest: an equal part of the whole for each that is not free; the last the rest."""
    numerator, denominator = _whole_interest(terms, time)
    free = terms.interest_free
    left = quotient(numerator, denominator, terms.rounding)
    share = quotient(numerator, denominator * max(terms.count - free, 1), terms.rounding)
    interests = [0] * free
    for _ in range(terms.count - free - 1):
        interests.append(min(share, left))
        left -= interests[-1]
    return [*interests, left][: terms.count]


def bullet_interest(terms: Terms, time: Timeline) -> int:
    """Return the interest that a single payment at the end carries: simple, over all periods, rounded once."""
    return quotient(*_whole_interest(terms, time), terms.rounding)


def _whole_interest(terms: Terms, time: Timeline) -> tuple[int, int]:
    """Return the exact interest on everything lent, from when it was lent to the end, as numerator and denominator."""
    days = lcm(*(period.days for period in time.periods if period.draws))
    numerator, lent = 0, terms.principal.amount
    for period in time.periods:
        earned = lent * days + sum(
            draw.amount * (period.due_on - draw.on).days * days // period.days for draw in period.draws
        )
        numerator += earned * period.units
        lent += sum(draw.amount for draw in period.draws)
    return numerator, time.denominator * days


def _after_grace(terms: Terms, repay: Repay) -> Repay:
    grace = terms.grace_principal
    return (lambda index, interest: repay(index, interest) if index >= grace else 0) if grace else repay


def _to_multiple(amount: int, terms: Terms) -> int:
    return quotient(amount, terms.round_instalment_to, terms.rounding) * terms.round_instalment_to


_METHODS: Final[dict[Method, Callable[[Terms, Timeline], list[Split]]]] = {
    Method.EQUAL_INSTALMENTS: _equal_instalments,
    Method.EQUAL_PRINCIPAL: _equal_principal,
    Method.FLAT: _flat,
    Method.INTEREST_ONLY: _interest_only,
}
