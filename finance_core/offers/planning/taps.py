"""Somebody taps a way of an offer: it is noted, as a contract is credited to the last tap before it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from finance_core.offers.planning.models import OfferTap
from finance_core.storage.unit import Unit

_VARIANT = text("SELECT variant FROM broadcast_recipient WHERE run_id = :run AND customer_id = :customer")


async def note(unit: Unit, broadcast_id: int, customer_id: int, way: str) -> bool:
    """Note a tap. Return False, and note nothing, where they are nobody whom the broadcast is for."""
    variant = await unit.session.scalar(_VARIANT, {"run": broadcast_id, "customer": customer_id})
    if variant is None:
        return False
    row = insert(OfferTap).values(
        broadcast_id=broadcast_id, customer_id=customer_id, at=unit.now, variant=variant, way=way
    )
    await unit.session.execute(row.on_conflict_do_nothing())
    return True
