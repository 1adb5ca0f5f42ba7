"""The ledger against a plain model: whatever is done in whatever order, both say the same, and verify agrees."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from finance_core import ledger
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Account, Entry, Posted, Refused, Transfer, equations
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Unit, Units
from tests.ledger_cases import ANA, BO, CHIDI, RAIL

T = TypeVar("T")

FEES = Account("4060")
ACCOUNTS = [ANA, BO, CHIDI, RAIL, FEES]
PEOPLE = [ANA, BO, CHIDI]
START = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
HOLD_LIFE = timedelta(hours=1)

Move = tuple[Account, Account, int]

moves = st.lists(
    st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.integers(1, 100)).filter(
        lambda move: move[0] != move[1]
    ),
    min_size=1,
    max_size=3,
)


@dataclass
class Hold:
    """A reservation in the model."""

    account: Account
    amount: int
    expires_at: datetime
    live: bool = True


@dataclass
class Model:
    """What the ledger is in thirty lines, when there is one person at a time and nothing ever fails."""

    balances: dict[Account, int] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, 0))
    holds: dict[int, Hold] = field(default_factory=dict)
    written: dict[str, tuple[Posted, list[Move]]] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    by_day: dict[date, dict[Account, int]] = field(default_factory=dict)

    def available(self, account: Account, now: datetime) -> int:
        held = sum(
            hold.amount
            for hold in self.holds.values()
            if hold.account == account and hold.live and hold.expires_at > now
        )
        return self.balances[account] - held

    def grown(self, moves: list[Move]) -> dict[Account, int]:
        """What moves do to each account, on its normal side: rail is debit-normal, the others credit-normal."""
        change = dict.fromkeys(ACCOUNTS, 0)
        for debit, credit, amount in moves:
            change[debit] += amount if debit == RAIL else -amount
            change[credit] += -amount if credit == RAIL else amount
        return change

    def covers(self, moves: list[Move], now: datetime) -> bool:
        change = self.grown(moves)
        return all(self.available(person, now) + change[person] >= 0 for person in PEOPLE if touched(person, moves))

    def write(self, moves: list[Move]) -> None:
        for account, change in self.grown(moves).items():
            self.balances[account] += change


def touched(account: Account, moves: list[Move]) -> bool:
    return any(account in (debit, credit) for debit, credit, _ in moves)


def entry_of(key: str, moves: list[Move]) -> Entry:
    return Entry(
        "test.move",
        key,
        tuple(Transfer(debit, credit, Money(amount, CNY)) for debit, credit, amount in moves),
        {"moves": len(moves)},
    )


class Bench:
    """One event loop and one connection for all examples; each example is a transaction that is rolled back."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.engine: AsyncEngine = self.runner.run(self._engine(url))
        self.connection: AsyncConnection = self.runner.run(self._connect())

    async def _engine(self, url: str) -> AsyncEngine:
        return create_engine(url, pool_size=1)

    async def _connect(self) -> AsyncConnection:
        return await self.engine.connect()

    async def begin(self, on: date) -> None:
        await self.connection.begin()
        await found(self.connection, "Asia/Shanghai", on)

    async def roll_back(self) -> None:
        await self.connection.rollback()

    def close(self) -> None:
        self.runner.run(self.connection.close())
        self.runner.run(self.engine.dispose())
        self.runner.close()


class LedgerMachine(RuleBasedStateMachine):
    """Posts, batches, replays, reversals, holds, days and roll-ups, against the model."""

    bench: Bench

    @initialize()
    def open_the_book(self) -> None:
        self.clock = ManualClock(START)
        self.units = Units(self.bench.connection, self.clock)
        self.model = Model()
        self.open_on = START.date()
        self.bench.runner.run(self.bench.begin(self.open_on))
        self.keys = 0
        for person in PEOPLE:
            self.post([(RAIL, person, 100)])

    def teardown(self) -> None:
        self.bench.runner.run(self.bench.roll_back())

    def do(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        async def in_unit() -> T:
            async with self.units.begin() as unit:
                return await work(unit)

        return self.bench.runner.run(in_unit())

    def key(self) -> str:
        self.keys += 1
        return f"k{self.keys}"

    @rule(moves=moves)
    def post(self, moves: list[Move]) -> None:
        key, covered = self.key(), self.model.covers(moves, self.clock.now())
        try:
            (receipt,) = self.do(lambda unit: ledger.post(unit, entry_of(key, moves)))
        except ledger.InsufficientFunds:
            assert not covered
        else:
            assert covered
            self._written(key, receipt, moves)

    @rule(batch=st.lists(moves, min_size=1, max_size=5))
    def post_a_batch_each_alone(self, batch: list[list[Move]]) -> None:
        keyed = [(self.key(), moves) for moves in batch]
        answers = self.do(lambda unit: ledger.try_post(unit, [entry_of(key, moves) for key, moves in keyed]))
        for (key, moves), answer in zip(keyed, answers, strict=True):
            assert isinstance(answer, Posted) == self.model.covers(moves, self.clock.now())
            if isinstance(answer, Posted):
                self._written(key, answer, moves)
            else:
                self._refused_rightly(answer)

    @rule(batch=st.lists(moves, min_size=1, max_size=4))
    def post_a_batch_all_or_none(self, batch: list[list[Move]]) -> None:
        before = dict(self.model.balances)
        keyed = [(self.key(), moves) for moves in batch]
        covered = True
        for _, moves in keyed:
            covered = covered and self.model.covers(moves, self.clock.now())
            self.model.write(moves)
        self.model.balances = before
        try:
            receipts = self.do(lambda unit: ledger.post(unit, *(entry_of(key, moves) for key, moves in keyed)))
        except ledger.InsufficientFunds:
            assert not covered
        else:
            assert covered
            for (key, moves), receipt in zip(keyed, receipts, strict=True):
                self._written(key, receipt, moves)

    @precondition(lambda self: self.model.written)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.model.written)))
        receipt, moves = self.model.written[key]
        (again,) = self.do(lambda unit: ledger.post(unit, entry_of(key, moves)))
        assert again == Posted(receipt.entry_id, receipt.reference, replayed=True)
        with pytest.raises(ledger.IdempotencyConflict):
            self.do(lambda unit: ledger.post(unit, entry_of(key, [*moves, (RAIL, FEES, 1)])))

    @precondition(lambda self: self.model.written)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.model.written)))
        receipt, moves = self.model.written[key]
        back = [(credit, debit, amount) for debit, credit, amount in moves]
        covered = self.model.covers(back, self.clock.now())
        try:
            self.do(lambda unit: ledger.reverse(unit, receipt.entry_id, self.key(), "mistake"))
        except ledger.AlreadyReversed:
            assert key in self.model.undone
        except ledger.InsufficientFunds:
            assert key not in self.model.undone
            assert not covered
        else:
            assert covered
            assert key not in self.model.undone
            self.model.undone.add(key)
            self.model.write(back)

    @rule(account=st.sampled_from(PEOPLE), amount=st.integers(1, 120))
    def hold(self, account: Account, amount: int) -> None:
        now, key = self.clock.now(), self.key()
        enough = self.model.available(account, now) >= amount
        try:
            hold_id = self.do(lambda unit: ledger.hold(unit, account, Money(amount, CNY), key, now + HOLD_LIFE))
        except ledger.InsufficientFunds:
            assert not enough
        else:
            assert enough
            self.model.holds[hold_id] = Hold(account, amount, now + HOLD_LIFE)

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data(), amount=st.integers(1, 120), payee=st.sampled_from([RAIL, FEES]))
    def capture(self, data: st.DataObject, amount: int, payee: Account) -> None:
        hold_id, hold = self._some_hold(data)
        key, moves = self.key(), [(hold.account, payee, amount)]
        try:
            receipt = self.do(lambda unit: ledger.capture(unit, hold_id, entry_of(key, moves)))
        except ledger.HoldGone:
            assert not self._is_live(hold)
        except ledger.InsufficientFunds:
            assert self._is_live(hold)
            assert amount > hold.amount
        else:
            assert self._is_live(hold)
            assert amount <= hold.amount
            hold.live = False
            self._written(key, receipt, moves)

    @precondition(lambda self: self.model.holds)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        hold_id, hold = self._some_hold(data)
        try:
            self.do(lambda unit: ledger.release(unit, hold_id))
        except ledger.HoldGone:
            assert not hold.live
        hold.live = False

    @rule(minutes=st.sampled_from([1, 30, 60]))
    def let_time_pass(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    @rule()
    def close_the_day(self) -> None:
        ended = self.open_on
        self.open_on = ended + timedelta(days=1)
        self.do(lambda unit: ledger.move_date(unit, self.open_on))
        self.do(lambda unit: ledger.seal_day(unit, ended))
        self.model.by_day[ended] = dict(self.model.balances)

    @rule()
    def add_up(self) -> None:
        self.do(ledger.roll_up)

    @rule(amounts=st.lists(st.integers(1, 50), min_size=1, max_size=4), payee=st.sampled_from(PEOPLE))
    def stage(self, amounts: list[int], payee: Account) -> None:
        moves: list[Move] = [(person, payee, amount) for person in PEOPLE for amount in amounts if person != payee]
        key, covered = self.key(), self.model.covers(moves, self.clock.now())
        try:
            receipt = self.do(lambda unit: _post_staged(unit, key, moves))
        except ledger.InsufficientFunds:
            assert not covered
        else:
            assert covered
            assert not receipt.replayed
            self.model.write(moves)

    @invariant()
    def balances_are_the_models(self) -> None:
        if not hasattr(self, "model"):
            return
        found = self.do(lambda unit: ledger.balances(unit, ACCOUNTS))
        assert {account: money.amount for account, money in found.items()} == self.model.balances
        for person in PEOPLE:
            can_give = self.do(lambda unit, who=person: ledger.available(unit, who))  # type: ignore[misc]
            assert can_give.amount == self.model.available(person, self.clock.now())

    @invariant()
    def every_past_day_is_as_it_was(self) -> None:
        if not hasattr(self, "model") or not self.model.by_day:
            return
        day = max(self.model.by_day)
        for on in {day, min(self.model.by_day)}:
            found = self.do(lambda unit, at=on: ledger.balances(unit, ACCOUNTS, at))  # type: ignore[misc]
            assert {account: money.amount for account, money in found.items()} == self.model.by_day[on]

    @invariant()
    def verify_agrees(self) -> None:
        if hasattr(self, "model"):
            report = self.do(ledger.verify)
            wrong = [check.name for check in report.checks if not check.ok]
            assert set(wrong) <= {equations.CLIENT_MONEY_IS_COVERED.name}, report

    def _written(self, key: str, receipt: Posted, moves: list[Move]) -> None:
        assert not receipt.replayed
        self.model.written[key] = (receipt, moves)
        self.model.write(moves)

    def _refused_rightly(self, refused: Refused) -> None:
        assert refused.reason == "insufficient"
        assert refused.account is not None
        assert refused.available == self.model.available(refused.account, self.clock.now())
        assert refused.requested > refused.available

    def _some_hold(self, data: st.DataObject) -> tuple[int, Hold]:
        hold_id = data.draw(st.sampled_from(sorted(self.model.holds)))
        return hold_id, self.model.holds[hold_id]

    def _is_live(self, hold: Hold) -> bool:
        return hold.live and hold.expires_at > self.clock.now()


async def _post_staged(unit: Unit, key: str, moves: list[Move]) -> Posted:
    ids = await ledger.account_ids(unit, [account for debit, credit, _ in moves for account in (debit, credit)])
    await ledger.stage(unit)
    await unit.session.execute(
        text("INSERT INTO staged_transfer VALUES (:debit, :credit, :amount)"),
        [{"debit": ids[debit], "credit": ids[credit], "amount": amount} for debit, credit, amount in moves],
    )
    posted = await ledger.post_staged(unit, key, "test.staged", unit.open_on, {})
    assert posted is not None
    return posted


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    bench = Bench(database_url)
    yield bench
    bench.close()


def test_the_ledger_and_a_plain_model_agree_on_everything(bench: Bench) -> None:
    machine = type("Machine", (LedgerMachine,), {"bench": bench})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
