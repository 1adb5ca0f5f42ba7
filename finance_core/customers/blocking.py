"""Use cases of blocking: whom a person takes neither money nor requests from. Who is blocked is not told so."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, and_, delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from finance_core.customers.models import Block
from finance_core.customers.queries import locked
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, RuleViolation
from finance_core.storage.unit import Unit

MOST_BLOCKED: Final = 500


async def block(unit: Unit, blocker_id: int, blocked_id: int) -> None:
    """Take nothing from a person any more; blocking again changes nothing.

    Raises:
        NotAllowed: `block_self`. RuleViolation: `blocks_many` (most).
    """
    if blocker_id == blocked_id:
        raise NotAllowed(ErrorCode.BLOCK_SELF)
    await locked(unit, blocker_id)
    if len(await blocked_by(unit, blocker_id)) >= MOST_BLOCKED:
        raise RuleViolation(ErrorCode.BLOCKS_MANY, most=MOST_BLOCKED)
    made = insert(Block).values(blocker_id=blocker_id, blocked_id=blocked_id, blocked_at=unit.now)
    await unit.session.execute(made.on_conflict_do_nothing())


async def unblock(unit: Unit, blocker_id: int, blocked_id: int) -> None:
    """Let a person send and ask again; who was not blocked stays so."""
    await unit.session.execute(delete(Block).where(_is(blocker_id, blocked_id)))


async def blocked_by(unit: Unit, blocker_id: int) -> list[int]:
    """Return whom a person has blocked, the latest first."""
    rows = select(col(Block.blocked_id)).where(Block.blocker_id == blocker_id)
    return list(await unit.session.scalars(rows.order_by(col(Block.blocked_at).desc(), col(Block.blocked_id))))


async def is_blocked(unit: Unit, blocker_id: int, blocked_id: int) -> bool:
    """Say whether somebody takes nothing from a person."""
    return await unit.session.scalar(select(Block.blocked_id).where(_is(blocker_id, blocked_id))) is not None


async def require_reaches(unit: Unit, person_id: int, other_id: int) -> None:
    """Refuse what reaches for somebody who has blocked the person. Raises NotAllowed: `person_takes_nothing`."""
    if await is_blocked(unit, other_id, person_id):
        raise NotAllowed(ErrorCode.PERSON_TAKES_NOTHING)


def _is(blocker_id: int, blocked_id: int) -> ColumnElement[bool]:
    return and_(col(Block.blocker_id) == blocker_id, col(Block.blocked_id) == blocked_id)
