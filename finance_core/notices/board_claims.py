"""Delivery's half of boards: take one that is due, say before the wire that a call is made, record what came of it.

A call is one of three: show the latest state (send, or edit the message), pin it, delete a stray one. A worker that
dies over an edit leaves a board that is edited again, which does no harm; over a send, one that is sent again: the
message that may be there already is found when somebody taps it (`boards.tapped`).
Of a chat one thing is in hand at a time, a board or a row of the outbox; claims of both are made one after another.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import text

from finance_core.notices.claims import LEASE_SECONDS, WORKER_LOCKS, look, sent_before
from finance_core.notices.quiet_hours import next_allowed
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

APART_SECONDS: Final = 3
"""A board is not shown anew sooner: 20 calls in a minute are what Telegram allows for a group."""
BACKOFF_SECONDS: Final = 60
BACKOFF_CAP_SECONDS: Final = 3_600
CALLS_KEPT_SECONDS: Final = 120
_ERROR_CHARS: Final = 500


class Act(StrEnum):
    """What is to be done for a board."""

    SHOW = "show"
    PIN = "pin"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class BoardClaim:
    """A board in hand, and the one call that is made for it."""

    id: int
    act: Act
    chat_id: int | None
    inline_id: str | None
    kind: str
    subject: int
    language: str
    message_id: int | None
    """The message that shows it; None: it is sent."""
    stray_id: int | None
    shown_hash: str | None
    is_night: bool
    """Nobody is to hear of it now."""
    sent_seconds_ago: tuple[float, ...]
    """The chat's earlier messages and calls."""


_PICK: Final = text(
    """
    SELECT * FROM (SELECT DISTINCT ON (coalesce(b.chat_id, b.id)) b.*, b.shown < b.wanted AS is_stale,
        b.pins AND b.message_id IS NOT NULL AND b.pinned_id IS DISTINCT FROM b.message_id AS is_to_pin
    FROM board AS b
    WHERE NOT b.is_parked
      AND (b.shown < b.wanted OR b.stray_id IS NOT NULL OR (b.pins AND b.pinned_id IS DISTINCT FROM b.message_id))
      AND (b.shown = b.wanted OR NOT :paced OR b.shown_at IS NULL
           OR b.shown_at <= clock_timestamp() - make_interval(secs => :apart))
      AND (b.shown < b.wanted OR b.message_id IS NOT NULL OR b.stray_id IS NOT NULL)
      AND (b.retry_at IS NULL OR b.retry_at <= clock_timestamp())
      AND (b.lease_until IS NULL OR b.lease_until <= clock_timestamp())
      AND NOT EXISTS (
          SELECT FROM board AS other
          WHERE other.chat_id = b.chat_id AND other.id <> b.id AND other.lease_until > clock_timestamp())
      AND NOT EXISTS (
          SELECT FROM outbox WHERE outbox.chat_id = b.chat_id AND outbox.lease_until > clock_timestamp())
      AND (NOT :paced OR NOT EXISTS (
          SELECT FROM pacing WHERE pacing.chat_id = b.chat_id AND pacing.paused_until > clock_timestamp()))
    ORDER BY coalesce(b.chat_id, b.id), b.shown_at NULLS FIRST, b.id) AS first_of_each
    ORDER BY shown_at NULLS FIRST, id
    LIMIT :limit
    """
)
_LEASE: Final = text(
    """
    UPDATE board SET lease_until = clock_timestamp() + make_interval(secs => :seconds), leased_by = :worker
    WHERE id = ANY(:ids) AND (lease_until IS NULL OR lease_until <= clock_timestamp())
    RETURNING id
    """
)
_WANTED: Final = text("SELECT wanted FROM board WHERE id = :id AND leased_by = :worker AND lease_until IS NOT NULL")
_CALLED: Final = text("INSERT INTO chat_call (chat_id, at) VALUES (:chat, clock_timestamp())")
_EXTEND: Final = text(
    """
    UPDATE board SET lease_until = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id = :id AND leased_by = :worker AND lease_until IS NOT NULL RETURNING id
    """
)
# Where the group has moved meanwhile, the message is one of the old chat: it shows nothing here.
_SHOWN: Final = text(
    """
    UPDATE board SET lease_until = NULL, failures = 0, error = NULL, retry_at = NULL, shown_at = clock_timestamp(),
        shown = CASE WHEN is_here THEN greatest(shown, :wanted) ELSE shown END,
        shown_hash = CASE WHEN is_here THEN CAST(:hash AS varchar) END,
        message_id = CASE WHEN is_here THEN CAST(:message AS bigint) END
    FROM (SELECT id AS found, chat_id IS NOT DISTINCT FROM :chat AS is_here FROM board WHERE id = :id FOR UPDATE) AS at
    WHERE id = found AND leased_by = :worker
    """
)
_PINNED: Final = text(
    "UPDATE board SET lease_until = NULL, pinned_id = :message WHERE id = :id AND leased_by = :worker"
    " AND chat_id = :chat"
)
_NOT_PINNED: Final = text(
    "UPDATE board SET lease_until = NULL, pinned_id = :message, error = :error WHERE id = :id AND leased_by = :worker"
    " AND chat_id = :chat"
)
_DELETED: Final = text(
    "UPDATE board SET lease_until = NULL, stray_id = NULL WHERE id = :id AND leased_by = :worker AND stray_id = :stray"
)
_GONE: Final = text(
    """
    UPDATE board SET lease_until = NULL, message_id = NULL, shown_hash = NULL, pinned_id = NULL, error = :error,
        shown = CASE WHEN is_over THEN wanted ELSE least(shown, wanted - 1) END,
        is_parked = is_parked OR inline_id IS NOT NULL
    WHERE id = :id AND leased_by = :worker
    """
)
_FAILED: Final = text(
    """
    UPDATE board SET lease_until = NULL, error = :error, failures = failures + 1,
        retry_at = clock_timestamp()
            + make_interval(secs => least(CAST(:cap AS float8), :base * power(2, least(failures, 16))))
    WHERE id = :id AND leased_by = :worker
    """
)
_RELEASE: Final = text(
    """
    UPDATE board SET lease_until = NULL, error = :error,
        retry_at = clock_timestamp() + make_interval(secs => CAST(:seconds AS float8))
    WHERE id = :id AND leased_by = :worker
    """
)
_FORGET_CALLS: Final = text("DELETE FROM chat_call WHERE at < clock_timestamp() - make_interval(secs => :seconds)")
_LEFT_BEHIND: Final = text(
    """
    UPDATE board SET lease_until = NULL
    WHERE lease_until IS NOT NULL AND (lease_until <= clock_timestamp() OR leased_by NOT IN (
        SELECT CAST(objid AS bigint) FROM pg_locks
        WHERE locktype = 'advisory' AND classid = CAST(:locks AS oid) AND objid <> 0 AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())))
      AND lease_until <= clock_timestamp() + make_interval(secs => :grace) AND leased_by <> :worker
    """
)


async def claim(unit: Unit, *, worker: int, limit: int) -> tuple[BoardClaim, ...]:
    """Lease up to `limit` due boards to `worker`, at most one of a chat, the one shown longest ago."""
    seen = await look(unit)
    if seen.paused and not seen.travelling:
        return ()
    values = {"paced": not seen.travelling, "apart": APART_SECONDS, "limit": limit}
    rows = (await unit.session.execute(_PICK, values)).all()
    if not rows:
        return ()
    leased = {"ids": [row.id for row in rows], "worker": worker, "seconds": LEASE_SECONDS}
    mine = set(await unit.session.scalars(_LEASE, leased))
    ages = await sent_before(unit, sorted({row.chat_id for row in rows if row.chat_id is not None}))
    is_night = next_allowed(unit.now, unit.zone) > unit.now
    return tuple(_claim(row, ages.get(row.chat_id, ()), is_night=is_night) for row in rows if row.id in mine)


def _claim(row: Fetched, ages: tuple[float, ...], *, is_night: bool) -> BoardClaim:
    act = Act.SHOW if row.is_stale else Act.PIN if row.is_to_pin else Act.DELETE
    return BoardClaim(
        id=row.id,
        act=act,
        chat_id=row.chat_id,
        inline_id=row.inline_id,
        kind=row.kind,
        subject=row.subject,
        language=row.language,
        message_id=row.message_id,
        stray_id=row.stray_id,
        shown_hash=row.shown_hash,
        is_night=is_night,
        sent_seconds_ago=ages,
    )


async def wanted(unit: Unit, worker: int, one: BoardClaim) -> int | None:
    """Return which change is the latest, to be read with what is shown; None where another worker has the board."""
    count: int | None = await unit.session.scalar(_WANTED, {"id": one.id, "worker": worker})
    return count


async def on_the_wire(unit: Unit, worker: int, one: BoardClaim) -> bool:
    """Write down that a call is about to be made, which the group's limit counts. Commit before it.

    Returns False when another worker has the board: then roll back.
    """
    values = {"id": one.id, "worker": worker, "seconds": LEASE_SECONDS}
    if await unit.session.scalar(_EXTEND, values) is None:
        return False
    if one.chat_id is not None:
        await unit.session.execute(_CALLED, {"chat": one.chat_id})
    return True


async def shown(unit: Unit, worker: int, one: BoardClaim, *, wanted: int, hash_: str, message_id: int | None) -> None:
    """The message shows it, up to the change `wanted`; `message_id` is None for one of inline mode."""
    values = {"id": one.id, "worker": worker, "chat": one.chat_id, "wanted": wanted, "hash": hash_}
    await unit.session.execute(_SHOWN, {**values, "message": message_id})


async def pinned(unit: Unit, worker: int, one: BoardClaim) -> None:
    """It is pinned."""
    values = {"id": one.id, "worker": worker, "chat": one.chat_id, "message": one.message_id}
    await unit.session.execute(_PINNED, values)


async def not_pinned(unit: Unit, worker: int, one: BoardClaim, error: str) -> None:
    """Telegram does not let this message be pinned: it is not tried again until the bot's rights change."""
    values = {"id": one.id, "worker": worker, "chat": one.chat_id, "message": one.message_id}
    await unit.session.execute(_NOT_PINNED, {**values, "error": error[:_ERROR_CHARS]})


async def deleted(unit: Unit, worker: int, one: BoardClaim) -> None:
    """The stray message is gone, or cannot be deleted: nobody looks after it any more."""
    await unit.session.execute(_DELETED, {"id": one.id, "worker": worker, "stray": one.stray_id})


async def gone(unit: Unit, worker: int, one: BoardClaim, error: str) -> None:
    """Its message cannot be edited: it is sent anew, unless it is over, or lies where the bot cannot send."""
    await unit.session.execute(_GONE, {"id": one.id, "worker": worker, "error": error[:_ERROR_CHARS]})


async def failed(unit: Unit, worker: int, one: BoardClaim, error: str) -> None:
    """Telegram refuses it for what may pass (the bot may not write there): tried again, less and less often."""
    values = {"id": one.id, "worker": worker, "error": error[:_ERROR_CHARS]}
    await unit.session.execute(_FAILED, {**values, "base": BACKOFF_SECONDS, "cap": BACKOFF_CAP_SECONDS})


async def released(unit: Unit, worker: int, one: BoardClaim, error: str | None, retry_seconds: float = 0.0) -> None:
    """Nothing came of it, or nobody knows: it is done again after `retry_seconds`."""
    values = {"id": one.id, "worker": worker, "error": error and error[:_ERROR_CHARS], "seconds": retry_seconds}
    await unit.session.execute(_RELEASE, values)


async def tend(unit: Unit, worker: int, grace_seconds: float) -> None:
    """Free the boards of dead workers, and forget calls that no limit looks back to."""
    values = {"locks": WORKER_LOCKS, "worker": worker, "grace": grace_seconds}
    await unit.session.execute(_LEFT_BEHIND, values)
    await unit.session.execute(_FORGET_CALLS, {"seconds": CALLS_KEPT_SECONDS})
