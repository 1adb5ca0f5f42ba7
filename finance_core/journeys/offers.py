"""Offers, where they touch several lines: stopping them all withdraws every consent and cancels what waits."""

from __future__ import annotations

from finance_core.customers import consents
from finance_core.customers.consents import OFFERS, Topic, Wording
from finance_core.notices import cancel_offers
from finance_core.storage.unit import Unit


async def stop(unit: Unit, customer_id: int, wording: Wording) -> tuple[Topic, ...]:
    """Withdraw all offers at once; return what was agreed to until now. What waits to be sent is cancelled with it."""
    withdrawn = await consents.choose_all(unit, customer_id, OFFERS, wording, given=False)
    await cancel_offers(unit, customer_id, because="withdrawn")
    return withdrawn
