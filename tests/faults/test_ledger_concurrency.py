"""Many at once: nobody spends twice, nobody waits for ever, nothing is lost when a connection dies."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from finance_core import ledger
from finance_core.kernel.clock import ManualClock
from finance_core.ledger import Account, Entry, Posted, Refused, Transfer
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Unit, Units
from tests.ledger_cases import ANA, BO, RAIL, assert_books_are_right, send, stage_one_for_each, top_up, yuan

T = TypeVar("T")

CONNECTIONS = 16
RETRIES = 20
DIED = ("57P01", "08003", "08006")
PEOPLE = [Account("2010", owner) for owner in range(1, 9)]
OWN, CAPITAL = Account("1010"), Account("3010")


@pytest.fixture
async def many(cloned_url: str, cloned_units: Units, clock: ManualClock) -> AsyncIterator[Units]:
    """Units on a pool of many connections to a founded database of the test's own."""
    engine = create_engine(cloned_url, pool_size=CONNECTIONS)
    yield Units(engine, clock)
    await engine.dispose()


def sqlstate(failure: DBAPIError) -> str:
    state = getattr(failure.orig, "sqlstate", None)
    return str(state) if state else ("08006" if failure.connection_invalidated else "")


async def in_unit(units: Units, work: Callable[[Unit], Awaitable[T]], retried: tuple[str, ...] = ("40001",)) -> T:
    """Do `work` in a unit of its own, again when the database asks for that: as the dispatcher does."""
    for _ in range(RETRIES):
        try:
            async with units.begin() as unit:
                return await work(unit)
        except DBAPIError as failure:
            if sqlstate(failure) not in retried:
                raise
    raise AssertionError("asked to retry for ever")


async def posted(units: Units, *entries: Entry) -> list[Posted | Refused]:
    return await in_unit(units, lambda unit: ledger.try_post(unit, entries))


def capital(amount: str, key: str) -> Entry:
    """An entry between two accounts that have no balance row, so nothing but its key makes anybody wait."""
    return Entry("capital.paid_in", key, (Transfer(OWN, CAPITAL, yuan(amount)),))


async def test_of_a_hundred_withdrawals_at_once_exactly_those_that_the_balance_covers_pass(many: Units) -> None:
    await posted(many, top_up("30.00"))
    withdrawals = [
        Entry("wallet.withdraw", f"w{number}", (Transfer(ANA, RAIL, yuan("1.00")),)) for number in range(100)
    ]
    answers = await asyncio.gather(*(posted(many, withdrawal) for withdrawal in withdrawals))
    assert Counter(type(answer) for (answer,) in answers) == {Posted: 30, Refused: 70}
    async with many.begin() as unit:
        assert await ledger.balance(unit, ANA) == yuan("0")
    await assert_books_are_right(many)


@pytest.mark.parametrize("entry", [top_up("5.00"), capital("5.00", "capital")], ids=["floored", "institution"])
@pytest.mark.parametrize("way", ["all or none", "each alone"])
async def test_one_key_posted_twenty_times_at_once_is_written_once(many: Units, entry: Entry, way: str) -> None:
    async def once(unit: Unit) -> Posted | Refused:
        return (await (ledger.post(unit, entry) if way == "all or none" else ledger.try_post(unit, [entry])))[0]

    answers = await asyncio.gather(*(in_unit(many, once) for _ in range(20)))
    receipts = [answer for answer in answers if isinstance(answer, Posted)]
    assert len(receipts) == 20
    assert len({receipt.reference for receipt in receipts}) == 1
    assert sum(not receipt.replayed for receipt in receipts) == 1
    await assert_books_are_right(many)


async def test_one_key_for_two_things_at_once_is_one_of_them(many: Units) -> None:
    entries = [capital(f"{number}.00", "same key") for number in range(1, 11)]
    answers = [answer for (answer,) in await asyncio.gather(*(posted(many, entry) for entry in entries))]
    assert sum(isinstance(answer, Posted) for answer in answers) == 1
    assert {answer.reason for answer in answers if isinstance(answer, Refused)} == {"conflict"}
    await assert_books_are_right(many)


async def test_a_batch_that_meets_a_taken_key_writes_the_rest(many: Units, cloned_url: str) -> None:
    async with many.begin() as slow:
        await ledger.post(slow, capital("1.00", "b"))
        rest = asyncio.create_task(posted(many, *(capital("1.00", key) for key in "abc")))
        await _until_waiting(cloned_url)
    answers = await rest
    assert [isinstance(answer, Posted) and answer.replayed for answer in answers] == [False, True, False]
    async with many.begin() as unit:
        assert await ledger.balance(unit, OWN) == yuan("3.00")
    await assert_books_are_right(many)


async def test_random_transfers_both_ways_never_lock_each_other_out(many: Units) -> None:
    chance = random.Random(20260312)
    await posted(many, *(top_up("100.00", f"t{person.owner}", person) for person in PEOPLE))

    def some(worker: int, turn: int) -> list[Entry]:
        pairs = [chance.sample(PEOPLE, 2) for _ in range(3)]
        return [send("7.00", f"{worker}:{turn}:{n}", payer, payee) for n, (payer, payee) in enumerate(pairs)]

    async def work(worker: int, batches: list[list[Entry]]) -> None:
        for number, batch in enumerate(batches):
            if number % 5 == 4:
                await in_unit(many, lambda unit, turn=number: _give_each(unit, f"{worker}:{turn}"))  # type: ignore[misc]
            await posted(many, *batch)

    plans = [[some(worker, turn) for turn in range(15)] for worker in range(CONNECTIONS)]
    await asyncio.gather(*(work(worker, plan) for worker, plan in enumerate(plans)))
    async with many.begin() as unit:
        total = sum((await ledger.balances(unit, PEOPLE)).values(), yuan("0"))
    assert total == yuan("800.00") + yuan("0.01") * (CONNECTIONS * 3 * len(PEOPLE))
    await assert_books_are_right(many)


async def _give_each(unit: Unit, key: str) -> None:
    await stage_one_for_each(unit, Account("5040"), PEOPLE[::-1], 1)
    await ledger.post_staged(unit, f"gift:{key}", "goodwill.paid", unit.open_on, {})


async def test_an_account_that_many_open_at_once_is_one_account(many: Units) -> None:
    strangers = [Account("2010", owner) for owner in range(100, 120)]

    async def work(worker: int) -> None:
        order = random.Random(worker).sample(strangers, len(strangers))
        await posted(many, *(top_up("1.00", f"{worker}:{account.owner}", account) for account in order))

    await asyncio.gather(*(work(worker) for worker in range(CONNECTIONS)))
    async with many.begin() as unit:
        assert set((await ledger.balances(unit, strangers)).values()) == {yuan(f"{CONNECTIONS}.00")}
        assert await unit.session.scalar(text("SELECT count(*) FROM account WHERE code = '2010'")) == len(strangers)
    await assert_books_are_right(many)


async def test_an_entry_that_many_undo_at_once_is_undone_once(many: Units) -> None:
    (receipt,) = await posted(many, capital("5.00", "capital"))
    assert isinstance(receipt, Posted)

    async def undo(number: int) -> bool:
        try:
            await in_unit(many, lambda unit: ledger.reverse(unit, receipt.entry_id, f"undo{number}", "mistake"))
        except ledger.AlreadyReversed:
            return False
        return True

    assert sum(await asyncio.gather(*(undo(number) for number in range(10)))) == 1
    async with many.begin() as unit:
        assert await ledger.balance(unit, OWN) == yuan("0")
    await assert_books_are_right(many)


@pytest.mark.parametrize("first_commits", [True, False], ids=["committed", "undone itself"])
async def test_who_undoes_an_entry_while_another_does_waits_for_what_becomes_of_that(
    many: Units, cloned_url: str, *, first_commits: bool
) -> None:
    (receipt,) = await posted(many, capital("5.00", "capital"))
    assert isinstance(receipt, Posted)

    def undone_by(key: str) -> Awaitable[Posted]:
        return in_unit(many, lambda unit: ledger.reverse(unit, receipt.entry_id, key, "mistake"))

    with suppress(ZeroDivisionError):
        async with many.begin() as first:
            await ledger.reverse(first, receipt.entry_id, "first", "mistake")
            second = asyncio.ensure_future(undone_by("second"))
            await _until_waiting(cloned_url)
            if not first_commits:
                raise ZeroDivisionError
    if first_commits:
        with pytest.raises(ledger.AlreadyReversed):
            await second
    else:
        assert not (await second).replayed
    async with many.begin() as unit:
        assert await ledger.balance(unit, OWN) == yuan("0")
    await assert_books_are_right(many)


async def test_holds_and_captures_at_once_never_take_more_than_there_is(many: Units) -> None:
    await posted(many, top_up("50.00"))

    async def hold_and_pay(number: int) -> str:
        key = f"h{number}"
        try:
            hold_id = await in_unit(
                many, lambda unit: ledger.hold(unit, ANA, yuan("10.00"), key, unit.now + timedelta(hours=1))
            )
        except ledger.InsufficientFunds:
            return "refused"
        captures = [
            in_unit(many, lambda unit: ledger.capture(unit, hold_id, send("8.00", f"c{number}"))),
            in_unit(many, lambda unit: ledger.release(unit, hold_id)),
        ]
        outcomes = await asyncio.gather(*captures, return_exceptions=True)
        gone = [outcome for outcome in outcomes if isinstance(outcome, ledger.HoldGone)]
        assert len(gone) == 1
        return "released" if isinstance(outcomes[0], ledger.HoldGone) else "paid"

    outcomes = Counter(await asyncio.gather(*(hold_and_pay(number) for number in range(40))))
    async with many.begin() as unit:
        assert await ledger.balance(unit, BO) == yuan("8.00") * outcomes["paid"]
        assert await ledger.balance(unit, ANA) == await ledger.available(unit, ANA)
    await assert_books_are_right(many)


async def test_adding_up_meanwhile_loses_no_entry_that_commits_late(many: Units) -> None:
    await posted(many, capital("1.00", "early"))
    async with many.begin() as slow:
        await ledger.post(slow, capital("10.00", "late"))
        await posted(many, capital("100.00", "after it"))
        async with many.begin() as unit:
            assert await ledger.roll_up(unit) == 4
    async with many.begin() as unit:
        assert await ledger.balance(unit, OWN) == yuan("111.00")
        assert await ledger.roll_up(unit) == 2
        assert await ledger.balance(unit, OWN) == yuan("111.00")
    await assert_books_are_right(many)


async def test_adding_up_under_load_keeps_every_balance_right(many: Units) -> None:
    async def pay_in(worker: int) -> None:
        for turn in range(20):
            await posted(many, capital("1.00", f"{worker}:{turn}"))

    async def add_up() -> None:
        for _ in range(10):
            await in_unit(many, ledger.roll_up)

    await asyncio.gather(*(pay_in(worker) for worker in range(8)), add_up(), add_up())
    async with many.begin() as unit:
        assert await ledger.balance(unit, OWN) == yuan("160.00")
    await assert_books_are_right(many)


async def test_a_connection_killed_before_the_commit_leaves_nothing(many: Units, cloned_url: str) -> None:
    await posted(many, top_up("10.00"))

    async def post_and_die() -> None:
        async with many.begin() as unit:
            await ledger.post(unit, send("4.00"))
            await _terminate(cloned_url, await unit.session.scalar(text("SELECT pg_backend_pid()")))

    with pytest.raises(DBAPIError):
        await post_and_die()
    async with many.begin() as unit:
        assert await ledger.find(unit, "send") is None
        assert await ledger.balance(unit, ANA) == yuan("10.00")
    (again,) = await posted(many, send("4.00"))
    assert isinstance(again, Posted)
    assert not again.replayed
    await assert_books_are_right(many)


async def test_connections_killed_at_any_point_under_load_move_money_exactly_once(many: Units, cloned_url: str) -> None:
    await posted(many, top_up("1000.00"))
    done = asyncio.Event()

    async def pay(worker: int) -> None:
        for turn in range(15):
            entry = send("1.00", f"{worker}:{turn}")
            (receipt,) = await in_unit(many, lambda unit, e=entry: ledger.post(unit, e), ("40001", *DIED))  # type: ignore[misc]
            assert isinstance(receipt, Posted)

    async def kill() -> int:
        killed = 0
        while not done.is_set():
            killed += await _terminate_one(cloned_url)
        return killed

    killer = asyncio.create_task(kill())
    try:
        await asyncio.gather(*(pay(worker) for worker in range(8)))
    finally:
        done.set()
    assert await killer > 0
    async with many.begin() as unit:
        assert await ledger.balances(unit, [ANA, BO]) == {ANA: yuan("880.00"), BO: yuan("120.00")}
    await assert_books_are_right(many)


async def _terminate(url: str, backend: int | None) -> None:
    engine = create_engine(url, role=None, pool_size=1)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})
    await engine.dispose()


async def _terminate_one(url: str) -> int:
    """Kill whichever connection to this database is in the middle of something, if one is."""
    engine = create_engine(url, role=None, pool_size=1)
    async with engine.connect() as connection:
        rows = await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle' ORDER BY random() LIMIT 1"
            )
        )
        killed = len(rows.all())
    await engine.dispose()
    return killed


async def _until_waiting(url: str) -> None:
    """Return once some connection to this database waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    engine = create_engine(url, role=None, pool_size=1)
    async with asyncio.timeout(20), engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        while not await connection.scalar(waiting):
            pass
    await engine.dispose()
