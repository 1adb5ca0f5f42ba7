"""How reliably somebody has paid: a plain figure, 23 of 24, with late and missed beside it (CIRCLES §5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from finance_core.circles.rules.paying import late_from
from finance_core.kernel.periods import add_months

MONTHS: Final = 24
"""What is looked back on."""


@dataclass(frozen=True, slots=True)
class RoundPaid:
    """How one round of one place was paid. `paid_on`: in whole; None: not yet. `excused`: a fault of ours, or a dispute
    that was won: it counts as paid on time.
    """

    due_on: date
    paid_on: date | None
    grace_days: int
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Reliability:
    """Rounds paid on time of rounds due; those paid late, and those not paid."""

    on_time: int
    due: int
    late: int
    missed: int

    @property
    def percent(self) -> int | None:
        """What share was on time, rounded down; None where nothing has been due."""
        return 100 * self.on_time // self.due if self.due else None


def reliability(rounds: Iterable[RoundPaid], on: date) -> Reliability:
    """Return the figure as of a day, over the rounds of 24 months whose grace is over or that are paid."""
    since = add_months(on, -MONTHS)
    counted = [each for each in rounds if since < each.due_on <= on and (each.paid_on or _is_over(each, on))]
    on_time = sum(map(_is_on_time, counted))
    missed = sum(each.paid_on is None and not each.excused for each in counted)
    return Reliability(on_time, len(counted), len(counted) - on_time - missed, missed)


def _is_over(each: RoundPaid, on: date) -> bool:
    return late_from(each.due_on, each.grace_days) <= on


def _is_on_time(each: RoundPaid) -> bool:
    return each.excused or (each.paid_on is not None and each.paid_on < late_from(each.due_on, each.grace_days))
