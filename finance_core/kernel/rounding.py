"""The one place that rounds. Each call names its mode; nothing else in the project quantizes a number."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

_PRECISION_DIGITS = 60
"""Enough for any product of a 19-digit amount, a rate and a day count, so that only `rounded` ever loses digits."""


class Rounding(StrEnum):
    """How a figure that does not fit is cut to one that does."""

    HALF_UP = "half_up"  # a half goes away from zero: what people expect on paper
    HALF_EVEN = "half_even"  # a half goes to the even neighbour: no drift over many figures
    DOWN = "down"  # toward zero: never pays out what was not earned
    UP = "up"  # away from zero: never undercollects


_MODES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
    Rounding.UP: ROUND_UP,
}


def rounded(value: Decimal | Fraction | int, mode: Rounding, *, places: int = 0) -> Decimal:
    """Return `value` with `places` decimals, rounded by `mode`. `rounded(Decimal("2.5"), Rounding.HALF_EVEN)` is 2.

    A `Fraction` is rounded exactly, from its own numerator and denominator, never through a cut-off quotient.
    """
    quantum = Decimal(1).scaleb(-places)
    with localcontext() as context:
        context.prec = _PRECISION_DIGITS
        if isinstance(value, Fraction):
            return Decimal(_rounded_ratio(value * 10**places, mode)).scaleb(-places)
        return Decimal(value).quantize(quantum, rounding=_MODES[mode])


def to_minor_units(value: Decimal | Fraction | int, mode: Rounding) -> int:
    """Return `value`, an amount counted in minor units with a fraction, as whole minor units."""
    return int(rounded(value, mode))


def _rounded_ratio(value: Fraction, mode: Rounding) -> int:
    sign = -1 if value < 0 else 1
    whole, rest = divmod(abs(value.numerator), value.denominator)
    twice = 2 * rest
    up = {
        Rounding.DOWN: False,
        Rounding.UP: rest > 0,
        Rounding.HALF_UP: twice >= value.denominator,
        Rounding.HALF_EVEN: twice > value.denominator or (twice == value.denominator and whole % 2 == 1),
    }[mode]
    return sign * (whole + up)
