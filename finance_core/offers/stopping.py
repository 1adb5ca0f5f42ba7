"""What people decide about offers: what they take back cancels what waits for them, in the same transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.customers import consents
from finance_core.customers.consents import OFFERS, Topic, Wording
from finance_core.notices import cancel_offers
from finance_core.offers.audiences.question import Facts, chooses, restored
from finance_core.offers.running.withdrawing import cancel_waiting, cancel_waiting_of
from finance_core.storage.unit import Unit

_UNDER_WAY: Final = text(
    """
    SELECT run.id, asked.question FROM broadcast_run run JOIN broadcast ON broadcast.id = run.id
        JOIN audience_version asked ON asked.id = broadcast.audience_id
    WHERE run.ended_at IS NULL
    """
)


async def stop(unit: Unit, customer_id: int, wording: Wording) -> tuple[Topic, ...]:
    """Withdraw all offers at once; return what was agreed to until now. What waits to be sent is cancelled with it."""
    withdrawn = await consents.choose_all(unit, customer_id, OFFERS, wording, given=False)
    await cancel_offers(unit, customer_id, because="withdrawn")
    await cancel_waiting(unit, customer_id, OFFERS)
    return withdrawn


async def choose(unit: Unit, customer_id: int, topic: Topic, wording: Wording, *, given: bool, facts: Facts) -> bool:
    """Give one consent or take it back, or turn a switch; return whether that changed anything.

    What may no longer go to the person is cancelled: of a topic that they take back, of credit once they want no loans,
    and what chose them by more than language, zone, tier and products held, once they want nothing chosen.

    Args:
        facts: those that audiences may ask by, `finance_core.lines.FACTS`.
    """
    if not await consents.choose(unit, customer_id, topic, wording, given=given):
        return False
    if topic in OFFERS and not given:
        await cancel_waiting(unit, customer_id, [topic])
    elif topic is Topic.NO_LOANS and given:
        await cancel_waiting(unit, customer_id, [Topic.LOANS])
    elif topic is Topic.NOTHING_CHOSEN and given:
        await cancel_waiting_of(unit, customer_id, await _choosing(unit, facts))
    return True


async def _choosing(unit: Unit, facts: Facts) -> list[int]:
    """Return the broadcasts under way that choose people."""
    under_way = await unit.session.execute(_UNDER_WAY)
    return [row.id for row in under_way if chooses(restored(row.question), facts)]
