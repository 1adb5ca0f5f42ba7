"""Who is away until when, and which colleague looks after what is theirs. It ends by itself, or when they come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from finance_core.approvals import audit
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, may, require
from finance_core.customers.service import name_associated_data
from finance_core.desk.models import Absence
from finance_core.desk.notices import StandsIn
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotAllowed
from finance_core.notices import Urgency, enqueue, sealed, working_hours
from finance_core.storage.unit import Unit

LONGEST: Final = timedelta(days=60)


async def go_away(unit: Unit, operator_id: int, colleague_id: int, until: datetime) -> Absence:
    """Let a colleague look after all that is an operator's until an instant; they are told, and it is on record.

    Raises:
        NotAllowed: `no_permission`; `colleague_cannot`: they are no operator, or away themselves.
        InvalidInput: `away_until` with `days`: it is over already, or too far off.
    """
    await require(unit, operator_id, Permission.SEE_DESK)
    if not unit.now < until <= unit.now + LONGEST:
        raise InvalidInput(ErrorCode.AWAY_UNTIL, days=LONGEST.days)
    is_there = await may(unit, colleague_id, Permission.SEE_DESK) and await away(unit, colleague_id) is None
    if colleague_id == operator_id or not is_there:
        raise NotAllowed(ErrorCode.COLLEAGUE_CANNOT)
    await _end(unit, operator_id)
    gone = Absence(operator_id=operator_id, colleague_id=colleague_id, from_at=unit.now, until_at=until)
    unit.session.add(gone)
    await unit.session.flush()
    audit.record(unit, operator_id, "away", f"customer:{operator_id}", {"to": colleague_id, "until": until.isoformat()})
    await _tell(unit, gone)
    return gone


async def come_back(unit: Unit, operator_id: int) -> None:
    """End an operator's absence now. Who was not away has not been."""
    if await _end(unit, operator_id):
        audit.record(unit, operator_id, "back", f"customer:{operator_id}")


async def away(unit: Unit, operator_id: int) -> Absence | None:
    """Return an operator's absence that runs now, None where they are there."""
    statement = _running(unit).where(Absence.operator_id == operator_id).order_by(col(Absence.id).desc()).limit(1)
    return await unit.session.scalar(statement)


async def stands_in_for(unit: Unit, colleague_id: int) -> frozenset[int]:
    """Return whose entries a colleague looks after now."""
    rows: Sequence[Absence] = (
        await unit.session.scalars(_running(unit).where(Absence.colleague_id == colleague_id))
    ).all()
    return frozenset(row.operator_id for row in rows)


async def acts_for(unit: Unit, operator_id: int) -> int:
    """Return who is told of what is an operator's: they, or who looks after it while they are away."""
    gone = await away(unit, operator_id)
    return operator_id if gone is None else gone.colleague_id


def _running(unit: Unit) -> SelectOfScalar[Absence]:
    return select(Absence).where(
        col(Absence.ended_at).is_(None), Absence.from_at <= unit.now, Absence.until_at > unit.now
    )


async def _end(unit: Unit, operator_id: int) -> bool:
    running = update(Absence).where(
        col(Absence.operator_id) == operator_id,
        col(Absence.ended_at).is_(None),
        col(Absence.until_at) > unit.now,
    )
    ended = await unit.session.execute(running.values(ended_at=unit.now).returning(col(Absence.id)))
    return bool(ended.all())


async def _tell(unit: Unit, gone: Absence) -> None:
    operator = await by_id(unit, gone.operator_id)
    told = StandsIn(
        name=sealed(operator.name_sealed, name_associated_data(operator.id)),
        until_on=gone.until_at.astimezone(unit.zone).date(),
    )
    await enqueue(
        unit,
        told,
        urgency=Urgency.RECEIPT,
        not_before=working_hours(unit.now, unit.zone),
        key=f"{told.kind}:{gone.id}",
        customer_id=gone.colleague_id,
    )
