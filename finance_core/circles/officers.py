"""The offices of a circle: the chair names a treasurer and a secretary, three different people (CIRCLES §5).

Officers never hold money, and see *paid* or *waiting*, never a balance. Another chair takes a vote (`agenda`).
"""

from __future__ import annotations

from sqlmodel import col, select

from finance_core.circles import notices
from finance_core.circles.finding import locked, officers_of, require_chair, require_member
from finance_core.circles.models import Circle, CircleOfficer, CircleState, Role
from finance_core.circles.notifications import of, tell
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.storage.unit import Unit

OVER = (CircleState.ENDED, CircleState.CALLED_OFF, CircleState.DRAFT)


async def appoint(unit: Unit, token: str, chair_id: int, customer_id: int, role: Role) -> None:
    """Give a free office to a member. Held by them already: nothing happens.

    Raises NotFound: `circle`. NotAllowed: `circle_chair_only`, `circle_members_only` (who is named is none). Conflict:
        `circle_not_open` (it is a draft, or over), `circle_office`: it is held, or the person holds another one.
    """
    circle = await locked(unit, token)
    if circle.state in OVER:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    await require_chair(unit, circle, chair_id)
    await require_member(unit, circle, customer_id)
    held = await officers_of(unit, circle)
    if held.get(role) == customer_id:
        return
    if role in held or customer_id in held.values():
        raise Conflict(ErrorCode.CIRCLE_OFFICE)
    await give_office(unit, circle, customer_id, role)


async def step_down(unit: Unit, token: str, customer_id: int) -> None:
    """Give up an office; the chair stays until there is another one.

    Raises NotFound: `circle`. NotAllowed: `circle_officers_only`. Conflict: `circle_office`: the chair takes a vote.
    """
    circle = await locked(unit, token)
    held = {person: role for role, person in (await officers_of(unit, circle)).items()}
    if customer_id not in held:
        raise NotAllowed(ErrorCode.CIRCLE_OFFICERS_ONLY)
    if held[customer_id] is Role.CHAIR:
        raise Conflict(ErrorCode.CIRCLE_OFFICE)
    await take_offices(unit, circle, customer_id)


async def give_office(unit: Unit, circle: Circle, customer_id: int, role: Role) -> None:
    """Give an office to somebody, who is told; who held it holds it no more."""
    held = await officers_of(unit, circle)
    await take_offices(unit, circle, customer_id)
    if role in held:
        await take_offices(unit, circle, held[role])
    unit.session.add(CircleOfficer(circle_id=circle.id, role=role, customer_id=customer_id, since=unit.now))
    await unit.session.flush()
    told = notices.CircleOffice(**of(circle), role=str(role))
    await tell(unit, [customer_id], told, f"circle:{circle.id}:{role}:{unit.now.isoformat()}")


async def take_offices(unit: Unit, circle: Circle, customer_id: int) -> None:
    """End what office somebody holds; nothing where they hold none."""
    query = select(CircleOfficer).where(
        CircleOfficer.circle_id == circle.id,
        CircleOfficer.customer_id == customer_id,
        col(CircleOfficer.until).is_(None),
    )
    for office in await unit.session.scalars(query):
        office.until = unit.now
    await unit.session.flush()
