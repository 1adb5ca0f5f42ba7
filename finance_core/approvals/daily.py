"""What happens to proposals by themselves: nobody decided in time, so they expire at that very instant."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select

from finance_core.approvals import audit
from finance_core.approvals.models import Approval, ApprovalState
from finance_core.approvals.notifications import tell_maker
from finance_core.schedule.steps import TimedWork
from finance_core.storage.unit import Unit, Units

_OPEN: Final = Approval.state == ApprovalState.OPEN
_AT_ONCE: Final = 100
"""Proposals of one transaction; the tick comes back for more."""


async def _next_due(unit: Unit) -> datetime | None:
    return await unit.session.scalar(select(func.min(Approval.due_at)).where(_OPEN))


async def _expire(units: Units) -> int:
    async with units.begin() as unit:
        overdue = select(Approval).where(_OPEN, Approval.due_at <= unit.now).order_by(col(Approval.id)).limit(_AT_ONCE)
        expired = (await unit.session.scalars(overdue.with_for_update())).all()
        for proposal in expired:
            proposal.state, proposal.decided_at = ApprovalState.EXPIRED, unit.now
            audit.record(unit, audit.NOBODY, "expire", proposal.subject, {"approval": proposal.id})
            await tell_maker(unit, proposal)
        return len(expired)


TIMED: Final = (TimedWork("approvals.expire", "SELECT FROM approval WHERE state = 'open'", _next_due, _expire),)
