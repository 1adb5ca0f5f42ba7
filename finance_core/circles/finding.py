"""Finding a circle, its people and places, locked where something is to change; and who may do what in it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlmodel import col, select

from finance_core.circles.models import (
    Circle,
    CircleMember,
    CircleOfficer,
    CirclePlace,
    CircleState,
    MemberState,
    PlaceState,
    Role,
)
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import round_days
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger.reference import ALPHABET
from finance_core.storage.unit import Unit

BEFORE_START: Final = (CircleState.OPEN, CircleState.CONFIRMING)
STARTED: Final = (CircleState.RUNNING, CircleState.SUSPENDED, CircleState.ENDED)


async def find(unit: Unit, token: str) -> Circle:
    """Return a circle by its token, as it is. Raises NotFound: `circle`."""
    return _found(await unit.session.scalar(select(Circle).where(Circle.token == token)))


async def by_id(unit: Unit, circle_id: int) -> Circle:
    """Return a circle by its id, as it is. Raises NotFound: `circle`."""
    return _found(await unit.session.get(Circle, circle_id, populate_existing=True))


async def by_code(unit: Unit, code: str) -> Circle:
    """Return a circle by what people call it, C4TN-8KQ2. Raises NotFound: `circle`."""
    return _found(await unit.session.scalar(select(Circle).where(Circle.code == code.strip().upper())))


async def locked(unit: Unit, token: str) -> Circle:
    """Return a circle that nobody else changes meanwhile. Raises NotFound: `circle`."""
    statement = select(Circle).where(Circle.token == token).with_for_update(key_share=True)
    return _found(await unit.session.scalar(statement.execution_options(populate_existing=True)))


async def locked_by_id(unit: Unit, circle_id: int) -> Circle:
    """Return a circle that nobody else changes meanwhile, by its id. Raises NotFound: `circle`."""
    statement = select(Circle).where(Circle.id == circle_id).with_for_update(key_share=True)
    return _found(await unit.session.scalar(statement.execution_options(populate_existing=True)))


async def places_of(unit: Unit, circle: Circle, *states: PlaceState) -> list[CirclePlace]:
    """Return a circle's places by number; of some states only, where they are given."""
    query = select(CirclePlace).where(CirclePlace.circle_id == circle.id).order_by(col(CirclePlace.nr))
    if states:
        query = query.where(col(CirclePlace.state).in_(states))
    return list(await unit.session.scalars(query.execution_options(populate_existing=True)))


async def members_of(unit: Unit, circle: Circle, *states: MemberState) -> list[CircleMember]:
    """Return the members of a circle, or those of other states, in the order in which they came."""
    wanted: Sequence[MemberState] = states or (MemberState.JOINED,)
    query = select(CircleMember).where(CircleMember.circle_id == circle.id, col(CircleMember.state).in_(wanted))
    query = query.order_by(col(CircleMember.asked_at), col(CircleMember.customer_id))
    return list(await unit.session.scalars(query.execution_options(populate_existing=True)))


async def member_of(unit: Unit, circle: Circle, customer_id: int) -> CircleMember | None:
    """Return somebody's row in a circle, whatever its state; None who was never in it or on the way in."""
    return await unit.session.get(CircleMember, (circle.id, customer_id), populate_existing=True)


async def officers_of(unit: Unit, circle: Circle) -> dict[Role, int]:
    """Return who holds which office now, by customer id."""
    query = select(CircleOfficer).where(CircleOfficer.circle_id == circle.id, col(CircleOfficer.until).is_(None))
    return {Role(row.role): row.customer_id for row in await unit.session.scalars(query)}


async def held_by(unit: Unit, circle: Circle, customer_id: int) -> list[CirclePlace]:
    """Return the places that somebody holds, by number."""
    return [place for place in await places_of(unit, circle, PlaceState.HELD) if place.customer_id == customer_id]


async def require_member(unit: Unit, circle: Circle, customer_id: int) -> CircleMember:
    """Return the row of somebody who has joined. Raises NotAllowed: `circle_members_only`."""
    member = await member_of(unit, circle, customer_id)
    if member is None or member.state != MemberState.JOINED:
        raise NotAllowed(ErrorCode.CIRCLE_MEMBERS_ONLY)
    return member


async def require_place(unit: Unit, circle: Circle, customer_id: int, nr: int) -> CirclePlace:
    """Return a place that somebody holds. Raises NotAllowed: `circle_place`."""
    for place in await held_by(unit, circle, customer_id):
        if place.nr == nr:
            return place
    raise NotAllowed(ErrorCode.CIRCLE_PLACE)


async def require_chair(unit: Unit, circle: Circle, customer_id: int) -> None:
    """Refuse who is not the chair. Raises NotAllowed: `circle_chair_only`."""
    if (await officers_of(unit, circle)).get(Role.CHAIR) != customer_id:
        raise NotAllowed(ErrorCode.CIRCLE_CHAIR_ONLY)


async def require_officer(unit: Unit, circle: Circle, customer_id: int) -> None:
    """Refuse who holds no office. Raises NotAllowed: `circle_officers_only`."""
    if customer_id not in (await officers_of(unit, circle)).values():
        raise NotAllowed(ErrorCode.CIRCLE_OFFICERS_ONLY)


def require_running(circle: Circle) -> None:
    """Refuse what takes a circle that runs. Raises Conflict: `circle_not_running` with `state`."""
    if circle.state != CircleState.RUNNING:
        raise Conflict(ErrorCode.CIRCLE_NOT_RUNNING, state=circle.state)


def first_day(unit: Unit, circle: Circle) -> date:
    """Return the first due day that is paid here; of a paper circle the first one after it was opened."""
    if not circle.is_paper:
        return circle.first_due_on
    opened_on = (circle.opened_at or unit.now).astimezone(unit.zone).date()
    days = round_days(circle.first_due_on, circle.places, Period(circle.period))
    return next((day for day in days if day > opened_on), days[-1])


def money_of(circle: Circle, amount: int) -> Money:
    """Return minor units as money of a circle."""
    return Money(amount, ASSETS[circle.asset])


async def new_code(unit: Unit) -> str:
    """Return a code that no circle has: C4TN-8KQ2."""
    while True:
        letters = "".join(secrets.choice(ALPHABET) for _ in range(7))
        code = f"C{letters[:3]}-{letters[3:]}"
        if await unit.session.scalar(select(Circle.id).where(Circle.code == code)) is None:
            return code


def _found(circle: Circle | None) -> Circle:
    if circle is None:
        raise NotFound(ErrorCode.CIRCLE)
    return circle
