"""Leaving a rotating circle, or agreeing to be replaced in it: nobody does who stands for a loan that its members took
together.
"""

from __future__ import annotations

from finance_core.circles import agenda, leaving
from finance_core.circles.finding import by_id, find, held_by
from finance_core.circles.leaving import ComesBack
from finance_core.circles.models import Circle
from finance_core.circles.motions import Tally
from finance_core.circles.takeover import Replace
from finance_core.loans.origination.group_lines import require_stands_for_nobody
from finance_core.storage.unit import Unit


async def comes_back(unit: Unit, token: str, customer_id: int, place: int) -> ComesBack:
    """Return what leaving with a place would bring back. Changes nothing. Raises as `leave`."""
    await require_may_leave(unit, await find(unit, token), customer_id)
    return await leaving.comes_back(unit, token, customer_id, place)


async def leave(unit: Unit, token: str, customer_id: int, place: int) -> ComesBack:
    """Leave a circle that runs with one place, after the PIN.

    Raises:
        RuleViolation: `circle_leaver_stands`: they stand for a loan that members took together, and it is their
            last place.
        As `leaving.leave`.
    """
    await require_may_leave(unit, await find(unit, token), customer_id)
    return await leaving.leave(unit, token, customer_id, place)


async def cast(unit: Unit, motion: str, customer_id: int, *, is_yes: bool) -> Tally:
    """Vote on a motion of a circle; who would be replaced by it agrees to leave.

    Raises as `agenda.cast`; RuleViolation: `circle_leaver_stands`.
    """
    if is_yes:
        seen = await agenda.tally(unit, motion)
        if isinstance(seen.subject, Replace) and seen.subject.leaver == customer_id:
            await require_may_leave(unit, await by_id(unit, seen.circle_id), customer_id)
    return await agenda.cast(unit, motion, customer_id, is_yes=is_yes)


async def require_may_leave(unit: Unit, circle: Circle, customer_id: int) -> None:
    """Refuse who would be out of it by leaving with one place, and stands. Raises as `leave`."""
    if len(await held_by(unit, circle, customer_id)) <= 1:
        await require_stands_for_nobody(unit, circle.id, customer_id)
