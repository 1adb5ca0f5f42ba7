"""The ledger's own step of the close of business."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from finance_core.ledger.day import roll_up
from finance_core.schedule.steps import Step
from finance_core.storage.unit import SYSTEM, Units


async def _roll_up(units: Units, _: date) -> None:
    async with units.begin(SYSTEM) as unit:
        await roll_up(unit)


ROLL_UP: Final = Step("ledger.roll_up", time(0, 5), "close", "ledger", _roll_up, "SELECT FROM rollup_tail", rank=910)
"""Adds up the institution's own accounts once a day, after the other close steps, so that they stay quick to read."""
