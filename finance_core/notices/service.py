"""Writing to the outbox, in the transaction that moves the money: a push exists exactly when its cause does.

Thousands at once are queued by one statement of the close of business itself (`set_based`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import text

from finance_core.notices import carried
from finance_core.notices.content import Content
from finance_core.notices.notice import Notice
from finance_core.notices.urgency import AT_ONCE, CANCELLABLE, Urgency
from finance_core.storage.unit import Unit

CHANNEL: Final = "outbox"
"""The PostgreSQL channel on which delivery is woken."""

_BATCH_ROWS: Final = 1_000

_INSERT = text(
    """
    INSERT INTO outbox (customer_id, chat_id, language, kind, params, urgency, key, about, merge_key, supersedes,
                        reference, sender_id, put_off_because, due_at, created_at)
    SELECT n.customer_id, n.chat_id, n.language, n.kind, n.params, n.urgency, n.key, n.about, n.merge_key,
           n.supersedes, n.reference, n.sender_id,
           CASE WHEN allowed.at > wanted.at THEN 'quiet_hours' END,
           allowed.at,
           :now
    FROM ROWS FROM (jsonb_to_recordset(CAST(:notices AS jsonb)) AS (
             customer_id bigint, chat_id bigint, language varchar, kind varchar, params jsonb, urgency varchar,
             key varchar, about varchar, not_before timestamptz, merge_key varchar, supersedes boolean,
             reference varchar, sender_id bigint)) WITH ORDINALITY
         AS n(customer_id, chat_id, language, kind, params, urgency, key, about, not_before, merge_key, supersedes,
              reference, sender_id, position)
    CROSS JOIN LATERAL (SELECT greatest(n.not_before, CAST(:now AS timestamptz)) AS at) AS wanted
    LEFT JOIN customer ON customer.id = n.customer_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN n.urgency = ANY(:at_once) THEN wanted.at
                    ELSE next_allowed(wanted.at, coalesce(customer.zone, :zone)) END AS at) AS allowed
    ORDER BY n.position
    ON CONFLICT (key) DO NOTHING
    RETURNING id, key
    """
)
_WAKE = text("SELECT pg_notify(:channel, '')")
_WOKEN: Final = "delivery woken"
_CANCEL = text(
    """
    UPDATE outbox SET state = 'cancelled', error = :because, finished_at = clock_timestamp(), lease_until = NULL
    WHERE about = ANY(:abouts) AND state = 'pending' AND urgency = ANY(:cancellable)
      AND (CAST(:kinds AS varchar[]) IS NULL OR kind = ANY(:kinds))
    RETURNING id
    """
)


_MOVE_CHAT = text(
    """
    UPDATE outbox SET chat_id = :new
    WHERE customer_id IS NULL AND chat_id = :old AND state IN ('pending', 'sending')
    """
)
TOLD_TOGETHER: Final = "told_together"
"""Why the row of a receipt is cancelled that another notice of the same names."""
_STAND_FOR = text(
    """
    UPDATE outbox AS receipt
    SET state = 'cancelled', error = :because, finished_at = clock_timestamp(), lease_until = NULL
    FROM outbox AS told
    WHERE told.about = ANY(:abouts) AND told.state = 'pending' AND told.kind = :kind AND told.created_at = :now
        AND receipt.about = told.about AND receipt.state = 'pending'
        AND told.params -> 'references' @> (receipt.params -> 'reference')
    """
)
OFFER: Final = "offer."
"""How the kind of every offer begins: what is sold to somebody, and not told because of what they did."""
_CANCEL_OFFERS = text(
    """
    UPDATE outbox SET state = 'cancelled', error = :because, finished_at = clock_timestamp(), lease_until = NULL
    WHERE customer_id = :customer AND state = 'pending' AND starts_with(kind, :offer)
    RETURNING id
    """
)


async def enqueue(  # noqa: PLR0913 - they are the fields of `Notice`, given by name
    unit: Unit,
    content: Content,
    *,
    urgency: Urgency,
    key: str,
    customer_id: int | None = None,
    chat_id: int | None = None,
    language: str | None = None,
    about: str | None = None,
    not_before: datetime | None = None,
    merge_key: str | None = None,
    supersedes: bool = False,
    reference: str | None = None,
    sender_id: int | None = None,
    wakes: bool = True,
) -> bool:
    """Put one notice into the outbox; its arguments are `Notice`'s. Returns False when its key was known already.

    Without `wakes` delivery finds it within a second by itself: units that wake it are committed one after the other,
    which many at once would wait for.

    Receipts and security notices are due at once; the rest at the next moment that the person's quiet hours allow.

    Raises:
        ValueError: what `Notice` refuses. TypeError: the content holds something else than its types say.
    """
    notice = Notice(
        content=content,
        urgency=urgency,
        key=key,
        customer_id=customer_id,
        chat_id=chat_id,
        language=language,
        about=about,
        not_before=not_before,
        merge_key=merge_key,
        supersedes=supersedes,
        reference=reference,
        sender_id=sender_id,
    )
    return await enqueue_many(unit, [notice], wakes=wakes) == 1


async def enqueue_many(unit: Unit, notices: Sequence[Notice], *, wakes: bool = True) -> int:
    """Put notices into the outbox in their order, set-wise. Returns how many were new; known keys are left alone.

    Raises TypeError: a content holds something else than its types say.
    """
    new = 0
    for start in range(0, len(notices), _BATCH_ROWS):
        new += await _insert(unit, notices[start : start + _BATCH_ROWS])
    if new and wakes:
        await wake(unit)
    return new


async def _insert(unit: Unit, notices: Sequence[Notice]) -> int:
    rows = {notice.key: _row(notice) for notice in reversed(notices)}
    given = orjson.dumps(list(reversed(rows.values()))).decode()
    bound = {"notices": given, "now": unit.now, "zone": unit.zone.key, "at_once": list(AT_ONCE)}
    new = (await unit.session.execute(_INSERT, bound)).all()
    carried.note(unit, [each for row in new if (each := _receipt(row.id, rows[row.key])) is not None])
    return len(new)


def _receipt(row_id: int, row: Mapping[str, Any]) -> carried.Written | None:
    is_receipt = row["urgency"] == Urgency.RECEIPT and row["customer_id"] is not None
    return carried.Written(row_id, row["customer_id"], row["kind"], row["params"]) if is_receipt else None


def _row(notice: Notice) -> dict[str, Any]:
    """Return a notice by the names of the outbox's columns, `not_before` apart."""
    envelope = {field.name: getattr(notice, field.name) for field in fields(notice) if field.name != "content"}
    return {**envelope, "kind": notice.content.kind, "params": notice.content.as_json()}


async def wake(unit: Unit) -> None:
    """Wake delivery when this unit commits, once. `enqueue` does it by itself; set-based inserts call it once."""
    session = unit.session.sync_session
    innermost = session.get_nested_transaction() or session.get_transaction()  # what is rolled back has woken nobody
    if session.info.get(_WOKEN) is not innermost:
        await unit.session.execute(_WAKE, {"channel": CHANNEL})
        session.info[_WOKEN] = innermost


async def cancel(unit: Unit, *, about: str, kinds: Sequence[str] | None = None, because: str = "cancelled") -> int:
    """Cancel the waiting reminders and broadcasts about something (`loan:5`), all or only of `kinds`; returns how many.

    `because` is kept with each: `paid`, `promise` (for debts, a `WhyNot`). Receipts and security notices are never
    cancelled. What is on the wire already is past cancelling.
    """
    return await cancel_all(unit, abouts=[about], kinds=kinds, because=because)


async def cancel_all(
    unit: Unit, *, abouts: Sequence[str], kinds: Sequence[str] | None = None, because: str = "cancelled"
) -> int:
    """Cancel as `cancel` does, about many things in one statement."""
    bound = {
        "abouts": list(abouts),
        "kinds": None if kinds is None else list(kinds),
        "cancellable": list(CANCELLABLE),
        "because": because,
    }
    return len((await unit.session.execute(_CANCEL, bound)).all())


async def stand_for_receipts(unit: Unit, *, abouts: Sequence[str], kind: str) -> None:
    """Cancel the waiting receipts about things that a notice of `kind`, written in this unit, names in `references`.

    It is written and they are cancelled together, so that one or the other arrives. What is on the wire stays.
    """
    bound = {"abouts": list(abouts), "kind": kind, "now": unit.now, "because": TOLD_TOGETHER}
    await unit.session.execute(_STAND_FOR, bound)


async def cancel_offers(unit: Unit, customer_id: int, because: str) -> int:
    """Cancel every offer that waits for one person; returns how many."""
    bound = {"customer": customer_id, "offer": OFFER, "because": because}
    return len((await unit.session.execute(_CANCEL_OFFERS, bound)).all())


async def move_chat(unit: Unit, old: int, new: int) -> None:
    """Send what waits for a group, which has become a supergroup, to its new chat."""
    await unit.session.execute(_MOVE_CHAT, {"old": old, "new": new})
