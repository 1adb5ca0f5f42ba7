"""Telling the people who run the institution."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from finance_core.business_day.notices import CalendarEnds
from finance_core.customers.operators import operator_ids
from finance_core.kernel.calendars import banking, dealing
from finance_core.notices import Content, Notice, Urgency, enqueue_many
from finance_core.storage.unit import Unit

WARNED_BEFORE: Final = timedelta(days=60)
"""How long before the published days of a calendar end the next year's are asked for."""


async def tell_operators(unit: Unit, content: Content, *, key: str, urgency: Urgency = Urgency.SYSTEM) -> None:
    """Put a notice for each operator into the outbox; quiet hours hold for them too, unless it is an alarm."""
    notices = [
        Notice(content=content, urgency=urgency, key=f"{key}:{customer_id}", customer_id=customer_id)
        for customer_id in await operator_ids(unit)
    ]
    await enqueue_many(unit, notices)


async def warn_of_calendars(unit: Unit, on: date) -> None:
    """Tell operators, once a week, that the published days end soon: provisional ones know no moved holidays."""
    until = min(dealing().published_until(), banking().published_until())
    if until - on <= WARNED_BEFORE:
        week = on - timedelta(days=on.weekday())
        await tell_operators(unit, CalendarEnds(ends_on=until), key=f"calendar:{until}:{week}")
