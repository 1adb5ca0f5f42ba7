"""Any sequence of claims, expiries, payments, refusals and closings keeps money, and leaves nothing in a pot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from finance_core import ledger
from finance_core.customers import service as customers
from finance_core.friends import bills, causes, daily, opening, packets
from finance_core.friends.bills import NewBill
from finance_core.friends.causes import NewCause
from finance_core.friends.entries import share_pot
from finance_core.friends.models import Audience, ShareState
from finance_core.friends.packets import NewPacket
from finance_core.friends.rules.draws import PacketKind, drawn
from finance_core.friends.rules.splits import split
from finance_core.groups import service as groups
from finance_core.groups.models import GroupChat
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import CNY, Money
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Unit, Units
from tests.builders import CIPHER, a_customer, verified_in
from tests.first_day import OPEN_ON, START, ZONE
from tests.friends import SEED, a_stranger

T = TypeVar("T")

MONEY = 100_000
PEOPLE = 4
"""The last of them has not joined at the beginning."""


@dataclass
class Share:
    """A share on paper: whose it is, and whether it is paid or gone back."""

    amount: int
    claimant: int | None = None
    is_settled: bool = False


@dataclass
class PaperPacket:
    """A packet on paper."""

    sender: int
    shares: list[Share]
    for_members: bool = False
    """Only those who are in the group may open it, and only there."""
    ends_in: timedelta = timedelta(hours=24)


@dataclass
class PaperBill:
    """A bill on paper: what each of the others still owes, None once it is settled."""

    organiser: int
    left: dict[int, int]
    is_closed: bool = False


@dataclass
class PaperCause:
    """A collection on paper."""

    organiser: int
    goal: int
    gifts: list[tuple[int, int]] = field(default_factory=list)
    is_open: bool = True


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
        return Units(self.connection, clock)

    async def roll_back(self) -> None:
        if self.outer is not None:
            await self.outer.rollback()

    async def _close(self) -> None:
        await self.connection.close()
        await self.engine.dispose()

    def close(self) -> None:
        self.run(self._close())
        self.loop.close()


class FriendsMachine(RuleBasedStateMachine):
    """Does to the book what it does to paper."""

    bench: Bench

    @initialize()
    def begin(self) -> None:
        self.clock, self.number = ManualClock(START), 0
        self.units = self.bench.run(self.bench.begin(self.clock))
        self.people = [self.bench.run(a_customer(self.units, f"P{each}", money=1000)).id for each in range(PEOPLE - 1)]
        self.people.append(self.bench.run(a_stranger(self.units)).id)
        self.has = dict.fromkeys(self.people[:-1], MONEY) | {self.people[-1]: 0}
        self.has_joined = False
        self.members = set(self.people[1:])
        self.group_id = self.do(self._found_group)
        self.packets: dict[str, PaperPacket] = {}
        self.bills: dict[str, PaperBill] = {}
        self.causes: dict[str, PaperCause] = {}

    def do(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        async def in_unit() -> T:
            async with self.units.begin() as unit:
                return await work(unit)

        return self.bench.run(in_unit())

    def may(self, work: Callable[[Unit], Awaitable[T]], *, expected: bool) -> None:
        """Do something that the paper allows, or does not."""
        try:
            self.do(work)
        except FinanceError as refusal:
            assert not expected, refusal  # noqa: PT017 - either may be right
        else:
            assert expected

    def key(self) -> str:
        self.number += 1
        return f"paper-{self.number}"

    def who(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(self.people), "who")

    async def _found_group(self, unit: Unit) -> int:
        group = await groups.met(unit, CIPHER, -7, title="Lunch", language="en")
        for member in self.members:
            await groups.seen(unit, group, member)
        return group.id

    @rule(data=st.data())
    def come_or_go(self, data: st.DataObject) -> None:
        """Somebody enters the group, or leaves it."""
        who = self.who(data)

        async def moves(unit: Unit) -> None:
            group = await unit.session.get_one(GroupChat, self.group_id)
            await groups.seen(unit, group, who, is_in=who not in self.members)

        self.do(moves)
        self.members ^= {who}

    @rule(
        data=st.data(),
        shares=st.integers(1, 4),
        cents=st.integers(1, 5_000),
        kind=st.sampled_from(PacketKind),
        for_members=st.booleans(),
    )
    def make_packet(
        self,
        data: st.DataObject,
        shares: int,
        cents: int,
        kind: PacketKind,
        for_members: bool,  # noqa: FBT001 - drawn
    ) -> None:
        sender, token, total = self.who(data), self.key(), Money(cents, CNY)
        can = shares <= cents <= self.has[sender]
        place = self.group_id if for_members else None
        audience = Audience.PLACE if for_members else Audience.ANYBODY
        new = NewPacket(total, shares, kind, audience, place_id=place)
        self.may(lambda unit: packets.make(unit, CIPHER, sender, new, token, seed=SEED), expected=can)
        if can:
            self.has[sender] -= cents
            amounts = drawn(kind, cents, shares, SEED)
            self.packets[token] = PaperPacket(sender, [Share(amount) for amount in amounts], for_members)

    @rule(data=st.data())
    def open_packet(self, data: st.DataObject) -> None:
        if not self.packets:
            return
        token, me = data.draw(st.sampled_from(sorted(self.packets))), self.who(data)
        packet = self.packets[token]
        own = next((share for share in packet.shares if share.claimant == me), None)
        free = [share for share in packet.shares if share.claimant is None and not share.is_settled]
        place = data.draw(st.sampled_from([None, self.group_id, self.group_id + 1]), "place")
        is_let_in = not packet.for_members or (place == self.group_id and me in self.members)
        can = own is not None or (is_let_in and bool(free))
        self.may(lambda unit: opening.claim(unit, token, me, place_id=place), expected=can)
        if own is None and is_let_in and free:
            free[0].claimant = me
            self._settle(free[0])

    def _settle(self, share: Share) -> None:
        assert share.claimant is not None
        if share.claimant != self.people[-1] or self.has_joined:
            share.is_settled = True
            self.has[share.claimant] += share.amount

    @rule()
    def join(self) -> None:
        async def joining(unit: Unit) -> None:
            await customers.accept_terms(unit, self.people[-1])
            await opening.pay_held(unit, self.people[-1])

        self.do(joining)
        self.has_joined = True
        for packet in self.packets.values():
            for share in packet.shares:
                if share.claimant == self.people[-1] and not share.is_settled:
                    self._settle(share)

    @rule(data=st.data(), cents=st.integers(3, 3_000))
    def split_bill(self, data: st.DataObject, cents: int) -> None:
        organiser, token = self.who(data), self.key()
        others = tuple(person for person in self.people if person != organiser)[:2]
        new = NewBill(Money(cents, CNY), others, split(cents, [1, 1], 1))
        self.do(lambda unit: bills.split(unit, CIPHER, organiser, new, token))
        self.bills[token] = PaperBill(organiser, dict(zip(others, new.split.others, strict=True)))

    @rule(data=st.data(), cents=st.integers(0, 1_200), act=st.sampled_from(["pay", "refuse", "outside", "close"]))
    def act_on_bill(self, data: st.DataObject, cents: int, act: str) -> None:
        if not self.bills:
            return
        token, me, key = data.draw(st.sampled_from(sorted(self.bills))), self.who(data), self.key()
        bill = self.bills[token]
        left = bill.left.get(me, 0)
        match act:
            case "pay":
                paid = cents or left
                can = not bill.is_closed and 0 < paid <= min(left, self.has[me])
                amount = Money(cents, CNY) if cents else None
                self.may(lambda unit: bills.pay(unit, token, me, amount, key), expected=can)
                if can:
                    self.has[me], self.has[bill.organiser] = self.has[me] - paid, self.has[bill.organiser] + paid
                    bill.left[me] = left - paid
            case "refuse":
                can = left > 0 and not bill.is_closed
                self.may(lambda unit: bills.refuse(unit, CIPHER, token, me, ""), expected=can)
            case "outside":
                nr, other = 1, next(iter(bill.left))
                is_known = bill.left[other] == -1
                can = not bill.is_closed and (bill.left[other] > 0 or is_known)
                self.may(lambda unit: bills.mark_outside(unit, token, bill.organiser, nr), expected=can)
                if can:
                    bill.left[other] = -1
            case "close":
                can = bill.is_closed or any(owed > 0 for owed in bill.left.values())
                self.may(lambda unit: bills.close(unit, token, bill.organiser), expected=can)
                bill.is_closed = can

    @rule(data=st.data(), goal=st.integers(1, 2_000))
    def begin_cause(self, data: st.DataObject, goal: int) -> None:
        organiser, token = self.who(data), self.key()
        on = self.clock.now().date() + timedelta(days=1)
        new = NewCause("A bike", on, goal=Money(goal, CNY), all_or_nothing=True)
        if sum(cause.is_open and cause.organiser == organiser for cause in self.causes.values()) < causes.MOST_CAUSES:
            self.do(lambda unit: causes.begin(unit, CIPHER, organiser, new, token))
            self.causes[token] = PaperCause(organiser, goal)

    @rule(data=st.data(), cents=st.integers(1, 1_500), calls_off=st.booleans())
    def give_or_call_off(self, data: st.DataObject, cents: int, calls_off: bool) -> None:  # noqa: FBT001 - drawn
        if not self.causes:
            return
        token, me, key = data.draw(st.sampled_from(sorted(self.causes))), self.who(data), self.key()
        cause = self.causes[token]
        if calls_off and cause.is_open:
            self.do(lambda unit: causes.call_off(unit, token, cause.organiser))
            self._give_back(cause)
        elif not calls_off:
            can = cause.is_open and cents <= self.has[me]
            self.may(lambda unit: causes.give(unit, token, me, Money(cents, CNY), key), expected=can)
            if can:
                self.has[me] -= cents
                cause.gifts.append((me, cents))

    def _give_back(self, cause: PaperCause) -> None:
        cause.is_open = False
        for giver, amount in cause.gifts:
            self.has[giver] += amount

    @rule()
    def let_days_pass(self) -> None:
        """Two days: everything that ends by itself has ended."""
        self.clock.advance(days=2)
        for work in daily.TIMED:
            self.bench.run(work.run(self.units))
        for packet in self.packets.values():
            for share in packet.shares:
                if not share.is_settled:
                    share.is_settled = True
                    self.has[packet.sender] += share.amount
        for cause in self.causes.values():
            together = sum(amount for _, amount in cause.gifts)
            if cause.is_open and together >= cause.goal:
                cause.is_open = False
                self.has[cause.organiser] += together
            elif cause.is_open:
                self._give_back(cause)

    @invariant()
    def each_has_what_the_paper_says(self) -> None:
        if hasattr(self, "packets"):
            wallets = {person: ledger.customer_wallet(person) for person in self.people}
            found = self.do(lambda unit: ledger.balances(unit, wallets.values()))
            assert {person: found[wallet].amount for person, wallet in wallets.items()} == self.has

    def teardown(self) -> None:
        if hasattr(self, "packets"):
            self.let_days_pass()
            self.each_has_what_the_paper_says()
            assert sum(self.has.values()) == (PEOPLE - 1) * MONEY
            self.do(self._all_is_settled)
        self.bench.run(self.bench.roll_back())

    async def _all_is_settled(self, unit: Unit) -> None:
        await verified_in(unit)
        for token in self.packets:
            packet = await packets.find(unit, token)
            states = {share.state for share in await opening.shares_of(unit, packet.id)}
            assert states <= {ShareState.PAID, ShareState.RETURNED}
            pots = [share_pot(packet.id, nr, CNY) for nr in range(1, packet.shares + 1)]
            assert not any([await ledger.balance(unit, pot) for pot in pots])


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    bench = Bench(database_url)
    yield bench
    bench.close()


def test_money_among_friends_is_kept_as_it_is_on_paper(bench: Bench) -> None:
    machine = type("Machine", (FriendsMachine,), {"bench": bench})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
