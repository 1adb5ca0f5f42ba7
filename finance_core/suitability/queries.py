"""Reads: a person's assessment that was taken last, and what was shown for a sale."""

from __future__ import annotations

from sqlmodel import col, select

from finance_core.storage.unit import Unit
from finance_core.suitability.models import Assessment, Disclosure


async def latest(unit: Unit, customer_id: int) -> Assessment | None:
    """Return a person's last assessment, valid or not, None before the first."""
    statement = (
        select(Assessment).where(Assessment.customer_id == customer_id).order_by(col(Assessment.id).desc()).limit(1)
    )
    return await unit.session.scalar(statement)


async def current_class(unit: Unit, customer_id: int) -> int | None:
    """Return a person's class today, 1 to 5; None without an assessment that still holds."""
    held = await latest(unit, customer_id)
    return held.risk_class if held is not None and held.valid_until >= unit.open_on else None


async def shown_for(unit: Unit, key: str) -> Disclosure | None:
    """Return what was shown for the sale with this key."""
    return await unit.session.scalar(select(Disclosure).where(Disclosure.key == key))
