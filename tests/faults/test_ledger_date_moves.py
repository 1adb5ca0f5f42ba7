"""The date moves on while people pay: no entry slips into a sealed day, nobody is refused for it."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from finance_core import ledger
from finance_core.ledger import Account, Entry
from finance_core.storage.unit import Units
from tests.ledger_cases import RAIL, assert_books_are_right, stage_one_for_each, top_up, yuan

DAY = timedelta(days=1)
DAYS = 12
PEOPLE = [Account("2010", owner) for owner in range(1, 7)]


async def test_no_entry_is_in_a_day_after_its_seal_however_people_pay_meanwhile(cloned_units: Units) -> None:
    over = asyncio.Event()

    async def pay(worker: int) -> int:
        done = 0
        while not over.is_set():
            done += await _paid(cloned_units, top_up("1.00", f"{worker}:{done}", PEOPLE[worker]))
        return done

    workers = [asyncio.create_task(pay(worker)) for worker in range(len(PEOPLE))]
    try:
        heads = [await _live_a_day(cloned_units) for _ in range(DAYS)]
    finally:
        over.set()
    paid = await asyncio.gather(*workers)
    async with cloned_units.begin() as unit:
        found = await ledger.balances(unit, PEOPLE)
        chain = list((await unit.session.execute(text("SELECT head FROM seal ORDER BY business_date"))).scalars())
    assert list(found.values()) == [yuan("1.00") * count + yuan("0.01") * DAYS for count in paid]
    assert [bytes(head) for head in chain] == heads
    assert min(paid) > 0
    await assert_books_are_right(cloned_units)


async def test_two_schedulers_that_close_the_same_days_close_each_once(cloned_units: Units) -> None:
    async with cloned_units.begin() as unit:
        start = unit.open_on

    async def close_days() -> list[bytes]:
        return [await _close(cloned_units, start + DAY * number) for number in range(5)]

    one, other = await asyncio.gather(close_days(), close_days())
    assert one == other
    await assert_books_are_right(cloned_units)


async def _paid(units: Units, entry: Entry) -> bool:
    """Pay in a unit of its own; False when the date moved meanwhile and it is to be tried again."""
    try:
        async with units.begin() as unit:
            await ledger.post(unit, entry)
    except DBAPIError as failure:
        if getattr(failure.orig, "sqlstate", None) != "40001":
            raise
        return False
    return True


async def _live_a_day(units: Units) -> bytes:
    async with units.begin() as unit:
        ended = unit.open_on
        await ledger.move_date(unit, ended + DAY)
    async with units.begin() as unit:
        await stage_one_for_each(unit, RAIL, PEOPLE, 1)
        await ledger.post_staged(unit, f"gift:{ended}", "goodwill.paid", ended, {})
    async with units.begin() as unit:
        return await ledger.seal_day(unit, ended)


async def _close(units: Units, on: date) -> bytes:
    async with units.begin() as unit:
        if unit.open_on == on:
            await ledger.move_date(unit, on + DAY)
    async with units.begin() as unit:
        return await ledger.seal_day(unit, on)
