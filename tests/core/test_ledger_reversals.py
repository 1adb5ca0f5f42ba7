"""Undoing an entry: everything back, at most once, by name."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from finance_core import ledger
from finance_core.ledger import Account, Entry, Transfer
from finance_core.storage.unit import Units
from tests.ledger_cases import (
    ANA,
    BO,
    CAPITAL,
    ORDER,
    RAIL,
    UNITS_IN_ISSUE,
    assert_books_are_right,
    holder,
    next_day,
    send,
    stage_one_for_each,
    subscription,
    top_up,
    units_of,
    yuan,
)


async def test_a_withdrawal_and_its_fee_come_back_together(units: Units) -> None:
    fee = Account("4060")
    withdrawal = Entry("wallet.withdraw", "w", (Transfer(ANA, RAIL, yuan("50.00")), Transfer(ANA, fee, yuan("1.00"))))
    async with units.begin() as unit:
        _, posted = await ledger.post(unit, top_up("100.00"), withdrawal)
        back = await ledger.reverse(unit, posted.entry_id, "w-failed", "rail_failed")
        assert await ledger.balances(unit, [ANA, RAIL, fee]) == {
            ANA: yuan("100.00"),
            RAIL: yuan("100.00"),
            fee: yuan("0"),
        }
        newest, *_ = await ledger.history(unit, ANA)
    assert (newest.entry_id, newest.kind, newest.amount) == (back.entry_id, ledger.REVERSAL, yuan("51.00"))
    assert newest.about == {"why": "rail_failed", "undoes": posted.reference, "kind": "wallet.withdraw"}
    await assert_books_are_right(units)


async def test_all_books_of_an_entry_are_undone(units: Units) -> None:
    async with units.begin() as unit:
        _, confirmed = await ledger.post(unit, top_up("500.00", to=ORDER), subscription("500.00"))
        await ledger.reverse(unit, confirmed.entry_id, "undone", "nav_restated")
        found = await ledger.balances(unit, [ORDER, CAPITAL, UNITS_IN_ISSUE, holder(1)])
    assert list(found.values()) == [yuan("500.00"), yuan("0"), units_of("0"), units_of("0")]
    await assert_books_are_right(units)


async def test_a_staged_entry_of_many_is_undone_as_one(units: Units) -> None:
    people = [Account("2010", owner) for owner in range(1, 101)]
    async with units.begin() as unit:
        await stage_one_for_each(unit, Account("5040"), people, 5)
        paid = await ledger.post_staged(unit, "gift", "x", unit.open_on, {})
        assert paid is not None
        await ledger.reverse(unit, paid.entry_id, "undone", "wrong_figure")
        assert set((await ledger.balances(unit, people)).values()) == {yuan("0")}
    await assert_books_are_right(units)


async def test_undoing_again_under_the_same_key_gives_the_first_receipt(units: Units) -> None:
    async with units.begin() as unit:
        (posted,) = await ledger.post(unit, top_up("1.00"))
        first = await ledger.reverse(unit, posted.entry_id, "undone", "mistake")
        second = await ledger.reverse(unit, posted.entry_id, "undone", "mistake")
    assert (second.entry_id, second.replayed) == (first.entry_id, True)


async def test_an_entry_is_undone_at_most_once(units: Units) -> None:
    async with units.begin() as unit:
        (posted,) = await ledger.post(unit, top_up("1.00"))
        await ledger.reverse(unit, posted.entry_id, "undone", "mistake")
        with pytest.raises(ledger.AlreadyReversed):
            await ledger.reverse(unit, posted.entry_id, "undone again", "mistake")
        assert await ledger.balance(unit, ANA) == yuan("0")
    await assert_books_are_right(units)


async def test_a_reversal_is_not_undone(units: Units) -> None:
    async with units.begin() as unit:
        (posted,) = await ledger.post(unit, top_up("1.00"))
        back = await ledger.reverse(unit, posted.entry_id, "undone", "mistake")
        with pytest.raises(ledger.NotReversible):
            await ledger.reverse(unit, back.entry_id, "redone", "mistake")


async def test_what_was_spent_since_cannot_be_taken_back(units: Units) -> None:
    async with units.begin() as unit:
        posted, _ = await ledger.post(unit, top_up("100.00"), send("40.00"))
        with pytest.raises(ledger.InsufficientFunds) as refusal:
            await ledger.reverse(unit, posted.entry_id, "charge-back", "charge_back")
        assert await ledger.balances(unit, [ANA, BO]) == {ANA: yuan("60"), BO: yuan("40")}
    assert (refusal.value.available, refusal.value.requested) == (6000, 10000)
    await assert_books_are_right(units)


async def test_an_entry_of_a_sealed_day_is_undone_on_the_open_one(units: Units) -> None:
    async with units.begin() as unit:
        (posted,) = await ledger.post(unit, top_up("100.00"))
        first_day = unit.open_on
    await next_day(units)
    async with units.begin() as unit:
        back = await ledger.reverse(unit, posted.entry_id, "undone", "mistake")
        dates = await unit.session.execute(
            text("SELECT business_date FROM entry WHERE id IN (:one, :two) ORDER BY id"),
            {"one": posted.entry_id, "two": back.entry_id},
        )
        assert list(dates.scalars()) == [first_day, unit.open_on]
        assert await ledger.balance_on(unit, ANA, first_day) == yuan("100.00")
        assert await ledger.balance(unit, ANA) == yuan("0")
    await assert_books_are_right(units)


async def test_undoing_what_never_was_is_refused(units: Units) -> None:
    async with units.begin() as unit:
        with pytest.raises(ledger.EntryNotFound):
            await ledger.reverse(unit, 10**9, "undone", "mistake")
