"""Money waits while days are being caught up."""

from __future__ import annotations

import pytest

from finance_core.business_day.behind import require_caught_up
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import TemporarilyUnavailable
from finance_core.storage.unit import Units


async def test_just_after_midnight_people_are_served(units: Units, clock: ManualClock) -> None:
    clock.advance(days=1)
    async with units.begin() as unit:
        require_caught_up(unit)


async def test_two_days_behind_nothing_moves_until_they_are_caught_up(units: Units, clock: ManualClock) -> None:
    clock.advance(days=2)
    async with units.begin() as unit:
        with pytest.raises(TemporarilyUnavailable, match="catching_up"):
            require_caught_up(unit)
