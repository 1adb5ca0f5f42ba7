"""Holds: reserved, captured in whole or in part, released, expired."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from finance_core import ledger
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import JPY, Money
from finance_core.ledger import Account
from finance_core.storage.unit import Unit, Units
from tests.ledger_cases import ANA, BO, RAIL, assert_books_are_right, send, stage_one_for_each, top_up, yuan


async def a_hold(unit: Unit, amount: str = "60.00", key: str = "h") -> int:
    return await ledger.hold(unit, ANA, yuan(amount), key, unit.now + timedelta(hours=1))


async def state_of(unit: Unit, hold_id: int) -> str:
    return str(await unit.session.scalar(text("SELECT state FROM hold WHERE id = :id"), {"id": hold_id}))


@pytest.fixture
async def held(units: Units) -> int:
    """Ana has 100.00 and 60.00 of it held for an hour."""
    async with units.begin() as unit:
        await ledger.post(unit, top_up("100.00"))
        return await a_hold(unit)


async def test_what_is_held_is_hers_but_not_hers_to_spend(units: Units, held: int) -> None:
    async with units.begin() as unit:
        assert await ledger.balance(unit, ANA) == yuan("100.00")
        assert await ledger.available(unit, ANA) == yuan("40.00")
        with pytest.raises(ledger.InsufficientFunds) as refusal:
            await ledger.post(unit, send("40.01"))
        await ledger.post(unit, send("40.00"))
    assert (refusal.value.available, refusal.value.requested) == (4000, 4001)
    await assert_books_are_right(units)


async def test_more_than_is_available_cannot_be_held(units: Units, held: int) -> None:
    async with units.begin() as unit:
        with pytest.raises(ledger.InsufficientFunds) as refusal:
            await a_hold(unit, "40.01", "more")
    assert (refusal.value.available, refusal.value.requested) == (4000, 4001)


async def test_the_same_hold_twice_is_one_hold(units: Units, held: int) -> None:
    async with units.begin() as unit:
        assert await a_hold(unit) == held
        assert await ledger.available(unit, ANA) == yuan("40.00")
        with pytest.raises(ledger.IdempotencyConflict):
            await a_hold(unit, "60.01")
    await assert_books_are_right(units)


async def test_a_hold_captured_in_whole_pays(units: Units, held: int) -> None:
    async with units.begin() as unit:
        await ledger.capture(unit, held, send("60.00"))
        assert await ledger.balances(unit, [ANA, BO]) == {ANA: yuan("40.00"), BO: yuan("60.00")}
        assert await ledger.available(unit, ANA) == yuan("40.00")
        assert await state_of(unit, held) == "captured"
    await assert_books_are_right(units)


async def test_a_hold_captured_in_part_frees_the_rest(units: Units, held: int) -> None:
    async with units.begin() as unit:
        await ledger.capture(unit, held, send("25.00"))
        assert await ledger.available(unit, ANA) == yuan("75.00")
    await assert_books_are_right(units)


async def test_a_capture_takes_no_more_than_was_held(units: Units, held: int) -> None:
    async with units.begin() as unit:
        with pytest.raises(ledger.InsufficientFunds) as refusal:
            await ledger.capture(unit, held, send("60.01"))
        assert await state_of(unit, held) == "held"
        assert await ledger.balance(unit, ANA) == yuan("100.00")
    assert (refusal.value.available, refusal.value.requested) == (6000, 6001)
    await assert_books_are_right(units)


async def test_the_same_capture_twice_pays_once(units: Units, held: int) -> None:
    async with units.begin() as unit:
        first = await ledger.capture(unit, held, send("60.00"))
        second = await ledger.capture(unit, held, send("60.00"))
        assert (second.entry_id, second.replayed) == (first.entry_id, True)
        with pytest.raises(ledger.HoldGone):
            await ledger.capture(unit, held, send("10.00", "another"))
    await assert_books_are_right(units)


async def test_a_capture_for_another_account_is_refused(units: Units, held: int) -> None:
    async with units.begin() as unit:
        await ledger.post(unit, top_up("10.00", "bo", BO))
        with pytest.raises(ledger.HoldGone):
            await ledger.capture(unit, held, send("10.00", payer=BO, payee=RAIL))


async def test_a_released_hold_frees_once_and_pays_no_more(units: Units, held: int) -> None:
    async with units.begin() as unit:
        await ledger.release(unit, held)
        await ledger.release(unit, held)
        assert await ledger.available(unit, ANA) == yuan("100.00")
        with pytest.raises(ledger.HoldGone):
            await ledger.capture(unit, held, send("1.00"))
    await assert_books_are_right(units)


async def test_a_captured_or_unknown_hold_cannot_be_released(units: Units, held: int) -> None:
    async with units.begin() as unit:
        await ledger.capture(unit, held, send("60.00"))
        for hold_id in (held, 10**9):
            with pytest.raises(ledger.HoldGone):
                await ledger.release(unit, hold_id)
    await assert_books_are_right(units)


async def test_an_expired_hold_reserves_nothing_though_nobody_swept(
    units: Units, held: int, clock: ManualClock
) -> None:
    clock.advance(hours=1)
    async with units.begin() as unit:
        assert await ledger.available(unit, ANA) == yuan("100.00")
        await ledger.post(unit, send("100.00"))
        assert await state_of(unit, held) == "expired"
    await assert_books_are_right(units)


async def test_a_hold_lives_to_its_last_instant(units: Units, held: int, clock: ManualClock) -> None:
    clock.advance(minutes=59, seconds=59.999999)
    async with units.begin() as unit:
        with pytest.raises(ledger.InsufficientFunds):
            await ledger.post(unit, send("100.00"))


async def test_an_expired_hold_cannot_be_captured(units: Units, held: int, clock: ManualClock) -> None:
    clock.advance(hours=1)
    async with units.begin() as unit:
        with pytest.raises(ledger.HoldGone):
            await ledger.capture(unit, held, send("60.00"))
        await ledger.release(unit, held)
        assert await state_of(unit, held) == "expired"
    await assert_books_are_right(units)


async def test_a_staged_entry_sweeps_what_expired_too(units: Units, held: int, clock: ManualClock) -> None:
    clock.advance(hours=1)
    async with units.begin() as unit:
        await stage_one_for_each(unit, ANA, [BO], 10000)
        await ledger.post_staged(unit, "x", "x", unit.open_on, {})
        assert await ledger.balance(unit, BO) == yuan("100.00")
    await assert_books_are_right(units)


async def test_several_holds_add_up_and_end_apart(units: Units, held: int) -> None:
    async with units.begin() as unit:
        second = await a_hold(unit, "15.00", "second")
        third = await a_hold(unit, "25.00", "third")
        assert await ledger.available(unit, ANA) == yuan("0")
        await ledger.release(unit, second)
        await ledger.capture(unit, third, send("20.00"))
        assert await ledger.available(unit, ANA) == yuan("20.00")
    await assert_books_are_right(units)


async def test_only_a_positive_amount_of_its_asset_is_held_on_a_floored_account(units: Units, held: int) -> None:
    async with units.begin() as unit:
        for account, amount in ((RAIL, yuan("1")), (ANA, yuan("0")), (ANA, Money(1, JPY))):
            with pytest.raises(ValueError, match="floored account"):
                await ledger.hold(unit, account, amount, "x", unit.now)
        with pytest.raises(ValueError, match="no floor"):
            await ledger.available(unit, Account("1030"))
