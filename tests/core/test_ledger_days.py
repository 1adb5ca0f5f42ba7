"""The date moves on, the day that ended is closed and sealed."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from finance_core import ledger
from finance_core.ledger import Entry
from finance_core.ledger.daily import ROLL_UP
from finance_core.storage.unit import Units
from tests.ledger_cases import ANA, BO, RAIL, assert_books_are_right, next_day, send, top_up, yuan

DAY = timedelta(days=1)


async def test_people_go_on_on_the_next_day_while_the_last_is_closed(units: Units) -> None:
    async with units.begin() as unit:
        ended = unit.open_on
        assert await ledger.move_date(unit, ended + DAY)
        assert (unit.open_on, unit.closing_on) == (ended + DAY, ended)
        await ledger.post(unit, top_up("10.00"))
        await ledger.post(unit, Entry("close.step", "late", top_up("1.00").transfers, on=ended))
        assert await ledger.balance_on(unit, ANA, ended) == yuan("1.00")
        assert await ledger.balance(unit, ANA) == yuan("11.00")
    async with units.begin() as unit:
        assert (unit.open_on, unit.closing_on) == (ended + DAY, ended)
        await ledger.seal_day(unit, ended)
        assert unit.closing_on is None
    async with units.begin() as unit:
        assert unit.closing_on is None
        with pytest.raises(ledger.DayClosed):
            await ledger.post(unit, Entry("close.step", "too late", top_up("1.00").transfers, on=ended))
    await assert_books_are_right(units)


async def test_moving_to_the_open_date_again_does_nothing(units: Units) -> None:
    async with units.begin() as unit:
        tomorrow = unit.open_on + DAY
        assert await ledger.move_date(unit, tomorrow)
        assert not await ledger.move_date(unit, tomorrow)
        assert unit.closing_on == tomorrow - DAY


async def test_the_date_moves_by_one_day_and_only_after_the_seal(units: Units) -> None:
    async with units.begin() as unit:
        start = unit.open_on
        for to in (start - DAY, start + 2 * DAY):
            with pytest.raises(ledger.DayNotReady):
                await ledger.move_date(unit, to)
        await ledger.move_date(unit, start + DAY)
        with pytest.raises(ledger.DayNotReady):
            await ledger.move_date(unit, start + 2 * DAY)
        await ledger.seal_day(unit, start)
        assert await ledger.move_date(unit, start + 2 * DAY)


async def test_only_the_day_being_closed_can_be_sealed(units: Units) -> None:
    async with units.begin() as unit:
        for on in (unit.open_on - DAY, unit.open_on, unit.open_on + DAY):
            with pytest.raises(ledger.DayNotReady):
                await ledger.seal_day(unit, on)


async def test_sealing_again_answers_with_the_same_head(units: Units) -> None:
    async with units.begin() as unit:
        ended = unit.open_on
        await ledger.post(unit, top_up("10.00"))
        await ledger.move_date(unit, ended + DAY)
        assert await ledger.seal_day(unit, ended) == await ledger.seal_day(unit, ended)


async def test_a_seal_is_sha256_over_the_entries_and_the_seal_before(units: Units) -> None:
    """An implementation of our own, from the description alone."""
    previous = bytes(32)
    for day in range(3):
        async with units.begin() as unit:
            ended = unit.open_on
            if day != 1:
                await ledger.post(unit, top_up("10.00", f"t{day}"), send("1.00", f"s{day}"))
            await ledger.move_date(unit, ended + DAY)
            head = await ledger.seal_day(unit, ended)
            rows = await unit.session.execute(
                text("SELECT content_hash FROM entry WHERE business_date = :on ORDER BY id"), {"on": ended}
            )
            hashes = [bytes(value) for value in rows.scalars()]
        assert head == hashlib.sha256(previous + f"{ended}\n{len(hashes)}\n".encode() + b"".join(hashes)).digest()
        previous = head
    await assert_books_are_right(units)


async def test_days_without_an_entry_are_sealed_too(units: Units) -> None:
    for _ in range(3):
        await next_day(units)
    await assert_books_are_right(units)
    async with units.begin() as unit:
        assert await unit.session.scalar(text("SELECT count(*) FROM seal WHERE entries = 0")) == 3


async def test_one_batch_may_write_to_both_days(units: Units) -> None:
    async with units.begin() as unit:
        ended = unit.open_on
        await ledger.post(unit, top_up("10.00", "first"))
        await ledger.move_date(unit, ended + DAY)
        await ledger.post(
            unit,
            top_up("5.00", "open"),
            Entry("close.step", "closing", send("12.00").transfers, on=ended),
            send("3.00", "open again"),
        )
        found = [await ledger.balance_on(unit, account, day) for account in (ANA, BO) for day in (ended, ended + DAY)]
    assert found == [yuan("-2.00"), yuan("0"), yuan("12.00"), yuan("15.00")]
    await assert_books_are_right(units)


async def test_the_nightly_roll_up_leaves_no_tail_and_every_balance(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.post(unit, top_up("10.00"), top_up("5.00", "second"))
        ended = unit.open_on
    await ROLL_UP.run(units, ended)
    async with units.begin() as unit:
        assert await unit.session.scalar(text("SELECT count(*) FROM rollup_tail")) == 0
        assert await ledger.balance(unit, RAIL) == yuan("15.00")
    await assert_books_are_right(units)
