"""Reads of the outbox: what is still to be done, when the next thing is due, what an operator should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select

from finance_core.kernel.json import JsonObject
from finance_core.notices.models import Outbox
from finance_core.notices.policy import message_of
from finance_core.notices.service import OFFER
from finance_core.storage.unit import Unit

PAGE_ROWS: Final = 20

_OUTSTANDING = text(
    """
    SELECT (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending') AND due_at <= :now)
         + (SELECT count(*) FROM board WHERE NOT is_parked AND failures = 0 AND (
            lease_until IS NOT NULL OR shown < wanted OR stray_id IS NOT NULL
            OR (pins AND message_id IS NOT NULL AND pinned_id IS DISTINCT FROM message_id)))
    """
)
_BACKLOG = text(
    """
    SELECT count(*) FILTER (WHERE state <> 'unknown') AS due,
           min(due_at) FILTER (WHERE state <> 'unknown') AS oldest_due_at,
           count(*) FILTER (WHERE state = 'unknown') AS unknown
    FROM outbox WHERE (state IN ('pending', 'sending') AND due_at <= :now) OR state = 'unknown'
    """
)


_PUSHED = text(
    """
    SELECT o.kind, o.params, o.merge_key
    FROM outbox AS first JOIN outbox AS o
        ON o.id = first.id OR (o.customer_id = first.customer_id AND o.merge_key = first.merge_key
                               AND o.pushed_on = first.pushed_on)
    WHERE first.id = :id AND first.customer_id = :customer
    ORDER BY o.due_at, o.id
    """
).columns(params=JSONB)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A notice that did not simply arrive, as an operator sees it: what, to whom, why. Without its contents."""

    id: int
    customer_id: int | None
    chat_id: int | None
    kind: str
    urgency: str
    reference: str | None
    key: str
    due_at: datetime
    attempts: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """The state of delivery: due and not finished, since when, and how many are in doubt."""

    due: int
    oldest_due_at: datetime | None
    unknown: int


async def outstanding(unit: Unit) -> int:
    """Return how many notices are due at or before the unit's instant, and how many boards are behind. 0: all is shown.

    A board that Telegram refuses for now, or whose group the bot is out of, is not waited for.
    """
    return int((await unit.session.execute(_OUTSTANDING, {"now": unit.now})).scalar_one())


async def next_due(unit: Unit) -> datetime | None:
    """Return the earliest business instant after now at which a notice falls due, None when nothing waits."""
    later = select(func.min(Outbox.due_at)).where(Outbox.state == "pending", Outbox.due_at > unit.now)
    return (await unit.session.execute(later)).scalar_one()


async def backlog(unit: Unit) -> Backlog:
    """Return what is due and not finished, and what is in doubt, for the operator's card."""
    row = (await unit.session.execute(_BACKLOG, {"now": unit.now})).one()
    return Backlog(row.due, row.oldest_due_at, row.unknown)


async def pushed(unit: Unit, customer_id: int, notice_id: int) -> tuple[str, JsonObject] | None:
    """Return kind and params of a message to a customer, by one of its rows; None: it is not theirs."""
    rows = (await unit.session.execute(_PUSHED, {"id": notice_id, "customer": customer_id})).all()
    return message_of(rows) if rows else None


async def unknown(unit: Unit, *, before_id: int | None = None, limit: int = PAGE_ROWS) -> list[Trouble]:
    """Return the notices of which nobody knows whether they arrived, newest first; `before_id` pages on."""
    return await _troubles(unit, "unknown", before_id, limit)


async def refused(unit: Unit, *, before_id: int | None = None, limit: int = PAGE_ROWS) -> list[Trouble]:
    """Return the notices that will not go, newest first; `before_id` pages on."""
    return await _troubles(unit, "refused", before_id, limit)


async def _troubles(unit: Unit, state: str, before_id: int | None, limit: int) -> list[Trouble]:
    query = select(*(getattr(Outbox, name) for name in Trouble.__dataclass_fields__)).where(Outbox.state == state)
    if before_id is not None:
        query = query.where(Outbox.id < before_id)
    rows = await unit.session.execute(query.order_by(col(Outbox.id).desc()).limit(limit))
    return [Trouble(*row) for row in rows]


async def state_of_notice(unit: Unit, key: str) -> str | None:
    """Return the state of the notice under a key ("sent", "refused"); None: it is forgotten, or never was."""
    return await unit.session.scalar(select(Outbox.state).where(Outbox.key == key))


async def last_offer_at(unit: Unit, customer_id: int) -> datetime | None:
    """Return when the last offer was queued that went out to somebody; None where none ever did."""
    statement = select(func.max(Outbox.created_at)).where(
        Outbox.customer_id == customer_id, Outbox.state == "sent", col(Outbox.kind).startswith(OFFER)
    )
    return await unit.session.scalar(statement)
