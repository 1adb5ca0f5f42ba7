"""How fast schedules and quotes are computed, on one core, beside the plainest way to write a schedule.

python benchmarks/schedules.py          a table
python benchmarks/schedules.py --json   one JSON object
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from typing import Any

from bot.commands.quote import quote_loan
from finance_core.kernel.money import CNY, Money
from finance_core.kernel.periods import add_months
from finance_core.loans.rules.price import all_in
from finance_core.loans.rules.schedule import schedule
from finance_core.loans.rules.terms import Method, Style, Terms

INSTALMENTS = 12
SECONDS_EACH = 0.6
CENT = Decimal("0.01")


def terms_of(principal: int, **changes: Any) -> Terms:
    """Return 12 monthly instalments of `principal` minor units at 18.25 %."""
    return Terms(
        principal=Money(principal, CNY),
        annual_rate=Decimal("18.25"),
        count=INSTALMENTS,
        disbursed_on=date(2026, 3, 12),
        **changes,
    )


def plainest(principal: int) -> list[tuple[date, Decimal, Decimal]]:
    """Return the same schedule written straight down in decimals, as one would on paper."""
    start, balance, rate = date(2026, 3, 12), Decimal(principal) / 100, Decimal("0.1825")
    days = [start, *(add_months(start, month) for month in range(1, INSTALMENTS + 1))]
    factors = [1 + rate * (end - begin).days / 365 for begin, end in pairwise(days)]
    product = products = Decimal(1)
    for factor in factors[1:]:
        products = products * factor + 1
    for factor in factors:
        product *= factor
    level = (balance * product / products).quantize(CENT, ROUND_HALF_EVEN)
    lines = []
    for due_on, factor in zip(days[1:], factors, strict=True):
        interest = (balance * (factor - 1)).quantize(CENT, ROUND_HALF_EVEN)
        repaid = balance if due_on == days[-1] else level - interest
        balance -= repaid
        lines.append((due_on, repaid, interest))
    return lines


def line_of(principal: int) -> str:
    """Return the JSON line that asks for the quote of one loan."""
    return json.dumps(
        {
            "id": principal,
            "principal": f"{principal // 100}.{principal % 100:02d}",
            "asset": "CNY",
            "annual_rate": "18.25",
            "method": "equal_instalments",
            "instalments": INSTALMENTS,
            "disbursed_on": "2026-03-12",
        }
    )


def rate_of(work: Callable[[int], object]) -> float:
    """Return how often a second `work` can be done with ever other principals: the best of some hundred spurts."""
    best, principal, until = 0.0, 1_000_000, time.perf_counter() + SECONDS_EACH
    while time.perf_counter() < until:
        begun = time.process_time()
        for _ in range(20):
            principal += 37
            work(principal)
        best = max(best, 20 / max(time.process_time() - begun, 1e-9))
    return best


def measured() -> dict[str, float]:
    """Return the rates a second by what was done, in processor time of one core."""
    equal_principal, cumulative = Method.EQUAL_PRINCIPAL, Style.CUMULATIVE
    return {
        "schedule, level, progressive": rate_of(lambda principal: schedule(terms_of(principal))),
        "schedule, level, cumulative": rate_of(lambda principal: schedule(terms_of(principal, style=cumulative))),
        "schedule, equal principal": rate_of(lambda principal: schedule(terms_of(principal, method=equal_principal))),
        "schedule, the plainest way": rate_of(plainest),
        "schedule and all-in rate": rate_of(lambda principal: _priced(terms_of(principal))),
        "susu quote loan --lines": rate_of(lambda principal: next(quote_loan([line_of(principal)]))),
    }


def _priced(terms: Terms) -> Decimal:
    return all_in(terms, schedule(terms))


def main() -> None:
    """Print the rates."""
    rates = measured()
    if "--json" in sys.argv[1:]:
        print(json.dumps({name: round(rate) for name, rate in rates.items()}))
        return
    for name, rate in rates.items():
        print(f"{name:32}{rate:12,.0f} a second")


if __name__ == "__main__":
    main()
