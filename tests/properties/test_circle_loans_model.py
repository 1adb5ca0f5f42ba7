"""Any payments on a circle's loans end at what plain loans say, and all of it is the circle's and nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.loans.models import Loan
from finance_core.loans.origination import circle_loans
from finance_core.loans.rules.terms import Prepayment
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.builders import a_customer, live_by, the_catalogue, verified, yuan
from tests.circle_loans import lent, saved
from tests.embedded import Cluster
from tests.loan_book import LOANS_ONLY, booked, pay, topped_up
from tests.properties.plain_loan import PlainLoan

CIRCLE: Final = 12
SAVED: Final = 100_000
"""What its members have put in, in minor units."""
LOANS: Final[tuple[tuple[str | int, int, str], ...]] = ((300, 2, "1.5"), (250, 3, "1.8"), ("99.99", 1, "0.94"))
DAYS: Final = 50

Act = tuple[int, int]
"""Days to wait, thousandths of what is owed then."""
acts = st.lists(st.tuples(st.integers(1, 20), st.sampled_from([1, 40, 333, 999, 1000, 1400])), max_size=4)


@dataclass
class Pair:
    """A loan in the service and the same one on paper."""

    customer: Customer
    loan: Loan
    plain: PlainLoan
    acts: dict[int, int]
    paid: list[int] = field(default_factory=list)


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(lives=st.lists(acts, min_size=len(LOANS), max_size=len(LOANS)))
def test_any_payments_on_circle_loans_are_the_circles_alone(cluster: Cluster, lives: list[list[Act]]) -> None:
    asyncio.run(_live(cluster, lives))


async def _live(cluster: Cluster, lives: Sequence[Sequence[Act]]) -> None:
    clock = ManualClock(datetime(2026, 3, 12, 4, 0, tzinfo=UTC))
    with cluster.cloned() as url:
        engine = create_engine(url)
        async with engine.begin() as connection:
            await found(connection, "Asia/Shanghai", date(2026, 3, 12))
        units = Units(engine, clock)
        await the_catalogue(units)
        saver = await a_customer(units, money=SAVED // 100)
        await saved(units, CIRCLE, saver, SAVED // 100)
        pairs = [await _pair(units, *terms, life) for terms, life in zip(LOANS, lives, strict=True)]
        for day in range(1, DAYS + 1):
            await live_by(LOANS_ONLY, units, clock, clock.now() + timedelta(days=1))
            for pair in pairs:
                pair.plain.close()
                if day in pair.acts and not pair.plain.ended:
                    await _pay(units, pair, pair.acts[day])
        await _compare(units, pairs)
        await verified(units)
        await engine.dispose()


async def _pair(units: Units, principal: str | int, months: int, rate: str, life: Sequence[Act]) -> Pair:
    who = await a_customer(units, f"who{months}")
    loan = await lent(units, CIRCLE, who, principal, months, rate=Decimal(rate))
    async with units.begin() as unit:
        terms = (await circle_loans.quote(unit, yuan(principal), months, Decimal(rate))).terms
    day, on_days = 0, {}
    for gap, thousandths in life:
        day += gap
        on_days[day] = thousandths
    return Pair(who, loan, PlainLoan(terms, Decimal(0), loan.grace_days, 0, late_earns=False), on_days)


async def _pay(units: Units, pair: Pair, thousandths: int) -> None:
    amount = Decimal(max(sum(pair.plain.receivable().values()) * thousandths // 1000, 1)).scaleb(-2)
    await topped_up(units, pair.customer, amount)
    repaid = await pay(units, pair.loan, amount)
    assert repaid.amount.amount == pair.plain.pay(int(amount.scaleb(2)), Prepayment.REDUCE_INSTALMENT)
    pair.paid.append(repaid.amount.amount)


async def _compare(units: Units, pairs: Sequence[Pair]) -> None:
    owed = [pair.plain.receivable() for pair in pairs]
    for pair, due in zip(pairs, owed, strict=True):
        assert (await booked(units, "1100", pair.loan.id)).amount == due["principal"]
        assert (await booked(units, "1110", pair.loan.id)).amount == due["interest"]
        assert (due["fee"], due["penalty"]) == (0, 0)
    lent_out = sum(pair.loan.principal for pair in pairs)
    in_circle = [(await booked(units, code, CIRCLE)).amount for code in ("2033", "2034", "2035")]
    assert in_circle == [
        SAVED - lent_out + sum(sum(pair.paid) for pair in pairs),
        sum(due["principal"] for due in owed),
        sum(due["interest"] for due in owed),
    ]
    for code in ("4010", "4020", "4030", "5010", "5050"):
        assert not await booked(units, code, pairs[0].loan.product_number)
