"""Leaving a rotating circle, by who does not stand for a loan that its members took together."""

from __future__ import annotations

from finance_core.circles import leaving
from finance_core.circles.finding import find, held_by
from finance_core.circles.leaving import ComesBack
from finance_core.loans.origination.group_lines import require_stands_for_nobody
from finance_core.storage.unit import Unit


async def comes_back(unit: Unit, token: str, customer_id: int, place: int) -> ComesBack:
    """Return what leaving with a place would bring back. Changes nothing. Raises as `leave`."""
    await _require_may_leave(unit, token, customer_id)
    return await leaving.comes_back(unit, token, customer_id, place)


async def leave(unit: Unit, token: str, customer_id: int, place: int) -> ComesBack:
    """Leave a circle that runs with one place, after the PIN.

    Raises:
        RuleViolation: `circle_leaver_stands`: they stand for a loan that members took together, and it is their
            last place.
        As `leaving.leave`.
    """
    await _require_may_leave(unit, token, customer_id)
    return await leaving.leave(unit, token, customer_id, place)


async def _require_may_leave(unit: Unit, token: str, customer_id: int) -> None:
    circle = await find(unit, token)
    if len(await held_by(unit, circle, customer_id)) <= 1:
        await require_stands_for_nobody(unit, circle.id, customer_id)
