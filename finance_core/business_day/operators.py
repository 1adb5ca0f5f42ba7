"""Telling the people who run the institution."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from finance_core.customers.models import Customer
from finance_core.notices import Notice, Urgency, enqueue_many
from finance_core.storage.unit import Unit


async def tell_operators(unit: Unit, *, kind: str, params: dict[str, Any], key: str) -> None:
    """Put a notice for each operator into the outbox; quiet hours hold for them too."""
    ids = await unit.session.scalars(select(Customer.id).where(Customer.role.is_not(None)).order_by(Customer.id))
    notices = [
        Notice(kind=kind, params=params, urgency=Urgency.SYSTEM, key=f"{key}:{customer_id}", customer_id=customer_id)
        for customer_id in ids
    ]
    await enqueue_many(unit, notices)
