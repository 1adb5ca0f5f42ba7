"""The institution's day on which somebody wrote or tapped last, written at most once a day for each."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.customers.models import CustomerActivity
from finance_core.storage.unit import Unit

_ACTIVE: Final = text(
    """
    INSERT INTO customer_activity (customer_id, last_active_on) VALUES (:customer, :on)
    ON CONFLICT (customer_id) DO UPDATE SET last_active_on = excluded.last_active_on
    WHERE customer_activity.last_active_on < excluded.last_active_on
    """
)


async def note_active(unit: Unit, customer_id: int) -> None:
    """Note that somebody writes or taps today; known already, it is no statement."""
    on = unit.local_now().date()
    known = ("active", customer_id, on)
    if known in unit.known_ids or known in unit.found_ids:
        return
    await unit.session.execute(_ACTIVE, {"customer": customer_id, "on": on})
    unit.found_ids[known] = customer_id


async def last_active_on(unit: Unit, customer_id: int) -> date | None:
    """Return the day on which somebody was active last, None for never."""
    row = await unit.session.get(CustomerActivity, customer_id, populate_existing=True)
    return row.last_active_on if row is not None else None
