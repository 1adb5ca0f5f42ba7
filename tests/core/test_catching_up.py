"""Money waits while days are being caught up."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from finance_core.business_day.behind import require_caught_up
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import TemporarilyUnavailable
from finance_core.storage.unit import Units
from tests.builders import an_operator, live, the_catalogue
from tests.wealth_cases import begin_on


async def test_just_after_midnight_people_are_served(units: Units, clock: ManualClock) -> None:
    clock.advance(days=1)
    async with units.begin() as unit:
        require_caught_up(unit)


async def test_two_days_behind_nothing_moves_until_they_are_caught_up(units: Units, clock: ManualClock) -> None:
    clock.advance(days=2)
    async with units.begin() as unit:
        with pytest.raises(TemporarilyUnavailable, match="catching_up"):
            require_caught_up(unit)


async def test_operators_are_told_each_week_that_the_published_days_end_within_sixty(
    cloned_units: Units, clock: ManualClock
) -> None:
    await the_catalogue(cloned_units)
    olu = await an_operator(cloned_units, "Olu")
    await begin_on(cloned_units, clock, date(2026, 10, 30))
    await live(cloned_units, clock, until="2026-10-31 12:00")
    assert await _warned(cloned_units, olu) == []
    await live(cloned_units, clock, until="2026-11-10 12:00")
    assert await _warned(cloned_units, olu) == ["2026-12-31"] * 3, "on the 1st, and on two Mondays"


async def _warned(units: Units, operator: Customer) -> list[str]:
    query = text("SELECT params ->> 'ends_on' FROM outbox WHERE kind = 'operator.calendar_ends' AND customer_id = :id")
    async with units.begin() as unit:
        return list(await unit.session.scalars(query, {"id": operator.id}))
