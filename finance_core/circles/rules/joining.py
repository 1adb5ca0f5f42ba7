"""What joining a circle comes to, as it is said before the PIN (CIRCLES §5). Amounts are minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import round_days
from finance_core.circles.rules.paying import commission


@dataclass(frozen=True, slots=True)
class Promise:
    """What somebody pays in all and has back in all, if everybody pays.

    Attributes:
        each_round: What is paid in each round, of all places held.
        paid_in: In all.
        comes_back: In all, after the commission; in an auction what comes back without any bid above the least.
        commission: What of it goes to the organiser.
        first_on: The first due day.
        last_on: The last one.
        receives_on: When each place held receives, where its turn is known; else None.
    """

    each_round: int
    paid_in: int
    comes_back: int
    commission: int
    first_on: date
    last_on: date
    receives_on: tuple[date | None, ...]


def promise(
    contribution: int, places: int, turns: Sequence[int | None], first_on: date, period: Period, percent: Decimal
) -> Promise:
    """Return what joining with one place for each of `turns` comes to. None: the turn is drawn or bid for.

    10 places of 500.00 with 2 % commission, one of them, turn 4, monthly from 01-10: 5,000.00 are paid in, 4,900.00
    come back on 04-10.
    """
    days = round_days(first_on, places, period)
    kept = commission(places, contribution, percent) * len(turns)
    paid_in = contribution * places * len(turns)
    return Promise(
        each_round=contribution * len(turns),
        paid_in=paid_in,
        comes_back=paid_in - kept,
        commission=kept,
        first_on=days[0],
        last_on=days[-1],
        receives_on=tuple(None if turn is None else days[turn - 1] for turn in turns),
    )
