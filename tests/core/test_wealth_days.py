"""Instants that decide: the cut-off to the millisecond, and the nine days of the spring festival."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from finance_core.change_plus.service import Speed
from finance_core.kernel.clock import ManualClock
from finance_core.storage.unit import Units
from tests.builders import SHANGHAI, a_customer, balance, live, the_catalogue, verified, yuan
from tests.wealth_cases import begin_on, position, put_in, take_out


@pytest.fixture
def units(cloned_units: Units) -> Units:
    return cloned_units


@pytest.mark.parametrize(
    ("at", "confirm_on", "seen_on"),
    [
        (time(14, 59, 59, 999_000), date(2026, 3, 13), date(2026, 3, 14)),
        (time(15, 0), date(2026, 3, 16), date(2026, 3, 17)),
    ],
)
async def test_an_order_on_each_side_of_the_cut_off(
    units: Units, clock: ManualClock, at: time, confirm_on: date, seen_on: date
) -> None:
    await the_catalogue(units)
    ana = await a_customer(units, money=1_000)
    clock.set(datetime.combine(date(2026, 3, 12), at, tzinfo=SHANGHAI))
    made = await put_in(units, ana, 1_000)
    assert (made.dates.confirm_on, made.dates.seen_on) == (confirm_on, seen_on)
    await live(units, clock, until=f"{confirm_on} 08:29")
    assert (await position(units, ana)).on_the_way_in == yuan(1_000)
    await live(units, clock, until=f"{confirm_on} 08:31")
    assert (await position(units, ana)).confirmed == yuan(1_000)
    await verified(units)


async def test_nine_days_of_holiday_earn_on_what_was_confirmed_and_confirm_nothing(
    units: Units, clock: ManualClock
) -> None:
    """The exchange is closed from 15 to 23 February 2026; Saturday the 14th is a workday and no dealing day."""
    await begin_on(units, clock, date(2026, 2, 11))
    await the_catalogue(units)
    ana, bo = await a_customer(units, money=10_000), await a_customer(units, "Bo", money=5_000)
    await put_in(units, ana, 8_000)
    await live(units, clock, until="2026-02-12 14:59")
    in_time = await put_in(units, bo, 1_000)
    await live(units, clock, until="2026-02-12 15:00")
    too_late = await put_in(units, bo, 2_000, "after the cut-off")
    assert (in_time.dates.confirm_on, too_late.dates.confirm_on) == (date(2026, 2, 13), date(2026, 2, 24))
    await live(units, clock, until="2026-02-14 10:00")
    leaving = await take_out(units, ana, 3_000, speed=Speed.STANDARD)
    assert leaving.pays_on == date(2026, 2, 25), "an order of the 14th is the 24th's, confirmed the day after"
    at_once = await take_out(units, ana, 1_000, "at once")
    assert at_once.at_once == yuan(1_000)
    await live(units, clock, until="2026-02-24 08:00")
    now = await position(units, bo)
    assert (now.confirmed > yuan(1_000), now.on_the_way_in) == (True, yuan(2_000))
    assert (await position(units, ana)).earned > yuan(1), "every natural day, on what is leaving too"
    await live(units, clock, until="2026-02-25 09:00")
    assert await balance(units, ana) == yuan(6_000)
    assert (await position(units, bo)).on_the_way_in == yuan(0)
    await verified(units)
