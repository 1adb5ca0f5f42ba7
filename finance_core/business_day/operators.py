"""Telling the people who run the institution."""

from __future__ import annotations

from typing import Any

from finance_core.customers.operators import operator_ids
from finance_core.notices import Notice, Urgency, enqueue_many
from finance_core.storage.unit import Unit


async def tell_operators(unit: Unit, *, kind: str, params: dict[str, Any], key: str) -> None:
    """Put a notice for each operator into the outbox; quiet hours hold for them too."""
    notices = [
        Notice(kind=kind, params=params, urgency=Urgency.SYSTEM, key=f"{key}:{customer_id}", customer_id=customer_id)
        for customer_id in await operator_ids(unit)
    ]
    await enqueue_many(unit, notices)
