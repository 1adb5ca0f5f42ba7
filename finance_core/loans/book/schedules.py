"""The schedules that a loan has had: kept at signing and whenever it is planned anew, so that a past day's is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.loans.models import Loan, ScheduleVersion
from finance_core.storage.unit import Unit

_KEEP: Final = text(
    """
    INSERT INTO schedule_version (loan_id, version, from_on, reason, lines)
    SELECT i.loan_id, (SELECT coalesce(max(version), 0) + 1 FROM schedule_version WHERE loan_id = :loan), :on, :reason,
        jsonb_agg(jsonb_build_object('nr', i.nr, 'starts_on', i.starts_on, 'due_on', i.due_on,
            'principal', i.principal, 'interest', i.interest, 'fee', i.fee) ORDER BY i.nr)
    FROM instalment i WHERE i.loan_id = :loan GROUP BY i.loan_id
    """
)


async def keep(unit: Unit, loan: Loan, reason: str) -> None:
    """Write down the loan's instalments as they stand, as the schedule from the open date on.

    Call it, under the loan's lock, once the instalments are written. `reason` is a word: signed, paid_ahead, …
    """
    await unit.session.flush()
    await unit.session.execute(_KEEP, {"loan": loan.id, "on": unit.open_on, "reason": reason})


ScheduleLine: TypeAlias = Mapping[str, Any]
"""A line as `_KEEP` writes it: `nr`, `starts_on`, `due_on` (ISO text), amounts in minor units."""


async def as_of(unit: Unit, loan_id: int, on: date) -> list[ScheduleLine]:
    """Return the lines of the schedule that stood at the end of a day. Raises NotFound: `loan`, not signed by then."""
    statement = (
        select(ScheduleVersion.lines)
        .where(ScheduleVersion.loan_id == loan_id, ScheduleVersion.from_on <= on)
        .order_by(col(ScheduleVersion.version).desc())
        .limit(1)
    )
    lines: list[ScheduleLine] | None = await unit.session.scalar(statement)
    if lines is None:
        raise NotFound(ErrorCode.LOAN)
    return lines
