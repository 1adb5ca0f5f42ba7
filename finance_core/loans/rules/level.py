"""The level payment: what repays a balance in equal instalments, in the two families of the field."""

from __future__ import annotations

from collections.abc import Sequence

from finance_core.loans.rules.interest import quotient
from finance_core.loans.rules.loan_periods import LoanPeriods
from finance_core.loans.rules.terms import Terms


def level_instalment(balance: int, units: Sequence[int], denominator: int) -> tuple[int, int]:
    """Return the exact payment that repays `balance` over periods of `units`, as a numerator and a denominator.

    With f a period's factor (units / denominator), A = P · Π(1 + f) / Σ, where Σ is the sum of the partial products:
    1 for the last payment, (1 + fₙ) for the one before, (1 + fₙ)(1 + fₙ₋₁) … With equal factors this is the annuity
    P·f / (1 − (1 + f)⁻ⁿ): 10,000.00 at 1 % over 12 gives 888.487…; at no interest it is P / n.
    """
    product, partial_products, scale = balance, 0, 1
    for length in units:
        factor = denominator + length
        product *= factor
        partial_products = partial_products * factor + scale
        scale *= denominator
    return product, partial_products * denominator


def rounded_level(numerator: int, denominator: int, terms: Terms) -> int:
    """Return a payment rounded to the minor unit, or to the terms' `round_instalment_to` unless that leaves nothing."""
    multiple = terms.round_instalment_to or 1
    level = quotient(numerator, denominator * multiple, terms.rounding) * multiple
    return level or quotient(numerator, denominator, terms.rounding)


def nominal_level(balance: int, count: int, time: LoanPeriods, terms: Terms) -> int:
    """Return the level payment of the cumulative family: an annuity in which every period has its nominal length.

    A month counts 30 days then, or 1/12 of a year with interest by period: 5,000.00 at 12 % over 18 months is
    304.91, and 305.00 rounded to whole units.
    """
    return rounded_level(*level_instalment(balance, [time.nominal_units] * count, time.denominator), terms)


def actual_level(balance: int, units: Sequence[int], time: LoanPeriods, terms: Terms) -> int:
    """Return the level payment of the progressive family: every period has its own length."""
    return rounded_level(*level_instalment(balance, units, time.denominator), terms)
