"""Entries of many transfers, staged by set-based SQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from finance_core import ledger
from finance_core.ledger import Account, Posted
from finance_core.storage.unit import Units
from tests.ledger_cases import (
    ANA,
    BO,
    CHIDI,
    a_lived_in_book,
    assert_books_are_right,
    send,
    stage_one_for_each,
    top_up,
    yuan,
)

PEOPLE = [Account("2010", owner) for owner in range(1, 301)]
GOODWILL = Account("5040")


async def test_one_entry_pays_everybody(units: Units) -> None:
    async with units.begin() as unit:
        await stage_one_for_each(unit, GOODWILL, PEOPLE, 25)
        posted = await ledger.post_staged(unit, "gift", "goodwill.paid", unit.open_on, {"chunk": 1})
        assert isinstance(posted, Posted)
        assert set((await ledger.balances(unit, PEOPLE)).values()) == {yuan("0.25")}
        assert await ledger.balance(unit, GOODWILL) == yuan("75.00")
        rows = (await unit.session.execute(text("SELECT count(*) FROM staged_transfer"))).scalar_one()
    assert rows == 0
    await assert_books_are_right(units)


async def test_the_same_rows_in_another_order_are_the_same_entry(units: Units) -> None:
    async with units.begin() as unit:
        await stage_one_for_each(unit, GOODWILL, PEOPLE, 25)
        first = await ledger.post_staged(unit, "gift", "goodwill.paid", unit.open_on, {})
        await stage_one_for_each(unit, GOODWILL, PEOPLE[::-1], 25)
        second = await ledger.post_staged(unit, "gift", "goodwill.paid", unit.open_on, {})
        assert first is not None
        assert second == Posted(first.entry_id, first.reference, replayed=True)
        assert await ledger.balance(unit, GOODWILL) == yuan("75.00")


async def test_other_rows_under_the_same_key_are_a_conflict(units: Units) -> None:
    async with units.begin() as unit:
        await stage_one_for_each(unit, GOODWILL, PEOPLE, 25)
        await ledger.post_staged(unit, "gift", "goodwill.paid", unit.open_on, {})
        await stage_one_for_each(unit, GOODWILL, PEOPLE, 26)
        with pytest.raises(ledger.IdempotencyConflict):
            await ledger.post_staged(unit, "gift", "goodwill.paid", unit.open_on, {})


async def test_an_account_that_would_end_below_its_floor_refuses_the_whole(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.post(unit, top_up("100.00"))
        await stage_one_for_each(unit, ANA, [BO, CHIDI], 5001)
        with pytest.raises(ledger.InsufficientFunds) as refusal:
            await ledger.post_staged(unit, "x", "x", unit.open_on, {})
        assert await ledger.balances(unit, [ANA, BO]) == {ANA: yuan("100"), BO: yuan("0")}
    assert (refusal.value.account, refusal.value.available, refusal.value.requested) == (
        "INST:2010:1:CNY",
        10000,
        10002,
    )
    await assert_books_are_right(units)


async def test_what_flows_through_an_account_counts_as_its_net_sum(units: Units) -> None:
    async with units.begin() as unit:
        ids = await ledger.account_ids(unit, [ANA, BO, CHIDI])
        await ledger.post(unit, top_up("10.00", to=CHIDI))
        await ledger.stage(unit)
        for debit, credit in ((ANA, BO), (CHIDI, ANA)):
            await unit.session.execute(
                text("INSERT INTO staged_transfer VALUES (:debit, :credit, 1000)"),
                {"debit": ids[debit], "credit": ids[credit]},
            )
        await ledger.post_staged(unit, "x", "x", unit.open_on, {})
        assert await ledger.balance(unit, BO) == yuan("10.00")
    await assert_books_are_right(units)


async def test_nothing_staged_is_nothing_posted(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.stage(unit)
        assert await ledger.post_staged(unit, "x", "x", unit.open_on, {}) is None
        assert await ledger.find(unit, "x") is None


async def test_what_was_staged_and_never_posted_is_in_no_later_entry(units: Units) -> None:
    async with units.begin() as unit:
        ids = await ledger.account_ids(unit, [ANA, GOODWILL])
        await ledger.stage(unit)
        staged = {"debit": ids[GOODWILL], "credit": ids[ANA]}
        await unit.session.execute(text("INSERT INTO staged_transfer VALUES (:debit, :credit, 1000)"), staged)
        await ledger.stage(unit)
        assert await ledger.post_staged(unit, "x", "x", unit.open_on, {}) is None
    await assert_books_are_right(units)


async def test_staged_transfers_across_books_are_refused_by_the_database(units: Units) -> None:
    await a_lived_in_book(units)
    async with units.begin() as unit:
        await ledger.stage(unit)
        await unit.session.execute(
            text(
                "INSERT INTO staged_transfer SELECT ledger_account('1030', 0, 'CNY'),"
                " ledger_account('F3010', 7, 'CNY', 'FUND:7'), 1"
            )
        )
        with pytest.raises(DBAPIError, match="ck_transfer_one_book"):
            async with unit.session.begin_nested():
                await ledger.post_staged(unit, "x", "x", unit.open_on, {})


async def test_a_staged_transfer_to_an_account_that_was_never_opened_is_refused(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.stage(unit)
        await unit.session.execute(text("INSERT INTO staged_transfer SELECT ledger_account('1030', 0, 'CNY'), 999, 1"))
        with pytest.raises(DBAPIError, match="never opened"):
            async with unit.session.begin_nested():
                await ledger.post_staged(unit, "x", "x", unit.open_on, {})


async def test_a_closed_day_takes_no_staged_entry(units: Units) -> None:
    async with units.begin() as unit:
        await stage_one_for_each(unit, GOODWILL, [ANA], 1)
        with pytest.raises(ledger.DayClosed):
            await ledger.post_staged(unit, "x", "x", unit.open_on - timedelta(days=1), {})


async def test_a_close_step_writes_to_the_day_that_is_being_closed(units: Units) -> None:
    """Balances as of the closing day leave out what people did on the next one meanwhile."""
    async with units.begin() as unit:
        await ledger.post(unit, top_up("100.00"))
        ended = unit.open_on
        await ledger.move_date(unit, ended + timedelta(days=1))
        await ledger.post(unit, send("60.00"), top_up("7.00", "bo", BO))
        await stage_one_for_each(unit, GOODWILL, [ANA, BO], 100)
        await ledger.post_staged(unit, "gift", "x", ended, {})
        rows = await unit.session.execute(
            text(
                "SELECT owner, ledger_close(balance, :on), amount FROM balance JOIN account ON id = account_id"
                " WHERE code = '2010' ORDER BY owner"
            ),
            {"on": ended},
        )
        assert [tuple(row) for row in rows] == [(1, 10100, 4100), (2, 100, 6800)]
        assert await ledger.balance_on(unit, ANA, ended) == yuan("101.00")
    await assert_books_are_right(units)


async def test_accounts_are_opened_once_however_they_are_asked_for(units: Units) -> None:
    async with units.begin() as unit:
        by_value = (await ledger.account_ids(unit, [ANA, BO, ANA]))[BO]
        by_sql = (await unit.session.execute(text("SELECT ledger_account('2010', 2, 'CNY')"))).scalar_one()
        assert by_value == by_sql
        assert await ledger.account_ids(unit, []) == {}
