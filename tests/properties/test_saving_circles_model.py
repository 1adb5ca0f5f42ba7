"""Any life of an accumulating circle, against one on paper: what each has, the cash, a share-out to the cent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Final

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from finance_core.circles.saving import voting
from finance_core.circles.saving.models import FineWhy
from finance_core.journeys.saving_circles import leaving, sharing_out
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import CNY, Money
from finance_core.loans import queries
from finance_core.loans.repayment import repayment
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.builders import balance, the_catalogue, verified
from tests.embedded import Cluster
from tests.saving_circles import Cycle, a_cycle

MEETINGS: Final = ("03-20", "04-20", "05-20", "06-20")
PRICE, FINE, START = 20_00, 10_00, 2000_00

Act = tuple[str, int, int]
"""What is done (buy, borrow, repay, fine, leave), by the member of a place, how much of it."""
acts = st.lists(
    st.tuples(
        st.sampled_from(["buy", "buy", "buy", "borrow", "repay", "fine", "leave"]),
        st.integers(1, 6),
        st.integers(1, 5),
    ),
    max_size=9,
)


@dataclass
class Paper:
    """The circle on paper, in minor units: what was put in and taken out, and nothing of how."""

    cash: int = 0
    wallets: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(1, 7), START))
    shares: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(1, 7), 0))
    saved: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(1, 7), 0))
    fines: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(1, 7), 0))
    gone: set[int] = field(default_factory=set)

    def pays(self, place: int, amount: int) -> None:
        """Money goes from a wallet into the circle, or, below zero, the other way."""
        self.wallets[place] -= amount
        self.cash += amount


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@example(
    life=[
        [("buy", place, 5) for place in range(1, 7)] + [("borrow", 4, 5), ("borrow", 5, 1)],
        [("buy", 6, 3), ("repay", 5, 1), ("fine", 6, 1), ("fine", 4, 1), ("leave", 5, 1)],
        [("buy", 1, 2), ("borrow", 6, 1), ("repay", 5, 5), ("leave", 5, 1), ("buy", 6, 1)],
        [("fine", 2, 1), ("repay", 6, 2)],
    ],
    stops=3,
)
@given(life=st.lists(acts, min_size=len(MEETINGS), max_size=len(MEETINGS)), stops=st.integers(0, 6))
def test_any_life_of_a_saving_circle_conserves_money_and_shares_all_of_it(
    cluster: Cluster, life: list[list[Act]], stops: int
) -> None:
    asyncio.run(_live(cluster, life, stops))


async def _live(cluster: Cluster, life: Sequence[Sequence[Act]], stops: int) -> None:
    clock = ManualClock(datetime(2026, 3, 12, 4, 0, tzinfo=UTC))
    with cluster.cloned() as url:
        engine = create_engine(url)
        async with engine.begin() as connection:
            await found(connection, "Asia/Shanghai", date(2026, 3, 12))
        units = Units(engine, clock)
        await the_catalogue(units)
        cycle = await a_cycle(units, clock, money=START // 100, people=6, meetings=len(MEETINGS))
        paper = Paper()
        for day, what in zip(MEETINGS, life, strict=True):
            await cycle.at(f"{day} 12:00")
            for number, (act, place, much) in enumerate(what):
                if place not in paper.gone:
                    await _do(cycle, paper, act, place, much, f"{day}:{number}")
            await _compare(cycle, paper)
            await verified(units)
        await cycle.at("06-21 12:00")
        if any(paper.shares.values()):
            await _share_out(cycle, paper, stops)
        await verified(units)
        await engine.dispose()


async def _do(cycle: Cycle, paper: Paper, act: str, place: int, much: int, key: str) -> None:
    """Do it in the circle; where it is refused nothing has moved, else the same is done on paper."""
    try:
        match act:
            case "buy":
                bought = await cycle.buys(place, much)
                paper.pays(place, much * PRICE + bought.fines.amount)
                assert bought.fines.amount == paper.fines[place]
                paper.shares[place] += much
                paper.saved[place] += much * PRICE
                paper.fines[place] = 0
            case "borrow":
                lent = min(3 * paper.saved[place], paper.cash) * much // 5
                before = await balance(cycle.units, cycle.who(place))
                await _borrows(cycle, paper, place, Money(lent, CNY), min(much, 3))
                got = (await balance(cycle.units, cycle.who(place)) - before).amount
                assert got in (0, lent)
                paper.pays(place, -got)
            case "repay":
                await _repays(cycle, paper, place, much, key)
            case "fine":
                async with cycle.units.begin() as unit:
                    await voting.fine(unit, cycle.circle, cycle.who(1).id, cycle.who(place).id, FineWhy.LATE)
                paper.fines[place] += FINE
            case _:
                async with cycle.units.begin() as unit:
                    left = await leaving.leave(unit, cycle.circle, cycle.who(place).id, f"left:{place}")
                assert left.gets.amount <= paper.saved[place]
                paper.pays(place, -left.paid.amount)
                paper.gone.add(place)
                paper.shares[place] = paper.saved[place] = paper.fines[place] = 0
    except FinanceError:
        await _compare(cycle, paper)


async def _borrows(cycle: Cycle, paper: Paper, place: int, amount: Money, months: int) -> None:
    request = await cycle.asks(place, amount.decimal.to_eng_string(), months)
    for voter in (each for each in range(1, 7) if each not in paper.gone):
        if request.state != "open":
            break
        request = await cycle.votes(request, voter)


async def _repays(cycle: Cycle, paper: Paper, place: int, much: int, key: str) -> None:
    async with cycle.units.begin() as unit:
        loans = [loan for loan in await queries.of_customer(unit, cycle.who(place).id) if loan.state == "active"]
        if loans:
            amount = Money(max(loans[0].principal * much // 5, 1), CNY)
            repaid = await repayment.repay(unit, loans[0].id, amount, f"repaid:{key}")
            paper.pays(place, repaid.amount.amount)


async def _compare(cycle: Cycle, paper: Paper) -> None:
    assert (await cycle.has("2033")).amount == paper.cash
    wallets = [(await balance(cycle.units, who)).amount for who in cycle.people]
    assert wallets == list(paper.wallets.values())


async def _share_out(cycle: Cycle, paper: Paper, stops: int) -> None:
    """Share out, and stop after some parts were paid; each is paid once, all of the cash is, and by shares."""
    async with cycle.units.begin() as unit:
        seen = await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)
    async with cycle.units.begin() as unit:
        plan = await sharing_out.approve(unit, cycle.circle, cycle.who(2).id)
    await verified(cycle.units)
    for part in plan.parts[:stops]:
        async with cycle.units.begin() as unit:
            await sharing_out.pay_part(unit, part.share_out_id, part.place)
    await sharing_out.pay(cycle.units, plan.share_out.id)
    await sharing_out.pay(cycle.units, plan.share_out.id)
    for part in seen.parts:
        assert part.shares == paper.shares[part.place]
        paper.pays(part.place, -part.paid)
    await _compare(cycle, paper)
    assert paper.cash == 0
    whole = [part for part in seen.parts if part.shares and not part.still_owed]
    if whole:
        value = Fraction(sum(part.entitled for part in whole), sum(part.shares for part in whole))
        assert all(abs(part.entitled - value * part.shares) < 1 for part in whole)
