"""What two operators do with a circle: suspend it, so that nothing is debited, paid or drawn, and let it go on.

A day that passes while it is suspended makes nobody late.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.approvals import Action, Approval, Preview
from finance_core.approvals.parties import Parties
from finance_core.circles import boards
from finance_core.circles.finding import by_code, locked_by_id
from finance_core.circles.models import Circle, CircleMember, CircleState, MemberState
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotFound
from finance_core.kernel.json import JsonObject
from finance_core.storage.unit import Unit

SUSPEND: Final = "circle.suspend"
RESUME: Final = "circle.resume"
STATE: Final = "circle_state"
"""The figure of a proposal: `running` or `suspended`."""

# What fell due while a circle was suspended, and in the grace before, was not to be paid in time.
_EXCUSE: Final = text(
    """
    UPDATE circle_due d SET is_excused = true
    FROM circle c JOIN product t ON t.code = c.product AND t.version = c.product_version
    WHERE c.id = :circle AND d.circle_id = c.id AND d.paid < d.amount AND NOT d.is_late AND d.due_on <= :on
        AND d.due_on + CAST(t.terms ->> 'grace_days' AS integer)
            >= CAST(c.suspended_at AT TIME ZONE CAST(:zone AS text) AS date)
    """
)


async def subject_of(unit: Unit, code: str) -> str:
    """Return what a proposal about a circle is about, by the circle's code. Raises NotFound: `circle`."""
    return f"circle:{(await by_code(unit, code)).id}"


async def _circle(unit: Unit, subject: str) -> Circle:
    """Return the circle of a proposal, locked. Raises NotFound: `circle`."""
    kind, _, number = subject.partition(":")
    if kind != "circle" or not number.isdecimal():
        raise NotFound(ErrorCode.CIRCLE)
    return await locked_by_id(unit, int(number))


async def _parties(unit: Unit, subject: str, _params: JsonObject) -> Parties:
    """Return who is in a circle: none of them deals with it."""
    circle = await _circle(unit, subject)
    query = select(CircleMember.customer_id).where(
        CircleMember.circle_id == circle.id, col(CircleMember.state).in_([MemberState.JOINED, MemberState.WAITING])
    )
    return Parties(circle.organiser_id, frozenset(await unit.session.scalars(query)))


async def _preview_suspend(unit: Unit, subject: str, _params: JsonObject) -> Preview:
    circle = await _circle(unit, subject)
    if circle.state != CircleState.RUNNING:
        raise Conflict(ErrorCode.CIRCLE_NOT_RUNNING, state=circle.state)
    return Preview({STATE: "running"}, {STATE: "suspended"})


async def _suspend(unit: Unit, approval: Approval) -> JsonObject:
    circle = await _circle(unit, approval.subject)
    if circle.state != CircleState.RUNNING:
        raise Conflict(ErrorCode.CIRCLE_NOT_RUNNING, state=circle.state)
    circle.state, circle.suspended_at = CircleState.SUSPENDED, unit.now
    await unit.session.flush()
    await boards.changed(unit, circle)
    return {"circle": circle.id}


async def _preview_resume(unit: Unit, subject: str, _params: JsonObject) -> Preview:
    if (await _circle(unit, subject)).state != CircleState.SUSPENDED:
        raise Conflict(ErrorCode.CIRCLE_NOT_SUSPENDED)
    return Preview({STATE: "suspended"}, {STATE: "running"})


async def _resume(unit: Unit, approval: Approval) -> JsonObject:
    circle = await _circle(unit, approval.subject)
    if circle.state != CircleState.SUSPENDED:
        raise Conflict(ErrorCode.CIRCLE_NOT_SUSPENDED)
    await unit.session.execute(_EXCUSE, {"circle": circle.id, "on": unit.open_on, "zone": unit.zone.key})
    circle.state, circle.suspended_at = CircleState.RUNNING, None
    await unit.session.flush()
    await boards.changed(unit, circle)
    return {"circle": circle.id}


_PERMISSIONS: Final = (Permission.PROPOSE_CIRCLE_CHANGE, Permission.APPROVE_CIRCLE_CHANGE)
ACTIONS: Final = (
    Action(SUSPEND, *_PERMISSIONS, _parties, _preview_suspend, _suspend),
    Action(RESUME, *_PERMISSIONS, _parties, _preview_resume, _resume),
)
