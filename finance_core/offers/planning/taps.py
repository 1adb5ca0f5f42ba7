"""Somebody taps a way of an offer: it is noted, as a contract is credited to the last tap before it."""

from __future__ import annotations

from sqlalchemy import text

from finance_core.offers.planning.models import OfferTap
from finance_core.offers.running.settling import settle_by_tap
from finance_core.storage.unit import Unit

_VARIANT = text("SELECT variant FROM broadcast_recipient WHERE run_id = :run AND customer_id = :customer")


async def note(unit: Unit, broadcast_id: int, customer_id: int, way: str, message_id: int) -> bool:
    """Note a tap: the message came, so one of which nobody knew that is settled.

    Returns False, and notes nothing, where they are nobody whom the broadcast is for.
    """
    variant = await unit.session.scalar(_VARIANT, {"run": broadcast_id, "customer": customer_id})
    if variant is None:
        return False
    tap = OfferTap(broadcast_id=broadcast_id, customer_id=customer_id, at=unit.now, variant=variant, way=way)
    unit.session.add(tap)
    await unit.session.flush()
    await settle_by_tap(unit, broadcast_id, customer_id, message_id)
    return True
