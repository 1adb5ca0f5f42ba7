"""The price of money as one yearly rate, in three conventions, from what is received and what is paid, and when.

All three are one equation: the amounts, discounted to the first day, add up to nothing. They differ in how time is
measured and in what a broken period costs:

- *all-in*: Σ A / (1 + x)^(days / 365) = 0, x the effective yearly rate of dated flows.
- *EU* (Directive 2008/48/EC, Annex I): Σ C (1 + x)^−t = Σ D (1 + x)^−s, times in years.
- *US* (Regulation Z, Appendix J): Σ A / ((1 + e·i)(1 + i)^q) = Σ P / ((1 + f·i)(1 + i)^t), i the rate of a unit
  period, with *simple* interest inside the fractions e and f of one; the yearly rate is i times the periods of a year.

It is solved by bracketing. Floats look for the root; then the signs just below and just above the answer are proven,
by a bound on the floats' error or else in decimals, so that each digit given is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from math import fsum, inf, log1p
from operator import itemgetter
from typing import Final, NamedTuple

RATE_DECIMALS: Final = 12
"""Decimals to which a rate a period, a part of one, is proven; one less for each digit before the point."""

PERCENT_DECIMALS: Final = 8
"""Decimals of a yearly percentage that is given."""

MAX_RATE: Final = 2.0**40
"""The highest rate a unit period, or effective rate a year, that is measured: some 10^14 percent."""

_MIN_RATE: Final = -1 + 2.0**-20
_MAX_STEPS: Final = 200
_ROUND_OFF: Final = 2.0**-53
_NEAR: Final = 2.0**-5
_FIRST_GUESS: Final = 2.0**-2
_CLOSE: Final = 2.0**-44
_PROOF_DIGITS: Final = 40


class NoRate(ValueError):
    """No rate balances the flows: they are all of one sign, or the equation never changes sign."""


class RateTooHigh(NoRate):
    """A rate balances the flows, and is above `MAX_RATE`: a fee that takes most of a loan, over days that are few."""


class Flow(NamedTuple):
    """`amount` is received (positive) or paid (negative) after `periods` and then a `fraction` of one more."""

    amount: Decimal | int
    periods: Fraction | int
    fraction: Fraction | int = 0


def all_in_rate(flows: Iterable[tuple[date, Decimal | int]], near_percent: Decimal | None = None) -> Decimal:
    """Return the effective yearly rate of dated flows in percent, by actual days over 365.

    −1,000.00 on 2026-01-01 and +1,100.00 on 2027-01-01 give 10; whose side the signs are seen from does not matter.
    The search begins near `near_percent`, when given.

    Raises:
        NoRate: the flows are of one sign, or no rate balances them.
        RateTooHigh: the rate is above the highest that is measured.
    """
    dated = [(day.toordinal(), amount) for day, amount in flows]
    start = min((day for day, _ in dated), default=0)
    terms = [(float(amount), (day - start) / 365, 0.0) for day, amount in dated]
    near = 0.0 if near_percent is None else float(near_percent) / 100
    return _percent(_solved(terms, lambda: [Flow(amount, Fraction(day - start, 365)) for day, amount in dated], near))


def eu_rate(drawdowns: Iterable[Flow], repayments: Iterable[Flow]) -> Decimal:
    """Return the annual percentage rate of charge in percent; flows are positive amounts, periods are years.

    1,000.00 drawn, 600.00 repaid after one year and 600.00 after two give 13.06623863.

    Raises:
        NoRate: nothing is drawn or nothing repaid, or no rate balances them.
    """
    return _percent(period_rate([*drawdowns, *_paid(repayments)]))


def us_rate(advances: Iterable[Flow], payments: Iterable[Flow], unit_periods_a_year: Fraction | int) -> Decimal:
    """Return the annual percentage rate of Appendix J in percent; flows are positive amounts, periods are unit periods.

    5,000.00 advanced, 24 monthly payments of 230.00 give 9.69 (rounded).

    Raises:
        NoRate: nothing is advanced or nothing paid, or no rate balances them.
    """
    return nominal(period_rate([*advances, *_paid(payments)]), unit_periods_a_year)


def compounded(rate: Decimal, periods_a_year: Fraction | int) -> Decimal:
    """Return the effective yearly rate in percent of a `rate` a period: (1 + i)^n − 1. 0.01 a month: 12.68250301.

    Raises:
        RateTooHigh: it is above the highest that is measured (25 % a day).
    """
    with localcontext() as context:
        context.prec = _PROOF_DIGITS
        return _percent(_measured((1 + rate) ** _exact(periods_a_year) - 1))


def nominal(rate: Decimal, periods_a_year: Fraction | int) -> Decimal:
    """Return the nominal yearly rate in percent of a `rate` a period: i × n. 0.01 a month: 12."""
    with localcontext() as context:
        context.prec = _PROOF_DIGITS
        return _percent(rate * _exact(periods_a_year))


def period_rate(flows: Sequence[Flow]) -> Decimal:
    """Return the rate a period, a part of one, at which `flows` add up to nothing: the root that is nearest to zero.

    Raises:
        NoRate: the flows are of one sign, or no rate balances them.
    """
    return _solved([(float(amount), float(periods), float(part)) for amount, periods, part in flows], lambda: flows)


def even_rate(amounts: Sequence[int], near: float = 0.0) -> Decimal:
    """Return the rate a period, a part of one, of flows that are one period apart, the first one at once.

    The search begins near `near`, when given. 100, −60, −60 give 0.130662386292.

    Raises:
        NoRate: the flows are of one sign, or no rate balances them.
    """
    terms = [(float(amount), float(nr), 0.0) for nr, amount in enumerate(amounts)]
    return _solved(terms, lambda: [Flow(amount, nr) for nr, amount in enumerate(amounts)], near)


def _paid(flows: Iterable[Flow]) -> list[Flow]:
    return [flow._replace(amount=-flow.amount) for flow in flows]


def _measured(rate: Decimal) -> Decimal:
    if rate > MAX_RATE:
        raise RateTooHigh("the rate is above the highest that is measured")
    return rate


def _percent(rate: Decimal) -> Decimal:
    return round(rate * 100, PERCENT_DECIMALS)


_Terms = list[tuple[float, float, float]]
_Point = tuple[float, float]
"""A rate, and the value of the flows at it."""


def _solved(terms: _Terms, exactly: Callable[[], Sequence[Flow]], near: float = 0.0) -> Decimal:
    """Return the rate a period at which `terms` add up to nothing; `exactly` gives them as they are, for the proof."""
    amounts = [amount for amount, _, _ in terms]
    if not amounts or min(amounts) >= 0 or max(amounts) <= 0:
        raise NoRate("flows of one sign")
    if not fsum(amounts) and not sum(flow.amount for flow in exactly()):
        return Decimal(0)
    return _measured(_proven(terms, exactly, _narrowed(terms, *(_bracket_near(terms, near) or _bracket(terms)))))


def _value(terms: _Terms, rate: float) -> float:
    """Return the flows discounted at `rate`, summed."""
    growth = 1.0 + rate
    try:
        return fsum([amount * growth**-periods / (1.0 + fraction * rate) for amount, periods, fraction in terms])
    except OverflowError:
        return _overflown(terms, rate)


def _overflown(terms: _Terms, rate: float) -> float:
    """Return what the flows tend to where a float no longer holds them: the sign of the first or of the last."""
    ordered = sorted(terms, key=lambda term: term[1])
    return inf * (ordered[0] if rate > 0 else ordered[-1])[0]


def _bracket_near(terms: _Terms, near: float) -> tuple[_Point, _Point] | None:
    """Return two points close around `near` between which the value changes its sign, if it does."""
    if near <= 0:
        return None
    low, high = near * (1 - _NEAR), near * (1 + _NEAR)
    below, above = (low, _value(terms, low)), (high, _value(terms, high))
    return (below, above) if (below[1] > 0) is not (above[1] > 0) else None


def _bracket(terms: _Terms) -> tuple[_Point, _Point]:
    """Return two points between which the value changes its sign: the first found outwards from zero.

    At a high rate only the first flow counts, at one near −1 only the last: that tells on which side to look first, and
    whether there is a root above the highest rate that is looked for.
    """
    at_zero = fsum([amount for amount, _, _ in terms])
    is_positive = at_zero > 0
    changes_above = _earliest(terms) * at_zero < 0
    sides = (_rates_above, _rates_below) if changes_above else (_rates_below, _rates_above)
    for side in sides:
        inner = (0.0, at_zero)
        for rate in side(terms):
            point = (rate, _value(terms, rate))
            if (point[1] > 0) is not is_positive:
                return min(inner, point), max(inner, point)
            inner = point
    if changes_above:
        raise RateTooHigh("the value of the flows changes its sign above the highest rate that is measured")
    raise NoRate("the value of the flows never changes its sign")


def _earliest(terms: _Terms) -> float:
    """Return what is left of the flows as the rate goes up without bound: the sum of the first ones that leave any.

    A flow within a unit period is discounted by simple interest, and so as one at its end is, divided by its fraction.
    """
    sums: dict[float, list[float]] = {}
    for amount, periods, fraction in terms:
        sums.setdefault(periods + bool(fraction), []).append(amount / (fraction or 1.0))
    return next((left for at in sorted(sums) if (left := fsum(sums[at]))), 0.0)


def _rates_above(terms: _Terms) -> Iterator[float]:
    """Yield rates from where the tangent at zero puts the root, each twice the one before."""
    slope = fsum([amount * (periods + fraction) for amount, periods, fraction in terms])
    guess = abs(fsum([amount for amount, _, _ in terms]) / slope) if slope else _FIRST_GUESS
    rate = min(max(guess, _FIRST_GUESS * 2.0**-20), _FIRST_GUESS)
    while rate < MAX_RATE:
        yield rate
        rate *= 2
    yield MAX_RATE


def _rates_below(_terms: _Terms) -> Iterator[float]:
    rate = 0.0
    while rate > _MIN_RATE:
        rate = max((rate - 1) / 2, _MIN_RATE)
        yield rate


def _narrowed(terms: _Terms, below: _Point, above: _Point) -> float:
    """Return the root between two points: false position, halving the weight of an end that stays (Illinois)."""
    (low, value_low), (high, value_high) = below, above
    latest = side = 0.0
    for _ in range(_MAX_STEPS):
        rate = (low * value_high - high * value_low) / (value_high - value_low)
        if not low < rate < high:
            rate = (low + high) / 2
        value = _value(terms, rate)
        if value == 0 or abs(rate - latest) <= _CLOSE * (1.0 + abs(rate)):
            return rate
        if (value > 0) is (value_high > 0):
            high, value_high, value_low = rate, value, value_low / 2 if side > 0 else value_low
            side = 1.0
        else:
            low, value_low, value_high = rate, value, value_high / 2 if side < 0 else value_high
            side = -1.0
        latest = rate
    return (low + high) / 2


def _proven(terms: _Terms, exactly: Callable[[], Sequence[Flow]], root: float) -> Decimal:
    """Return `root` rounded, the signs half a unit of its last decimal below and above it certain."""
    places = RATE_DECIMALS - max(Decimal(root).adjusted() + 1, 0)
    rate, half_unit = round(Decimal(root), places), Decimal(5).scaleb(-places - 1)
    if _certain_sign(terms, float(rate - half_unit)) * _certain_sign(terms, float(rate + half_unit)) < 0:
        return rate
    return _refined(exactly(), Decimal(root), places)


def _certain_sign(terms: _Terms, rate: float) -> int:
    """Return the sign of the value at `rate`, or 0 where the floats' own error could have made it.

    Each discounted amount is off by a few units of round-off, and by the exponent's round-off times t·ln(1 + i).
    """
    growth = 1.0 + rate
    try:
        parts = [amount * growth**-periods / (1.0 + fraction * rate) for amount, periods, fraction in terms]
    except OverflowError:
        return 0
    steepness = max(terms, key=itemgetter(1))[1] * (1.0 + abs(log1p(rate)))
    error = fsum(map(abs, parts)) * (8.0 + 4.0 * steepness) * _ROUND_OFF
    value = fsum(parts)
    return 0 if abs(value) <= error else 1 if value > 0 else -1


def _refined(flows: Sequence[Flow], root: Decimal, places: int) -> Decimal:
    """Return the root near `root` by halving in decimals: for rates too high or flows too flat for floats."""
    with localcontext() as context:
        context.prec = _PROOF_DIGITS
        margin = Decimal("1e-9") * (1 + abs(root))
        low, high = max(root - margin, Decimal(_MIN_RATE)), root + margin
        for _ in range(_MAX_STEPS):
            if (_exact_value(flows, low) > 0) is not (_exact_value(flows, high) > 0):
                break
            margin *= 2
            low, high = max(low - margin, Decimal(_MIN_RATE)), high + margin
        while high - low > Decimal(5).scaleb(-places - 1):
            middle = (low + high) / 2
            if (_exact_value(flows, middle) > 0) is (_exact_value(flows, high) > 0):
                high = middle
            else:
                low = middle
        return round((low + high) / 2, places)


def _exact_value(flows: Sequence[Flow], rate: Decimal) -> Decimal:
    log_growth = (1 + rate).ln()
    return sum(
        (
            flow.amount / (1 + _exact(flow.fraction) * rate) * (-_exact(flow.periods) * log_growth).exp()
            for flow in flows
        ),
        Decimal(0),
    )


def _exact(number: Fraction | int) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
