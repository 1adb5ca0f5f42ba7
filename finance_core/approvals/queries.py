"""Reads of proposals: what waits, by age; what one has made; one with its figures as they are today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from finance_core.approvals.actions import Actions, Preview
from finance_core.approvals.models import Approval, ApprovalState
from finance_core.customers.roles import Permission, require
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, NotFound
from finance_core.storage.unit import Unit

PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Looked:
    """A proposal as it was looked at: what would keep it from being carried out now, None when nothing would."""

    approval: Approval
    obstacle: FinanceError | None


async def approval(unit: Unit, approval_id: int) -> Approval:
    """Return a proposal, its row locked until the unit ends. Raises NotFound: `approval`."""
    statement = select(Approval).where(Approval.id == approval_id).with_for_update()
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(ErrorCode.APPROVAL)
    return found


async def look(unit: Unit, actions: Actions, approval_id: int, viewer_id: int) -> Looked:
    """Return a proposal for its card. Open, its figures are taken anew; when they have moved, so does its version.

    Args:
        actions: all there are, among them the proposal's.

    Raises:
        NotFound: `approval`. NotAllowed: `no_permission`.
    """
    await require(unit, viewer_id, Permission.SEE_APPROVALS)
    found = await approval(unit, approval_id)
    if found.state != ApprovalState.OPEN:
        return Looked(found, None)
    try:
        now = await actions.called(found.action).preview(unit, found.subject, found.params)
    except FinanceError as obstacle:
        return Looked(found, obstacle)
    if not shows(found, now):
        found.before, found.after, found.version = dict(now.before), dict(now.after), found.version + 1
        await unit.session.flush()
    return Looked(found, None)


def shows(found: Approval, preview: Preview) -> bool:
    """Say whether a proposal's figures are those of `preview`."""
    return found.before == dict(preview.before) and found.after == dict(preview.after)


async def waiting(unit: Unit, viewer_id: int, limit: int = PAGE) -> Sequence[Approval]:
    """Return what waits for a second person, oldest first, one's own included. Raises NotAllowed: `no_permission`."""
    await require(unit, viewer_id, Permission.SEE_APPROVALS)
    open_ones = select(Approval).where(Approval.state == ApprovalState.OPEN)
    return (await unit.session.scalars(open_ones.order_by(col(Approval.made_at), col(Approval.id)).limit(limit))).all()


async def by_maker(unit: Unit, maker_id: int, limit: int = PAGE) -> Sequence[Approval]:
    """Return what somebody has proposed, newest first, whatever became of it."""
    made = select(Approval).where(Approval.maker_id == maker_id)
    return (await unit.session.scalars(made.order_by(col(Approval.id).desc()).limit(limit))).all()
