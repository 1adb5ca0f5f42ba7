"""How reliably somebody has paid into circles, read from their dues (CIRCLES §5: *Reliability*)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.circles.rules.reliability import MONTHS, Reliability, RoundPaid, reliability
from finance_core.kernel.periods import add_months
from finance_core.storage.unit import Unit

_DUES: Final = text(
    """
    SELECT d.due_on, CAST(d.paid_at AT TIME ZONE :zone AS date) AS paid_on, d.is_excused,
        CAST(t.terms ->> 'grace_days' AS integer) AS grace_days
    FROM circle_due d JOIN circle c ON c.id = d.circle_id
        JOIN product t ON t.code = c.product AND t.version = c.product_version
    WHERE d.customer_id = :customer AND d.due_on > :since AND d.due_on <= :on AND d.amount > 0
    """
)


async def reliability_of(unit: Unit, customer_id: int) -> Reliability:
    """Return somebody's figure as of the business date, over the rounds of 24 months."""
    since = add_months(unit.open_on, -MONTHS)
    values = {"customer": customer_id, "since": since, "on": unit.open_on, "zone": str(unit.zone)}
    rows = await unit.session.execute(_DUES, values)
    rounds = [RoundPaid(row.due_on, row.paid_on, row.grace_days, excused=row.is_excused) for row in rows]
    return reliability(rounds, unit.open_on)
