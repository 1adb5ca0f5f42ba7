"""A @username that moves between accounts while both of them write: whoever comes second tries again, and has it."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import IntegrityError

from bot.dispatch.faults import Trouble, trouble
from finance_core.customers.queries import by_id, by_username
from finance_core.customers.service import take_username
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer


async def take(units: Units, customer_id: int, flushed: asyncio.Event, go_on: asyncio.Event) -> None:
    async with units.begin() as unit:
        await take_username(unit, CIPHER, await by_id(unit, customer_id), "ana_of_today")
        flushed.set()
        await go_on.wait()


async def test_two_who_take_one_username_at_once_clash_and_the_second_try_moves_it(cloned_units: Units) -> None:
    ana, bo = await a_customer(cloned_units, "Ana"), await a_customer(cloned_units, "Bo")
    both = [asyncio.Event(), asyncio.Event()]
    go_on = asyncio.Event()
    taking = [
        asyncio.create_task(take(cloned_units, one.id, flushed, go_on))
        for one, flushed in zip((ana, bo), both, strict=True)
    ]
    await asyncio.gather(*(flushed.wait() for flushed in both))
    go_on.set()
    outcomes = await asyncio.gather(*taking, return_exceptions=True)
    (clash,) = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(clash, IntegrityError)
    assert trouble(clash) is Trouble.CLASH
    second = (ana, bo)[outcomes.index(clash)]
    go_on.set()
    await take(cloned_units, second.id, asyncio.Event(), go_on)
    async with cloned_units.begin() as unit:
        holder = await by_username(unit, "ana_of_today", CIPHER)
        assert holder is not None
        assert holder.id == second.id
