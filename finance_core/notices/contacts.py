"""The log of contacts about debts: each push that went out, each call that a person made. Append-only.

What was queued and did not go is in the outbox, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from finance_core.kernel.json import JsonObject
from finance_core.notices.contact_rules import DEBT, Contacts
from finance_core.notices.models import Contact
from finance_core.storage.unit import Unit

_TODAY: Final = text(
    """
    SELECT count(DISTINCT at) FILTER (WHERE channel = 'push') AS pushes,
        count(*) FILTER (WHERE channel = 'call') AS calls
    FROM contact WHERE customer_id = :customer AND local_day = :day
    """
)
_LOG_SENT: Final = text(
    """
    INSERT INTO contact (customer_id, about, channel, kind, details, at, local_day)
    SELECT customer_id, about, 'push', kind,
        params || jsonb_strip_nulls(jsonb_build_object(
            'waited_because', put_off_because,
            'together', CASE WHEN CAST(:together AS integer) > 1 THEN CAST(:together AS integer) END
        )),
        :now, pushed_on
    FROM outbox
    WHERE id = ANY(:ids) AND state = 'sent' AND merge_key = :debt AND about IS NOT NULL
    ORDER BY id
    """
)


async def contacts_of(unit: Unit, customer_id: int, day: date) -> Contacts:
    """Return how often a person has been contacted about debts on `day` of their own calendar."""
    row = (await unit.session.execute(_TODAY, {"customer": customer_id, "day": day})).one()
    return Contacts(row.pushes, row.calls)


async def latest_contacts(unit: Unit, customer_id: int, limit: int) -> Sequence[Contact]:
    """Return how a person was contacted about debts last, the latest first; a message about several is told once."""
    statement = select(Contact).where(Contact.customer_id == customer_id).ext(distinct_on(col(Contact.at)))
    found = await unit.session.scalars(statement.order_by(col(Contact.at).desc(), col(Contact.id)).limit(limit))
    return found.all()


async def log_sent(unit: Unit, outbox_ids: tuple[int, ...]) -> None:
    """Log the pushes about debts among the rows that one message stood for; others leave no trace here."""
    values = {"ids": list(outbox_ids), "together": len(outbox_ids), "now": unit.now, "debt": DEBT}
    await unit.session.execute(_LOG_SENT, values)


async def log_call(
    unit: Unit, *, customer_id: int, zone: str, about: str, caller_id: int, details: JsonObject
) -> Contact:
    """Log a call that `caller_id` makes to a debtor now."""
    contact = Contact(
        customer_id=customer_id,
        about=about,
        channel="call",
        kind="call",
        details=dict(details),
        at=unit.now,
        local_day=unit.now.astimezone(ZoneInfo(zone)).date(),
        caller_id=caller_id,
    )
    unit.session.add(contact)
    await unit.session.flush()
    return contact


async def last_contact(unit: Unit, customer_id: int, channel: str) -> Contact | None:
    """Return the latest `call` or `push` about a debt that a person has had, None for none."""
    statement = select(Contact).where(Contact.customer_id == customer_id, Contact.channel == channel)
    return await unit.session.scalar(statement.order_by(col(Contact.id).desc()).limit(1))
