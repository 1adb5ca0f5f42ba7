"""The tick over PostgreSQL: what has nothing to do is passed over, and is looked at again while it is still to come."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import select

from finance_core.business_day.tick import Calendar, next_due, run_due
from finance_core.kernel.clock import ManualClock
from finance_core.schedule.models import DayStep
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Units
from tests.builders import a_customer, live
from tests.first_day import OPEN_ON


class Counted:
    """A calendar of two steps, at 11:00 and 12:00 in Shanghai, that run only where there is a customer."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, date]] = []
        steps = tuple(self._step(name, hour) for name, hour in (("first", 11), ("second", 12)))
        self.calendar = Calendar(steps, timed=())

    def _step(self, name: str, hour: int) -> Step:
        async def run(_: Units, on: date) -> None:
            self.ran.append((name, on))

        return Step(name, time(hour), "open", "these", run, "SELECT FROM customer", rank=hour)


async def ended(units: Units) -> list[str]:
    async with units.begin() as unit:
        return list(await unit.session.scalars(select(DayStep.step).order_by(DayStep.step)))


async def test_steps_with_nothing_to_do_end_without_being_run(units: Units, clock: ManualClock) -> None:
    counted = Counted()
    clock.set(datetime(2026, 3, 12, 5, 0, tzinfo=UTC))
    await run_due(units, counted.calendar)
    assert (counted.ran, await ended(units)) == ([], ["first", "second"])


async def test_what_there_is_to_do_by_the_time_of_a_step_is_done(units: Units, clock: ManualClock) -> None:
    counted = Counted()
    clock.set(datetime(2026, 3, 12, 3, 30, tzinfo=UTC))
    await run_due(units, counted.calendar)
    assert (counted.ran, await ended(units)) == ([], ["first"])
    await a_customer(units)
    clock.set(datetime(2026, 3, 12, 4, 0, tzinfo=UTC))
    await run_due(units, counted.calendar)
    assert counted.ran == [("second", OPEN_ON)]
    assert await ended(units) == ["first", "second"]


async def test_the_next_instant_is_that_of_a_step_with_something_to_do_else_midnight(units: Units) -> None:
    counted = Counted()
    async with units.begin() as unit:
        assert await next_due(unit, counted.calendar) == datetime(2026, 3, 12, 16, 0, tzinfo=UTC)
    await a_customer(units)
    async with units.begin() as unit:
        assert await next_due(unit, counted.calendar) == datetime(2026, 3, 12, 3, 0, tzinfo=UTC)


async def test_a_day_on_which_nothing_happens_costs_few_statements(
    units: Units, connection: AsyncConnection, clock: ManualClock
) -> None:
    await live(units, clock, until="2026-03-14 12:00")
    statements: list[str] = []
    event.listen(connection.sync_connection, "before_cursor_execute", lambda *told: statements.append(told[2]))
    await live(units, clock, until="2026-03-17 12:00")
    of_units = [each for each in statements if "SAVEPOINT" not in each]
    looked = 2 + 3  # by who lets time pass, at first; and at noon, when it has passed
    assert len(of_units) <= 3 * 17 + looked, of_units
    assert sum("FROM book" in each for each in of_units) <= 3 * 2 + 2, "units of work"
