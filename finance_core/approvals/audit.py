"""The record of who did what to whom, and who looked at whose data. Written in the unit that does it; never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from finance_core.approvals.models import AuditLine
from finance_core.kernel.json import JsonObject
from finance_core.storage.unit import Unit

NOBODY: Final = 0
"""The command line, or the service itself."""

MOST_LINES: Final = 10_000
"""Lines of one reading; who wants more asks by stretches of time."""


def record(unit: Unit, actor_id: int, act: str, subject: str, details: JsonObject | None = None) -> None:
    """Add a line: `record(unit, 7, "look", "customer:5", {"at": "loans"})`. `details` hold no names and no secrets."""
    line = AuditLine(at=unit.now, actor_id=actor_id, act=act, subject=subject, details=dict(details or {}))
    unit.session.add(line)


async def read(
    unit: Unit,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    actor_id: int | None = None,
    subject: str | None = None,
    limit: int = MOST_LINES,
) -> Sequence[AuditLine]:
    """Return lines with `since <= at < until`, of one actor or about one subject if named; oldest first."""
    lines = select(AuditLine)
    if since is not None:
        lines = lines.where(AuditLine.at >= since)
    if until is not None:
        lines = lines.where(AuditLine.at < until)
    if actor_id is not None:
        lines = lines.where(AuditLine.actor_id == actor_id)
    if subject is not None:
        lines = lines.where(AuditLine.subject == subject)
    return (await unit.session.scalars(lines.order_by(col(AuditLine.id)).limit(min(limit, MOST_LINES)))).all()
