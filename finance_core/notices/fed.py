"""Broadcasts in the outbox: rows that are fed little by little, and are taken back while they wait.

Each row names what it is about (`broadcast:12`) and one person; what it says stands once for all of them elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import bindparam

from finance_core.notices.service import wake
from finance_core.notices.urgency import Urgency
from finance_core.storage.unit import Unit

_FEED: Final = text(
    """
    INSERT INTO outbox (customer_id, kind, params, urgency, key, about, due_at, created_at, retry_at)
    SELECT fed.customer_id, :kind, fed.params, :urgency, fed.key, :about, :now, :now,
           CASE WHEN fed.seconds > 0 THEN clock_timestamp() + make_interval(secs => fed.seconds) END
    FROM ROWS FROM (jsonb_to_recordset(:rows) AS (customer_id bigint, key varchar, params jsonb, seconds float8))
        WITH ORDINALITY AS fed(customer_id, key, params, seconds, position)
    ORDER BY fed.position
    ON CONFLICT (key) DO NOTHING
    """
).bindparams(bindparam("rows", type_=JSONB))

_CANCEL_OF: Final = text(
    """
    UPDATE outbox SET state = 'cancelled', error = :because, finished_at = clock_timestamp(), lease_until = NULL
    WHERE about = :about AND state = 'pending' AND key = ANY(:keys)
    RETURNING key
    """
)
_TAKE_BACK: Final = text(
    """
    DELETE FROM outbox
    WHERE about = :about AND state = 'pending' AND (CAST(:keys AS varchar[]) IS NULL OR key = ANY(:keys))
    RETURNING key
    """
)


@dataclass(frozen=True, slots=True)
class Fed:
    """A row for the outbox. `seconds`: for how long it waits there (machine time), for a pace of its own."""

    customer_id: int
    key: str
    params: dict[str, Any]
    seconds: float = 0.0


async def feed_outbox(unit: Unit, kind: str, about: str, rows: Sequence[Fed]) -> None:
    """Put rows into the outbox, due at once, and wake delivery: who feeds has looked at people's hours."""
    if not rows:
        return
    given = [
        {"customer_id": each.customer_id, "key": each.key, "params": each.params, "seconds": each.seconds}
        for each in rows
    ]
    bound = {"kind": kind, "about": about, "urgency": str(Urgency.BROADCAST), "now": unit.now, "rows": given}
    await unit.session.execute(_FEED, bound)
    await wake(unit)


async def cancel_of(unit: Unit, about: str, keys: Sequence[str], *, because: str) -> set[str]:
    """Cancel those that wait under these keys and are about something; return the keys of those that did."""
    bound = {"about": about, "keys": list(keys), "because": because}
    return set(await unit.session.scalars(_CANCEL_OF, bound))


async def take_back(unit: Unit, about: str, keys: Sequence[str] | None = None) -> set[str]:
    """Take what waits about something out of the outbox as if it had never been in it, all or under these keys.

    Returns the keys that were taken back: they may be put in again. What is on the wire stays.
    """
    bound = {"about": about, "keys": None if keys is None else list(keys)}
    return set(await unit.session.scalars(_TAKE_BACK, bound))
