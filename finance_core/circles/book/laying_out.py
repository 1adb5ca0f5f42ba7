"""Laying out the rounds of a circle that starts: their days, and what each place owes in each of them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.circles.models import Circle
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import round_days
from finance_core.circles.rules.paying import commission
from finance_core.storage.unit import Unit

_ROUNDS: Final = text(
    """
    INSERT INTO circle_round (circle_id, nr, due_on, first_due_on, state, receiver_place, is_history, prize, commission)
    SELECT :circle, day.nr, day.due_on, day.due_on, 'coming', place.nr, false, :prize, :commission
    FROM unnest(CAST(:days AS date[])) WITH ORDINALITY day (due_on, nr)
        LEFT JOIN circle_place place
            ON place.circle_id = :circle AND place.turn = day.nr AND place.state = 'held'
    ORDER BY day.nr ON CONFLICT DO NOTHING
    """
)
_DUES: Final = text(
    """
    INSERT INTO circle_due (circle_id, round, place, customer_id, due_on, amount, paid, fine, fine_paid, covered,
        is_late, is_excused)
    SELECT r.circle_id, r.nr, p.nr, p.customer_id, r.due_on, c.contribution, 0, 0, 0, 0, false, false
    FROM circle c
        JOIN circle_round r ON r.circle_id = c.id
        JOIN circle_place p ON p.circle_id = c.id AND p.state = 'held'
    WHERE c.id = :circle AND NOT r.is_history
    ORDER BY r.nr, p.nr
    """
)


async def lay_out(unit: Unit, circle: Circle) -> None:
    """Write the rounds of a circle and all that is due in them. Its places are held, `rounds` and turns are set.

    In an auction a due is the whole contribution until its round has been won.
    """
    assert circle.rounds is not None
    kept = commission(circle.rounds, circle.contribution, circle.commission_percent)
    values = {
        "circle": circle.id,
        "days": round_days(circle.first_due_on, circle.rounds, Period(circle.period)),
        "prize": circle.rounds * circle.contribution - kept,
        "commission": kept,
    }
    await unit.session.flush()
    await unit.session.execute(_ROUNDS, values)
    await unit.session.execute(_DUES, values)
