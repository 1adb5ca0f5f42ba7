"""Notices: the outbox that every push leaves by, quiet hours, merging, and what delivery writes down of each send.

Producers declare a `Content` for each kind and need `enqueue`, `enqueue_many`, `insert_notices` where thousands are
told at once, `cancel`, `cancel_all`, `Urgency` (and `sealed` for a name). The clock's journey needs `outstanding` and
`next_due`. Delivery's half is in `claims` and `outcomes`.
"""

from __future__ import annotations

from finance_core.notices.content import Content, Item, Sealed, opened, sealed
from finance_core.notices.notice import Notice
from finance_core.notices.queries import next_due, outstanding, pushed
from finance_core.notices.quiet_hours import working_hours
from finance_core.notices.service import (
    cancel,
    cancel_all,
    cancel_offers,
    enqueue,
    enqueue_many,
    stand_for_receipts,
    wake,
)
from finance_core.notices.set_based import insert_notices
from finance_core.notices.urgency import Urgency

__all__ = [
    "Content",
    "Item",
    "Notice",
    "Sealed",
    "Urgency",
    "cancel",
    "cancel_all",
    "cancel_offers",
    "enqueue",
    "enqueue_many",
    "insert_notices",
    "next_due",
    "opened",
    "outstanding",
    "pushed",
    "sealed",
    "stand_for_receipts",
    "wake",
    "working_hours",
]
