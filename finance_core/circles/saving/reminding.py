"""Members are reminded of a meeting at 08:00 of the day before it, or of the day where they meet daily."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import text

from finance_core.circles.book.notices import OF_CIRCLE, money
from finance_core.notices import Urgency, insert_notices, wake
from finance_core.notices.contact_rules import DEBT
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units

CIRCLES: Final = 500

_SOON: Final = """
    FROM circle_meeting m JOIN circle c ON c.id = m.circle_id AND c.state = 'running'
    WHERE m.state = 'coming' AND m.held_on = CAST(:on AS date) + CASE c.period WHEN 'day' THEN 0 ELSE 1 END
"""
_CIRCLES_SOON: Final = f"SELECT m.circle_id AS id {_SOON}"
_REMIND: Final = text(
    insert_notices(
        given=f"""
        WITH soon AS (SELECT m.circle_id, m.nr, m.held_on {_SOON} AND m.circle_id = ANY(:circles)
        ), told AS (
            SELECT w.circle_id, w.nr, w.held_on, s.customer_id, debited.standing,
                debited.standing * r.share_price + CASE WHEN debited.standing > 0 THEN r.social_amount ELSE 0 END AS sum
            FROM soon w JOIN circle_saver s ON s.circle_id = w.circle_id AND s.left_at IS NULL
                JOIN circle_saving r ON r.circle_id = w.circle_id
                JOIN circle_member cm ON cm.circle_id = s.circle_id AND cm.customer_id = s.customer_id
                    AND cm.suspended_at IS NULL
                CROSS JOIN LATERAL (
                    SELECT CASE WHEN cm.automatic_debit THEN s.standing ELSE 0 END AS standing) debited
        )
        """,  # noqa: S608 - constants
        select=f"""
        SELECT w.customer_id, u.zone, 'circle.meeting_soon' AS kind,
            jsonb_build_object({OF_CIRCLE}, 'nr', w.nr, 'on', w.held_on, 'days', w.held_on - CAST(:on AS date),
                'standing', w.standing, 'sum', {money("w.sum")}) AS params,
            'circle.meeting_soon:' || c.id || ':' || w.nr || ':' || w.customer_id AS key,
            'circle:' || c.id || ':' || w.customer_id AS about
        FROM told w JOIN circle c ON c.id = w.circle_id JOIN customer u ON u.id = w.customer_id
        """,  # noqa: S608 - constants
        urgency=Urgency.REMINDER,
        merge_key=DEBT,
    )
)
"""In the one push of the morning, with what falls due elsewhere."""


async def remind(unit: Unit, circles: list[int], on: date) -> None:
    """Remind the members of these circles of a meeting, and of what is debited at it."""
    await unit.session.execute(_REMIND, {"circles": circles, "on": on, "now": unit.now})
    await wake(unit)


async def _remind(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        await remind(unit, sorted(chunk.ids), on)

    await in_chunks(units, "circles.meeting_soon", on, _CIRCLES_SOON, work, rows=CIRCLES)


REMIND: Final = Step("circles.meeting_soon", time(8, 0), "open", "circles", _remind, _CIRCLES_SOON, rank=216)
