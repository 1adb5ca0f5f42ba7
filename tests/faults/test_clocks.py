"""A clock that is wrong: one clock rules, a leap of it lives no days through, and whoever runs the service hears."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from bot.clock_watch import ClockWatch, clock_of
from finance_core import ledger
from finance_core.business_day import leap
from finance_core.business_day.tick import Calendar, tick
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import InvalidInput
from finance_core.lines import EQUATIONS
from finance_core.storage.unit import Units
from tests.builders import an_operator
from tests.faults.bot_api import bot_api
from tests.first_day import OPEN_ON, START

NO_STEPS: Final = Calendar((), ())


TOLD: Final = text("SELECT urgency FROM outbox WHERE kind = :kind")


async def told(units: Units, kind: str) -> Sequence[Any]:
    async with units.begin() as unit:
        return (await unit.session.scalars(TOLD, {"kind": f"operator.{kind}"})).all()


async def open_on(units: Units) -> date:
    async with units.begin() as unit:
        return unit.open_on


async def test_the_instant_of_a_unit_is_postgresqls_whatever_this_machine_says(connection: AsyncConnection) -> None:
    before = datetime.now(UTC)
    with time_machine.travel(before + timedelta(days=40)):
        async with Units(connection).begin() as unit:
            assert abs(unit.now - before) < timedelta(hours=1)


async def test_a_clock_that_leaps_by_weeks_lives_nothing_until_an_operator_says_yes(
    units: Units, clock: ManualClock
) -> None:
    await an_operator(units)
    clock.advance(days=40)
    for _ in range(3):
        assert await tick(units, NO_STEPS) == 0
    assert await open_on(units) == OPEN_ON
    assert await told(units, "days_wait") == ["security"]  # at any hour, once
    async with units.begin() as unit:
        assert await leap.waiting(unit) == leap.Leap(OPEN_ON, OPEN_ON + timedelta(days=40))
        with pytest.raises(InvalidInput, match="date_ahead"):
            await leap.allow(unit, OPEN_ON + timedelta(days=41))
        await leap.allow(unit, OPEN_ON + timedelta(days=40))
    assert await tick(units, NO_STEPS) == 80  # a sealing and a move for each day
    assert await open_on(units) == OPEN_ON + timedelta(days=40)
    async with units.begin() as unit:
        assert await leap.waiting(unit) is None
        assert (await ledger.verify(unit, EQUATIONS)).ok


async def test_a_yes_holds_for_no_further_leap(units: Units, clock: ManualClock) -> None:
    clock.advance(days=5)
    async with units.begin() as unit:
        await leap.allow(unit, OPEN_ON + timedelta(days=5))
    clock.advance(days=30)
    await tick(units, NO_STEPS)
    assert await open_on(units) == OPEN_ON + timedelta(days=5)


async def test_one_missed_midnight_goes_by_itself_and_the_sandbox_asks_nobody(units: Units, clock: ManualClock) -> None:
    clock.advance(hours=24)
    await tick(units, NO_STEPS)
    assert await open_on(units) == OPEN_ON + timedelta(days=1)
    clock.advance(days=3)
    await tick(units, NO_STEPS, guarded=False)
    assert await open_on(units) == OPEN_ON + timedelta(days=4)
    assert await told(units, "days_wait") == []


async def test_a_book_ahead_of_a_clock_that_was_set_back_is_told_once_a_day(units: Units, clock: ManualClock) -> None:
    await an_operator(units)
    clock.set(START - timedelta(days=40))
    for _ in range(3):
        async with units.begin() as unit:
            assert await leap.look_at_clocks(unit, None) == 0
    assert await told(units, "book_ahead") == ["security"]


@pytest.mark.parametrize(("seconds", "tells"), [(29, 0), (-29, 0), (3600, 1), (-3600, 1)])
async def test_a_clock_that_differs_from_telegrams_is_told(units: Units, seconds: int, tells: int) -> None:
    await an_operator(units)

    async def theirs() -> datetime:
        return START - timedelta(seconds=seconds)

    with capture_logs() as logs:
        for _ in range(2):
            await ClockWatch(units, theirs).look()
    assert len(await told(units, "clock_off")) == tells
    assert [entry["seconds"] for entry in logs if entry["event"] == "postgresqls_clock_is_off"] == [seconds] * 2 * tells


async def test_days_that_wait_stand_in_the_log_where_nobody_is_an_operator_yet(
    units: Units, clock: ManualClock
) -> None:
    async def silent() -> None:
        return None

    clock.advance(days=40)
    with capture_logs() as logs:
        await ClockWatch(units, silent).look()
    assert [entry["days"] for entry in logs if entry["event"] == "days_wait_for_a_yes"] == [40]


async def test_a_servers_time_is_read_from_its_answer_and_silence_is_no_time() -> None:
    async with bot_api() as api:
        said = await clock_of(api.url)()
        assert said is not None
        assert abs(said - datetime.now(UTC)) < timedelta(minutes=1)
    assert await clock_of("http://127.0.0.1:1")() is None
