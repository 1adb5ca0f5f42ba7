"""Taking a broadcast's messages back: deleted where Telegram still allows it, edited after, each with its own state.

Deleting again what is deleted changes nothing, so a worker that dies costs a few calls and no record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.offers.running.counting import WORKERS_BLOCK
from finance_core.offers.running.models import BroadcastRun
from finance_core.offers.running.naming import key_of
from finance_core.storage.unit import Unit

DELETED_WITHIN: Final = timedelta(hours=48)
"""For how long Telegram lets a bot delete its message in a private chat."""
RECALLED: Final = "recalled"
"""What counts them in `broadcast_count`, beside the states that add up to the number frozen."""


class Recall(StrEnum):
    """What became of a message that was recalled."""

    DELETED = "deleted"
    EDITED = "edited"
    REFUSED = "refused"  # Telegram did not do it: the chat is blocked, or the message gone
    UNKNOWN = "unknown"  # nobody knows which message it is, or what became of the call


@dataclass(frozen=True, slots=True)
class Sent:
    """A message to take back. `message_id` None: nobody knows whether it came."""

    customer_id: int
    chat_id: int
    message_id: int | None
    language: str
    has_picture: bool
    may_be_deleted: bool


_NEXT: Final = text(
    """
    SELECT r.customer_id, r.position, r.state, r.recall, o.chat_id, o.message_id,
        coalesce(c.language, 'en') AS language, content.picture IS NOT NULL AS has_picture,
        r.sent_at > :deletable AS may_be_deleted
    FROM broadcast_recipient r
    LEFT JOIN outbox o ON o.key = :prefix || r.customer_id
    LEFT JOIN customer c ON c.id = r.customer_id
    LEFT JOIN LATERAL (
        SELECT picture FROM broadcast_content
        WHERE run_id = r.run_id AND variant = r.variant AND picture IS NOT NULL LIMIT 1) AS content ON true
    WHERE r.run_id = :run AND r.position > :after ORDER BY r.position LIMIT :limit
    """
)
_WRITE: Final = text(
    """
    WITH written AS (
        UPDATE broadcast_recipient r SET recall = done.recall
        FROM unnest(CAST(:customers AS bigint[]), CAST(:recalls AS varchar[])) AS done(customer_id, recall)
        WHERE r.run_id = :run AND r.customer_id = done.customer_id AND r.recall IS NULL
        RETURNING r.variant, r.recall)
    INSERT INTO broadcast_count (run_id, block, variant, state, reason, people)
    SELECT :run, :block, variant, :recalled, recall, count(*) FROM written GROUP BY variant, recall
    ON CONFLICT (run_id, block, variant, state, reason) DO UPDATE SET people = broadcast_count.people + excluded.people
    """
)


@dataclass(frozen=True, slots=True)
class Page:
    """The next messages of a run to take back, and the position up to which they stand."""

    run_id: int
    upto: int
    messages: Sequence[Sent]
    is_last: bool


async def next_page(unit: Unit, limit: int) -> Page | None:
    """Return what is to be taken back next, of the run whose recall began first; None where there is nothing."""
    recalling = select(BroadcastRun).where(BroadcastRun.recall == "running").order_by(col(BroadcastRun.id)).limit(1)
    run = await unit.session.scalar(recalling)
    if run is None:
        return None
    bound = {
        "run": run.id,
        "after": run.recalled_to,
        "limit": limit,
        "deletable": unit.now - DELETED_WITHIN,
        "prefix": key_of(run.id, 0).removesuffix("0"),
    }
    rows = (await unit.session.execute(_NEXT, bound)).all()
    messages = [
        Sent(row.customer_id, row.chat_id, row.message_id, row.language, row.has_picture, row.may_be_deleted)
        for row in rows
        if row.state in ("sent", "unknown") and row.recall is None and row.chat_id is not None
    ]
    return Page(run.id, rows[-1].position if rows else run.recalled_to, messages, len(rows) < limit)


async def write_page(unit: Unit, page: Page, done: Sequence[tuple[int, Recall]]) -> None:
    """Write down what became of the messages of a page, by customer, and that it was looked at."""
    run = await unit.session.get_one(BroadcastRun, page.run_id, with_for_update=True, populate_existing=True)
    if done:
        bound = {
            "run": page.run_id,
            "block": WORKERS_BLOCK,
            "recalled": RECALLED,
            "customers": [customer for customer, _ in done],
            "recalls": [str(each) for _, each in done],
        }
        await unit.session.execute(_WRITE, bound)
    run.recalled_to = max(run.recalled_to, page.upto)
    if page.is_last:
        run.recall = "done"
