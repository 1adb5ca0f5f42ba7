"""A loan's timeline: what happened to it, what was said about it to the debtor and when, and what was not and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text

from finance_core.kernel.json import JsonObject
from finance_core.storage.unit import Unit

_EVENTS: Final = text(
    """
    SELECT at, 'event' AS what, kind, details, NULL AS because, 0 AS rank, id FROM loan_event WHERE loan_id = :loan
    UNION ALL
    SELECT at, channel, kind, details, NULL, 1, id FROM contact WHERE about = :about
    UNION ALL
    SELECT due_at, CASE WHEN state IN ('pending', 'sending') THEN 'waiting' ELSE 'not_sent' END, kind, params,
        CASE state
            WHEN 'pending' THEN put_off_because
            WHEN 'unknown' THEN 'unknown'
            WHEN 'refused' THEN CASE WHEN error = 'unreachable' THEN error ELSE 'refused' END
            ELSE error END,
        2, id
    FROM outbox WHERE about = :about AND merge_key = 'debt.reminder' AND state <> 'sent'
    ORDER BY at, rank, id
    """
)


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One line of a timeline.

    `what`: event (of the loan), push or call (a contact that was made), not_sent (a push that was queued and did not
    go: `because` is a `WhyNot`, or unknown, refused), waiting (a push that will go at `at`: `because` says why then).
    `kind` is the event's or the notice's, `details` what it was about, amounts in minor units.
    """

    at: datetime
    what: str
    kind: str
    details: JsonObject
    because: str | None


async def events_of(unit: Unit, loan_id: int) -> list[HistoryEvent]:
    """Return a loan's timeline, oldest first, in business time."""
    rows = await unit.session.execute(_EVENTS, {"loan": loan_id, "about": f"loan:{loan_id}"})
    return [HistoryEvent(row.at, row.what, row.kind, row.details, row.because) for row in rows]
