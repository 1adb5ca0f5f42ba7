"""What is left to repay, planned anew after a payment in mid-period. Pure; amounts in minor units."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from finance_core.kernel.money import Money
from finance_core.loans.rules.methods import Split, splits_of
from finance_core.loans.rules.terms import Terms
from finance_core.loans.rules.timeline import Timeline, timeline


def replanned(terms: Terms, balance: int, nr: int, on: date) -> list[Split]:
    """Return (principal, interest) of instalments `nr` to the last, when `balance` is owed from `on` on.

    The due days stay; the running period earns only from `on` to its end, so what was earned before must be paid. All
    instalments that follow are smaller: the level one is computed anew over the periods that are left.
    """
    planned = timeline(terms)
    first = planned.periods[nr - 1]
    days_left = (first.due_on - on).days
    running = first._replace(start_on=on, units=first.units * days_left // first.days)
    left = [running, *planned.periods[nr:]]
    periods = [period._replace(nr=index) for index, period in enumerate(left, 1)]
    rest = replace(
        terms,
        principal=Money(balance, terms.principal.asset),
        count=len(periods),
        disbursed_on=on,
        first_due_on=first.due_on,
        fee_at_disbursement=0,
    )
    return splits_of(rest, Timeline(periods, planned.denominator, planned.nominal_units))
