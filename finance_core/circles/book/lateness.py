"""Who is late at the end of the grace, and what that costs: by set-based SQL, a chunk of circles at a time.

Late through our fault is nobody: a deadline that passed while the service was away is moved to the next midnight.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.circles import boards
from finance_core.storage.unit import Unit

ON_TIME: Final = timedelta(minutes=15)
"""How long after midnight a day may be closed and its deadlines still count: later, the service was away."""

LATE_AT: Final = """
    FROM circle_due d JOIN circle c ON c.id = d.circle_id
        JOIN product t ON t.code = c.product AND t.version = c.product_version
        JOIN circle_place l ON l.circle_id = d.circle_id AND l.nr = d.place
        JOIN circle_member m ON m.circle_id = d.circle_id AND m.customer_id = d.customer_id
    WHERE d.paid < d.amount AND NOT d.is_late AND NOT d.is_excused AND c.state = 'running'
        AND m.suspended_at IS NULL AND d.due_on + CAST(t.terms ->> 'grace_days' AS integer) <= :on
        AND NOT EXISTS (
            SELECT FROM circle_round r
                JOIN circle_place receiver ON receiver.circle_id = r.circle_id AND receiver.nr = r.receiver_place
            WHERE r.circle_id = d.circle_id AND r.nr = d.round AND r.state NOT IN ('paid', 'short')
                AND r.refunds_place IS NULL AND receiver.customer_id = d.customer_id)
"""
"""Dues whose grace ends with the day `:on`, and which are not paid. Nobody is late in their own round while its pot is
not paid: what they owe of it comes out of that.
"""
CIRCLES_LATE: Final = f"SELECT DISTINCT d.circle_id AS id {LATE_AT}"

# `n` of `m` in a hundred, half-up, is rules.paying.fine.
_JUDGE: Final = text(
    f"""
    WITH late AS (
        SELECT d.circle_id, d.round, d.place, CASE WHEN l.due_at_once_on IS NOT NULL THEN 0
            ELSE round(c.contribution * c.fine_percent / 100) END AS fine
        {LATE_AT} AND d.circle_id = ANY(:circles)
        ORDER BY d.circle_id, d.round, d.place FOR NO KEY UPDATE OF d
    )
    UPDATE circle_due d SET is_late = true, fine = late.fine
    FROM late WHERE d.circle_id = late.circle_id AND d.round = late.round AND d.place = late.place
    """  # noqa: S608 - constants
)


def was_on_time(unit: Unit, on: date) -> bool:
    """Say whether the day `on` is closed at its midnight, and not after the service was away over it."""
    midnight = datetime.combine(on + timedelta(days=1), time(), tzinfo=unit.zone)
    return unit.now - midnight <= ON_TIME


async def judge(unit: Unit, circles: list[int], on: date) -> None:
    """Let those be late, with their fine, who have not paid in these circles by the end of the day `on`."""
    if was_on_time(unit, on):
        await unit.session.execute(_JUDGE, {"circles": circles, "on": on})
        await boards.all_changed(unit, circles)
