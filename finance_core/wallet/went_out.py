"""What went out of a wallet over some days, as the tier's limit counts it."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.storage.unit import Unit

_OUT: Final = text(
    """
    SELECT
        coalesce((SELECT sum(s.amount) FROM send s WHERE s.sender_id = :person
            AND s.state IN ('waiting', 'accepted')
            AND CAST(s.sent_at AT TIME ZONE :zone AS date) BETWEEN :first AND :last), 0)
        + coalesce((SELECT sum(r.amount) FROM money_request r WHERE r.payer_id = :person AND r.state = 'paid'
            AND CAST(r.settled_at AT TIME ZONE :zone AS date) BETWEEN :first AND :last), 0)
        + coalesce((SELECT sum(t.amount) FROM account a JOIN transfer t ON t.debit_id = a.id
            JOIN entry e ON e.id = t.entry_id
            WHERE a.code = '2010' AND a.owner = :person AND e.kind = 'wallet.withdraw'
            AND CAST(e.posted_at AT TIME ZONE :zone AS date) BETWEEN :first AND :last), 0)
    """
)


async def went_out(unit: Unit, customer_id: int, first: date, last: date) -> int:
    """Return what a person sent, paid on request and withdrew on these days of the institution, in minor units."""
    days = {"person": customer_id, "zone": unit.zone.key, "first": first, "last": last}
    return int(await unit.session.scalar(_OUT, days) or 0)
