"""Use cases about operators: a role given, a role taken, who holds which.

Nothing here asks who may: the first administrator is made from the command line, every later grant comes out of an
approval (`finance_core/approvals`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.customers.models import OperatorRole
from finance_core.customers.queries import locked
from finance_core.customers.roles import Role
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.storage.unit import Unit

_OPERATORS: Final = text("SELECT DISTINCT customer_id FROM operator_role WHERE revoked_at IS NULL ORDER BY customer_id")


async def grant(unit: Unit, customer_id: int, role: Role) -> OperatorRole:
    """Give a role to a person from now on.

    Raises:
        NotFound: `customer`.
        Conflict: `role_held`: they hold it already.
    """
    await locked(unit, customer_id)
    if await _held(unit, customer_id, role) is not None:
        raise Conflict(ErrorCode.ROLE_HELD, role=role.value)
    granted = OperatorRole(customer_id=customer_id, role=role, granted_by=str(unit.actor), granted_at=unit.now)
    unit.session.add(granted)
    await unit.session.flush()
    return granted


async def revoke(unit: Unit, customer_id: int, role: Role) -> OperatorRole:
    """Take a role from a person from now on; that they held it stays known.

    Raises:
        NotFound: `customer`.
        Conflict: `role_not_held`; `last_administrator`: somebody has to be left who can grant.
    """
    await locked(unit, customer_id)
    held = await _held(unit, customer_id, role)
    if held is None:
        raise Conflict(ErrorCode.ROLE_NOT_HELD, role=role.value)
    if role is Role.ADMINISTRATOR and await _count(unit, role) == 1:
        raise Conflict(ErrorCode.LAST_ADMINISTRATOR)
    held.revoked_by, held.revoked_at = str(unit.actor), unit.now
    await unit.session.flush()
    return held


async def all_roles(unit: Unit) -> Sequence[OperatorRole]:
    """Return every role that is held now, by person."""
    held = select(OperatorRole).where(col(OperatorRole.revoked_at).is_(None))
    return (await unit.session.scalars(held.order_by(col(OperatorRole.customer_id), col(OperatorRole.id)))).all()


async def operator_ids(unit: Unit) -> list[int]:
    """Return the customer ids of everybody who holds a role, ascending."""
    return list(await unit.session.scalars(_OPERATORS))


async def _held(unit: Unit, customer_id: int, role: Role) -> OperatorRole | None:
    return await unit.session.scalar(
        select(OperatorRole).where(
            OperatorRole.customer_id == customer_id,
            OperatorRole.role == role,
            col(OperatorRole.revoked_at).is_(None),
        )
    )


async def _count(unit: Unit, role: Role) -> int:
    """Return how many hold `role`, their rows locked: two administrators cannot take it from each other at once."""
    held = select(OperatorRole).where(OperatorRole.role == role, col(OperatorRole.revoked_at).is_(None))
    return len((await unit.session.scalars(held.order_by(col(OperatorRole.id)).with_for_update())).all())
