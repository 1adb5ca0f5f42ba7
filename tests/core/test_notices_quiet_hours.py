"""PostgreSQL's rule of quiet hours and ours are one rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from finance_core.notices.quiet_hours import next_allowed
from finance_core.storage.unit import Units

ZONES = [
    "Asia/Shanghai",
    "Africa/Accra",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
    "Pacific/Kiritimati",
]


@pytest.mark.parametrize("zone", ZONES)
async def test_sql_and_python_agree_through_two_years_of_clock_changes(units: Units, zone: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    instants = [start + timedelta(minutes=37 * step) for step in range(2 * 365 * 24 * 60 // 37)]
    async with units.begin() as unit:
        answer = await unit.session.execute(
            text("SELECT at, next_allowed(at, :zone) AS allowed FROM unnest(CAST(:at AS timestamptz[])) AS at"),
            {"at": instants, "zone": zone},
        )
        rows = answer.all()

    assert len(rows) == len(instants)
    assert [row.allowed for row in rows] == [next_allowed(row.at, ZoneInfo(zone)) for row in rows]
