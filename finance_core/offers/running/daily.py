"""What the day forgets of broadcasts: 400 days after the end only their counts stay."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import text

from finance_core.schedule.steps import Step
from finance_core.storage.unit import Units

_OLD: Final = """
    SELECT id FROM broadcast_run
    WHERE ended_at < CAST(:on AS date) - 400 AND to_regclass('broadcast_recipient_' || id) IS NOT NULL ORDER BY id
"""
_DROP: Final = text("SELECT broadcast_partition_drop(:run, :now)")


async def _forget(units: Units, on: date) -> None:
    async with units.begin() as unit:
        old = list(await unit.session.scalars(text(_OLD), {"on": on}))
    for run_id in old:
        async with units.begin() as unit:
            await unit.session.execute(_DROP, {"run": run_id, "now": unit.now})


FORGET: Final = Step("offers.forget", time(21), "open", "offers", _forget, _OLD, rank=987)
"""A partition goes as one: that costs the same however many people it has."""
