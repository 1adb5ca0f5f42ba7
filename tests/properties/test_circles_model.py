"""Any payments, defaults, leavings and outages: the book of a circle comes to what it is on paper, and keeps money."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from finance_core import ledger
from finance_core.business_day.tick import run_due
from finance_core.circles.book.accounts import fund, round_pot
from finance_core.circles.book.closing import close_place
from finance_core.circles.models import CircleMember, ClosedWhy
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import CNY, Money
from finance_core.lines import CALENDAR
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Unit, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import SHANGHAI, live_by, the_catalogue, verified_in
from tests.circle_rounds import Run, a_circle
from tests.first_day import OPEN_ON, START, ZONE
from tests.properties.plain_circle import WAITS, PaperCircle, PaperPlace

T = TypeVar("T")
MONEY = 450_00
CONTRIBUTION = 100_00
CIRCLES = st.one_of(
    st.tuples(st.integers(3, 5), st.just(1), st.just(())),
    st.tuples(st.integers(3, 5), st.just(7), st.just(())),
    st.tuples(st.just(5), st.just(7), st.sampled_from([(0,), (-1,), (0, -1)])),
)
"""People, days of a period, and the places of which nothing is debited: in a circle that lasts as long they stop, the
first one after it has received, the last one before.
"""


class Bench:
    """A connection to the worker's database whose transaction is rolled back after each run."""

    def __init__(self, url: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.engine: AsyncEngine = create_engine(url, pool_size=1)
        self.connection: AsyncConnection = self.run(self._connected())
        self.outer: AsyncTransaction | None = None

    def run(self, work: Awaitable[T]) -> T:
        return self.loop.run_until_complete(work)

    async def _connected(self) -> AsyncConnection:
        return await self.engine.connect()

    async def begin(self, clock: ManualClock) -> Units:
        self.outer = await self.connection.begin()
        await found(self.connection, ZONE, OPEN_ON)
        units = Units(self.connection, clock)
        await the_catalogue(units)
        return units

    async def roll_back(self) -> None:
        if self.outer is not None:
            await self.outer.rollback()

    async def _close(self) -> None:
        await self.connection.close()
        await self.engine.dispose()

    def close(self) -> None:
        self.run(self._close())
        self.loop.close()


class CircleMachine(RuleBasedStateMachine):
    """Does to a circle in the book what it does to the one on paper. Day 0 is the first day of the book."""

    bench: Bench

    @initialize(
        of=CIRCLES,
        rule=st.sampled_from(["wait", "pay"]),
        commission=st.sampled_from([0, 3]),
        kept=st.sampled_from([0, 5]),
    )
    def begin(self, of: tuple[int, int, tuple[int, ...]], rule: str, commission: int, kept: int) -> None:
        people, period, unwilling = of
        self.clock, self.number = ManualClock(START), 0
        self.units = self.bench.run(self.bench.begin(self.clock))
        self.circle: Run = self.bench.run(
            a_circle(
                self.units,
                people,
                contribution="100.00",
                money="450.00",
                first_due=OPEN_ON + timedelta(days=period),
                period="day" if period == 1 else "week",
                shortfall=rule,
                commission_percent=Decimal(commission),
                kept_percent=Decimal(kept),
            )
        )
        self.paper = PaperCircle(
            [PaperPlace(MONEY) for _ in range(people)], CONTRIBUTION, period, rule, commission, kept
        )
        self.put_in = people * MONEY
        for place in unwilling:
            self.turn_debits(place % people)

    def do(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        async def in_unit() -> T:
            async with self.units.begin() as unit:
                return await work(unit)

        return self.bench.run(in_unit())

    def place(self, data: st.DataObject) -> int:
        return data.draw(st.integers(0, len(self.paper.places) - 1), "place")

    @rule(data=st.data(), cents=st.integers(1, 150_00), for_another=st.booleans())
    def pay(self, data: st.DataObject, cents: int, for_another: bool) -> None:  # noqa: FBT001 - drawn
        payer = self.place(data)
        of = self.place(data) if for_another else payer
        try:
            self.bench.run(self.circle.pay(payer + 1, str(Money(cents, CNY)), of=of + 1))
        except FinanceError as refused:
            before = self.paper.total()
            assert not self.paper.pay(payer, cents, of), refused  # noqa: PT017 - either may be right
            assert self.paper.total() == before
        else:
            assert self.paper.pay(payer, cents, of)

    @rule(data=st.data())
    def withdraw_or_give_consent(self, data: st.DataObject) -> None:
        self.turn_debits(self.place(data))

    def turn_debits(self, place: int) -> None:
        mine = self.paper.places[place]
        mine.automatic = not mine.automatic

        async def change(unit: Unit) -> None:
            row = await unit.session.get_one(CircleMember, (self.circle.id, self.circle.people[place].id))
            row.automatic_debit = mine.automatic

        self.do(change)

    @rule(data=st.data(), cents=st.integers(1, 200_00))
    def top_up(self, data: st.DataObject, cents: int) -> None:
        place = self.place(data)
        self.number += 1
        key = f"paper:{self.number}"
        who = self.circle.people[place].id
        self.do(lambda unit: wallet.topup(unit, who, Money(cents, CNY), key, SANDBOX))
        self.paper.places[place].wallet += cents
        self.put_in += cents

    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        place = self.place(data)
        mine = self.paper.places[place]
        if mine.closed or mine.received or self.paper.ended:
            return
        self.do(lambda unit: close_place(unit, self.circle.id, place + 1, ClosedWhy.LEFT))
        self.paper.close(place)

    @rule(days=st.integers(1, 9))
    def live(self, days: int) -> None:
        """Let days pass, each thing at its instant, until noon."""
        for _ in range(days):
            self.paper.pass_day(is_closed_on_time=True, is_belated=False)
        self.bench.run(live_by(CALENDAR, self.units, self.clock, self._noon()))

    @rule(days=st.integers(1, 9))
    def be_away(self, days: int) -> None:
        """Let the service be away until noon of a later day, and then catch up."""
        for day in range(days):
            self.paper.pass_day(is_closed_on_time=False, is_belated=day < days - 1)
        self.clock.set(self._noon())
        self.bench.run(run_due(self.units, CALENDAR))

    def _noon(self) -> datetime:
        return datetime.combine(OPEN_ON + timedelta(days=self.paper.today), time(12), tzinfo=SHANGHAI)

    @invariant()
    def the_book_is_as_on_paper(self) -> None:
        if not hasattr(self, "paper"):
            return
        assert self.paper.total() == self.put_in
        wallets = [ledger.customer_wallet(each.id) for each in self.circle.people]
        pots = [round_pot(self.circle.id, number + 1, CNY) for number in range(len(self.paper.rounds))]
        fines = fund(self.circle.id, CNY)
        found = self.do(lambda unit: ledger.balances(unit, [*wallets, *pots, fines]))
        assert [found[each].amount for each in wallets] == [place.wallet for place in self.paper.places]
        assert [found[each].amount for each in pots] == [
            sum(due.paid for (nr, _), due in self.paper.dues.items() if nr == r) - each.out
            for r, each in enumerate(self.paper.rounds)
        ]
        assert found[fines].amount == self.paper.fines
        self.do(verified_in)

    def teardown(self) -> None:
        try:
            if hasattr(self, "paper"):
                self.live(len(self.paper.places) * self.paper.period + WAITS + 1)
                assert self.paper.ended
                self.the_book_is_as_on_paper()
                assert all(place.received or place.closed for place in self.paper.places)
        finally:
            self.bench.run(self.bench.roll_back())


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    bench = Bench(database_url)
    yield bench
    bench.close()


def test_a_circle_comes_to_what_it_is_on_paper(bench: Bench) -> None:
    machine = type("Machine", (CircleMachine,), {"bench": bench})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
