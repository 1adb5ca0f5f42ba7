"""An entry alone goes by a function of its own, one in company by that for batches: both say and write the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from finance_core import ledger
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Account, Entry, Posted, Refused, Transfer
from finance_core.storage.unit import Unit, Units
from tests.ledger_cases import ANA, BO, CHIDI, RAIL, send, top_up, yuan
from tests.properties.test_ledger_model import HOLD_LIFE, START, Bench

DAN = Account("2010", 4)
STRANGER, FEES, OWN, CAPITAL = Account("2010", 99), Account("4060"), Account("1010"), Account("3010")
"""Who has no account yet; and accounts without a floor."""
TODAY: Final = START.date() + timedelta(days=1)
YESTERDAY: Final = TODAY - timedelta(days=1)
"""It is being closed: only who names it may post to it."""
COMPANY: Final = Entry("capital.paid_in", "company", (Transfer(OWN, CAPITAL, yuan("1")),), on=TODAY)
STANDS: Final = send("0.01", "stands", BO, CHIDI)
MOST: Final = 2**63 - 1


def moved(amount: int, debit: Account = ANA, credit: Account = BO, key: str = "new", **others: Any) -> Entry:
    """Return an entry of an amount in minor units."""
    return Entry(others.pop("kind", "wallet.send"), key, (Transfer(debit, credit, Money(amount, CNY)),), **others)


@dataclass(frozen=True)
class Came:
    """What came of an entry: the answer or the error, and what the book has of it and its accounts afterwards."""

    said: Posted | Refused | str
    written: tuple[tuple[Any, ...], ...]


WRITTEN: Final = (
    "SELECT * FROM entry WHERE key = :key",
    "SELECT transfer.* FROM transfer JOIN entry ON id = entry_id WHERE key = :key",
    "SELECT rollup_tail.* FROM rollup_tail JOIN entry ON id = entry_id WHERE key = :key ORDER BY account_id",
    "SELECT * FROM balance ORDER BY account_id",
    "SELECT id, state, ended_at FROM hold ORDER BY id",
)
_SAME_ID: Final = (
    "SET LOCAL ROLE NONE",
    "SELECT setval('entry_id_seq', (SELECT max(id) FROM entry))",
    "SELECT setval('account_id_seq', (SELECT max(id & ((1::bigint << 40) - 1)) FROM account))",
    "SET LOCAL ROLE susu_app",
)


async def came_of(units: Units, entry: Entry, *company: Entry, is_stale: bool = False) -> Came:
    """Post an entry, first of its batch, look, and take all back.

    Args:
        is_stale: the unit began before the date moved.
    """
    async with units.begin() as unit:
        savepoint = await unit.session.begin_nested()
        for statement in _SAME_ID:
            await unit.session.execute(text(statement))
        if is_stale:
            unit.open_on -= timedelta(days=1)
        try:
            async with unit.session.begin_nested():
                (said, *_) = await ledger.try_post(unit, [entry, *company])
        except DBAPIError as error:
            came = Came(str(error.orig), ())
        else:
            came = Came(said, await written_of(unit, entry))
        await savepoint.rollback()
    return came


async def written_of(unit: Unit, entry: Entry) -> tuple[tuple[Any, ...], ...]:
    found = [(await unit.session.execute(text(each), {"key": entry.key})).all() for each in WRITTEN]
    return tuple(tuple(row) for rows in found for row in rows)


class Book:
    """A book in which each guard has something to refuse: a credit line, a live and an expired hold, an open close."""

    def __init__(self, bench: Bench) -> None:
        self.clock = ManualClock(START)
        self.bench, self.units = bench, Units(bench.connection, self.clock)
        bench.runner.run(self._begin())

    async def _begin(self) -> None:
        await self.bench.begin(YESTERDAY)
        async with self.units.begin() as unit:
            await ledger.post(unit, *(top_up("1.00", f"t{each.owner}", each) for each in (ANA, BO, CHIDI, DAN)), STANDS)
            await ledger.hold(unit, CHIDI, yuan("0.40"), "expired", unit.now + HOLD_LIFE)
            await ledger.set_credit_line(unit, BO, yuan("0.20"))
            await ledger.account_ids(unit, [FEES, OWN, CAPITAL])
        self.clock.advance(days=1)
        async with self.units.begin() as unit:
            await ledger.move_date(unit, TODAY)
        async with self.units.begin() as unit:
            await ledger.hold(unit, DAN, yuan("0.30"), "live", unit.now + HOLD_LIFE)

    def alike(self, entry: Entry, *, is_stale: bool = False) -> Came:
        """Return what comes of an entry, once it is seen that it is the same alone and in company."""
        run = self.bench.runner.run
        alone = run(came_of(self.units, entry, is_stale=is_stale))
        assert alone == run(came_of(self.units, entry, COMPANY, is_stale=is_stale))
        return alone


@pytest.fixture
def book(database_url: str) -> Iterator[Book]:
    bench = Bench(database_url)
    yield Book(bench)
    bench.runner.run(bench.roll_back())
    bench.close()


GUARDS: Final[dict[str, tuple[Entry, Refused | str]]] = {
    "the floor of who pays": (moved(101), Refused("new", "insufficient", ANA, 100, 101)),
    "what is reserved": (moved(71, DAN), Refused("new", "insufficient", DAN, 70, 71)),
    "a credit line": (moved(120, BO, ANA), Refused("new", "insufficient", BO, 119, 120)),
    "an empty account": (moved(1, STRANGER), Refused("new", "insufficient", STRANGER, 0, 1)),
    "an account that is empty and new": (moved(1, STRANGER, FEES), Refused("new", "insufficient", STRANGER, 0, 1)),
    "a key of other content": (moved(1, key="stands"), Refused("stands", "conflict")),
    "a key of another date": (replace(STANDS, on=TODAY), Refused("stands", "conflict")),
    "a day that is sealed": (moved(1, on=YESTERDAY - timedelta(days=1)), Refused("new", "day_closed")),
    "a day to come": (moved(1, on=TODAY + timedelta(days=1)), Refused("new", "day_closed")),
    "a kind out of form": (moved(1, kind="Wallet Send"), "ck_entry_kind_word"),
    "a key out of form": (moved(1, key="two\nlines"), "ck_entry_key_line"),
    "a sum beyond the column": (moved(MOST, RAIL), "out of range"),
}
"""Of each guard what it refuses, and with what."""


def test_each_guard_refuses_alike_alone_and_in_company(book: Book) -> None:
    for guarded, (entry, refused) in GUARDS.items():
        said = book.alike(entry).said
        assert said == refused or (isinstance(said, str) and str(refused) in said), (guarded, said)


def test_a_date_that_moved_on_is_refused_alike(book: Book) -> None:
    said = book.alike(moved(1), is_stale=True).said
    assert isinstance(said, str)
    assert "the book moved on" in said


PASSES: Final = {
    "all there is": moved(100),
    "all that is free": moved(70, DAN),
    "a credit line to its end": moved(119, BO, ANA),
    "what an expired hold had reserved": moved(101, CHIDI),
    "the day that is being closed, by name": moved(1, on=YESTERDAY),
    "the open day, by name": moved(1, on=TODAY),
    "to an account that is new": moved(1, ANA, STRANGER),
    "to one without a floor": moved(1, ANA, FEES),
    "between two without": moved(MOST, OWN, CAPITAL),
    "the same once more": STANDS,
    "with all that an entry may say": moved(1, about={"名": "午饭", "n": -1}, value_on=YESTERDAY, about_on=TODAY),
}


def test_what_passes_is_written_alike_alone_and_in_company(book: Book) -> None:
    for name, entry in PASSES.items():
        came = book.alike(entry)
        assert isinstance(came.said, Posted), (name, came.said)
        assert came.said.replayed == (entry is STANDS)


two_accounts = st.permutations([ANA, BO, CHIDI, DAN, STRANGER, RAIL, FEES, OWN]).map(lambda each: each[:2])
dates = st.none() | st.sampled_from([TODAY + timedelta(days=days) for days in (-2, -1, 0, 1)])
entries = st.builds(
    lambda asked, accounts, dated: moved(asked[0], accounts[0], accounts[1], asked[1], **dated),
    # Alone, room is computed before the key is looked at, so a sum beyond the column is no conflict but an error.
    st.tuples(st.integers(1, 125), st.sampled_from(["new", "stands"])) | st.just((MOST, "new")),
    two_accounts,
    st.fixed_dictionaries({"on": dates, "value_on": dates, "about_on": dates}),
) | st.builds(replace, st.just(STANDS), on=dates, value_on=dates)


def test_whatever_is_posted_it_comes_to_the_same(book: Book) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(entry=entries, is_stale=st.booleans())
    def compared(*, entry: Entry, is_stale: bool) -> None:
        book.alike(entry, is_stale=is_stale)

    compared()
