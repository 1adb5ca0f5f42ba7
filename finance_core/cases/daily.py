"""What happens to cases by themselves: reminders before a deadline; and texts that are kept no longer are forgotten."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, text
from sqlmodel import col, select

from finance_core.cases.models import ServiceCase
from finance_core.cases.notifications import tell_of_deadline
from finance_core.cases.rules import CaseKind, next_reminder
from finance_core.schedule.steps import Step, TimedWork
from finance_core.storage.unit import Unit, Units

KEPT: Final = timedelta(days=400)
"""Texts of questions, after their end: as long as what was sent."""
COMPLAINTS_KEPT: Final = timedelta(days=5 * 365 + 1)
"""Texts of complaints and disputes: five years."""
FORGET_ROWS: Final = 5_000
_AT_ONCE: Final = 100
"""Reminders of one transaction; the tick comes back for more."""

_OLD: Final = f"""
    state IN ('answered', 'closed')
    AND coalesce(closed_at, answered_at) < CAST(:on AS date) - CASE
        WHEN kind IN ('complaint', 'dispute') THEN interval '{COMPLAINTS_KEPT.days} days'
        ELSE interval '{KEPT.days} days' END
"""
_ANYTHING_OLD: Final = f"""
    SELECT FROM service_case WHERE {_OLD} AND (
        answered_sealed IS NOT NULL OR EXISTS (SELECT FROM case_message m WHERE m.case_id = service_case.id))
"""  # noqa: S608 - constants
_FORGET_MESSAGES: Final = text(
    f"""
    DELETE FROM case_message WHERE id IN (
        SELECT m.id FROM case_message m JOIN service_case ON service_case.id = m.case_id
        WHERE {_OLD} ORDER BY m.id LIMIT {FORGET_ROWS})
    RETURNING id
    """  # noqa: S608 - constants
)
_FORGET_ANSWERED: Final = text(
    f"""
    UPDATE service_case SET answered_sealed = NULL WHERE id IN (
        SELECT id FROM service_case WHERE {_OLD} AND answered_sealed IS NOT NULL LIMIT {FORGET_ROWS})
    RETURNING id
    """  # noqa: S608 - constants
)


async def forget(unit: Unit, on: date) -> int:
    """Forget up to 5,000 texts of cases that are kept no longer on a date; return how many. Call until it is 0."""
    statements = (_FORGET_MESSAGES, _FORGET_ANSWERED)
    return sum([len((await unit.session.execute(each, {"on": on})).all()) for each in statements])


async def _forget(units: Units, on: date) -> None:
    gone = -1
    while gone != 0:
        async with units.begin() as unit:
            gone = await forget(unit, on)


async def _next_due(unit: Unit) -> datetime | None:
    reminded = select(func.min(ServiceCase.remind_at)).where(col(ServiceCase.remind_at).is_not(None))
    return await unit.session.scalar(reminded)


async def _remind(units: Units) -> int:
    async with units.begin() as unit:
        due = select(ServiceCase).where(col(ServiceCase.remind_at) <= unit.now)
        first = due.order_by(col(ServiceCase.remind_at), col(ServiceCase.id)).limit(_AT_ONCE)
        cases = (await unit.session.scalars(first.with_for_update())).all()
        for case in cases:
            await tell_of_deadline(unit, case)
            case.remind_at = next_reminder(CaseKind(case.kind), case.due_at, unit.now)
        return len(cases)


FORGET: Final = Step("cases.forget", time(21), "open", "cases", _forget, _ANYTHING_OLD, rank=982)
TIMED: Final = (TimedWork("cases.remind", "SELECT FROM service_case WHERE remind_at IS NOT NULL", _next_due, _remind),)
