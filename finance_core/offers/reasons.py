"""Why somebody got an offer: what they had agreed to, and the facts by which its audience was asked for, no values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text

from finance_core.customers import consents
from finance_core.customers.consents import Topic
from finance_core.offers.audiences.question import Facts, facts_of, restored
from finance_core.storage.unit import Unit

_SENT: Final = text(
    """
    SELECT run.topic, asked.question FROM broadcast_run run
        JOIN broadcast_recipient r ON r.run_id = run.id AND r.customer_id = :customer
            AND r.state IN ('fed', 'sent', 'unknown')
        JOIN broadcast ON broadcast.id = run.id
        JOIN audience_version asked ON asked.id = broadcast.audience_id
    WHERE run.id = :broadcast AND run.kind = 'offer'
    """
)


@dataclass(frozen=True, slots=True)
class Reasons:
    """What an offer was about, since when its reader agrees to that (None: no longer), and what was asked by.

    `facts` are names of facts, in the order in which they were asked by; consent, which is told apart, is none of them.
    """

    topic: Topic
    agreed_at: datetime | None
    facts: tuple[str, ...]
    chosen: bool
    """Whether any of them is more than language, zone, tier and products held."""


async def reasons_of(unit: Unit, broadcast_id: int, customer_id: int, facts: Facts) -> Reasons | None:
    """Return why somebody got a broadcast; None where nothing is kept of one of that number that went to them."""
    row = (await unit.session.execute(_SENT, {"broadcast": broadcast_id, "customer": customer_id})).one_or_none()
    if row is None:
        return None
    topic, asked = Topic(row.topic), facts_of(restored(row.question))
    by = tuple(name for name in asked if name != "consent" and name in facts)
    return Reasons(
        topic,
        await consents.given_since(unit, customer_id, topic),
        by,
        any(not facts[name].plain for name in by),
    )
