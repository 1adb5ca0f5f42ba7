"""A meeting ends: what is voted on is settled, whoever closes it; and what a day of accumulating circles does."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import text

from finance_core.circles.book.notices import OF_CIRCLE
from finance_core.circles.saving import voting
from finance_core.circles.saving.debiting import MEETINGS_TODAY, open_and_debit
from finance_core.circles.saving.finding import open_meeting, require_secretary, running
from finance_core.circles.saving.models import CircleMeeting, RequestState
from finance_core.journeys.saving_circles.lending import WriteFor, for_nobody, settle
from finance_core.notices import Urgency, insert_notices, wake
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units

DEBITED_CIRCLES: Final = 500
CLOSED_CIRCLES: Final = 200
"""Circles of a chunk: each with its votes."""

_OPEN_NOW: Final = text(
    """
    SELECT m.circle_id FROM circle_meeting m JOIN circle c ON c.id = m.circle_id AND c.state = 'running'
    WHERE m.state = 'open' AND m.held_on <= :on AND m.circle_id > :after AND m.circle_id <= :upto
    ORDER BY m.circle_id
    """
)

_TOLD: Final = text(
    insert_notices(
        select=f"""
        SELECT s.customer_id, u.zone, 'circle.meeting_open' AS kind,
            jsonb_build_object({OF_CIRCLE}, 'nr', m.nr, 'meetings', r.meetings) AS params,
            'circle.meeting_open:' || c.id || ':' || m.nr || ':' || s.customer_id AS key, 'circle:' || c.id AS about
        FROM circle_meeting m JOIN circle c ON c.id = m.circle_id AND c.state = 'running'
            JOIN circle_saving r ON r.circle_id = m.circle_id
            JOIN circle_saver s ON s.circle_id = m.circle_id AND s.left_at IS NULL
            JOIN customer u ON u.id = s.customer_id
        WHERE m.state = 'open' AND m.circle_id > :after AND m.circle_id <= :upto
        """,  # noqa: S608 - constants
        urgency=Urgency.SYSTEM,
    )
)
"""Once for each member and meeting, by the key."""


async def close(unit: Unit, circle_id: int, by: int | None, write_for: WriteFor = for_nobody) -> CircleMeeting:
    """Close the meeting that is open: the secretary does, or (`by` is None) the evening; what passed is paid.

    Raises:
        NotFound: `circle`. NotAllowed: `circle_officers_only`. Conflict: `circle_not_running`, `circle_meeting_closed`.
    """
    saving = await running(unit, circle_id)
    if by is not None:
        await require_secretary(unit, saving, by)
    meeting = await open_meeting(unit, saving)
    for asked in await voting.requests_of(unit, meeting):
        if asked.state == RequestState.OPEN:
            await settle(unit, asked, await voting.outcome_at_end(unit, asked), write_for)
    return await voting.close(unit, saving, by)


async def _meet(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        await open_and_debit(unit, chunk, on)
        await unit.session.execute(_TOLD, {"after": chunk.after, "upto": chunk.upto, "now": unit.now})
        await wake(unit)

    await in_chunks(units, "circles.meet", on, MEETINGS_TODAY, work, rows=DEBITED_CIRCLES)


async def _close_all(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        where = {"on": on, "after": chunk.after, "upto": chunk.upto}
        for circle_id in (await unit.session.scalars(_OPEN_NOW, where)).all():
            await close(unit, circle_id, None)

    await in_chunks(units, "circles.meetings_end", on, MEETINGS_TODAY, work, rows=CLOSED_CIRCLES)


MEET: Final = Step("circles.meet", time(9, 0), "open", "circles", _meet, MEETINGS_TODAY, rank=429)
END: Final = Step("circles.meetings_end", time(20, 0), "open", "circles", _close_all, MEETINGS_TODAY, rank=905)
