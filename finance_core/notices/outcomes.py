"""What became of a claimed notice, written down: on the wire, sent, refused, in doubt; and the doubts of dead workers.

Every function acts only on rows that `worker` still has (or that were called `unknown` under its name meanwhile, which
a late answer puts right), so a worker that was given up for dead changes nothing of its successor's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import text

from finance_core.customers.service import mark_unreachable
from finance_core.notices import board_claims
from finance_core.notices.claims import LEASE_SECONDS, WORKER_LOCKS, Claim
from finance_core.notices.contacts import log_sent
from finance_core.notices.models import EVERYONE
from finance_core.notices.senders import tell_senders
from finance_core.notices.urgency import RESENT, Urgency
from finance_core.storage.unit import Unit

MAX_ATTEMPTS: Final = 8
"""How often a receipt is put on the wire before it is called unknown too. With the waits between: about 10 minutes."""

BACKOFF_CAP_SECONDS: Final = 300
DEAD_AFTER_SECONDS: Final = 5
"""How long a worker's sign of life may be missing, while its connection is made anew, before its rows are taken."""

_ERROR_CHARS: Final = 500

_MINE = "id = ANY(:ids) AND leased_by = :worker AND state IN ('sending', 'unknown')"

_ON_THE_WIRE = text(
    """
    UPDATE outbox SET state = 'sending', attempts = attempts + 1, pushed_on = :local_day, wired_at = :now,
                      retry_at = NULL, lease_until = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id = ANY(:ids) AND leased_by = :worker AND state = 'pending'
    RETURNING id
    """
)
_SENT = text(
    f"""
    UPDATE outbox SET state = 'sent', message_id = :message_id, error = NULL, lease_until = NULL,
                      finished_at = statement_timestamp()
    WHERE {_MINE}
    """  # noqa: S608 - put together from this module's own words
)
_REFUSED = text(
    """
    UPDATE outbox SET state = 'refused', error = :error, lease_until = NULL, finished_at = statement_timestamp()
    WHERE id = ANY(:ids) AND leased_by = :worker AND state IN ('pending', 'sending', 'unknown')
    """
)
_IN_DOUBT = """
    state = CASE WHEN urgency = ANY(:resent) AND attempts < :max_attempts THEN 'pending' ELSE 'unknown' END,
    finished_at = CASE WHEN urgency = ANY(:resent) AND attempts < :max_attempts THEN NULL
                       ELSE statement_timestamp() END,
    pushed_on = CASE WHEN urgency = ANY(:resent) AND attempts < :max_attempts THEN NULL ELSE pushed_on END,
    retry_at = clock_timestamp() + make_interval(secs => least(:cap, power(2, least(attempts, 16)))),
    lease_until = NULL
"""
_UNCERTAIN = text(f"UPDATE outbox SET {_IN_DOUBT}, error = :error WHERE {_MINE}")  # noqa: S608 - as above
_RELEASE = text(
    """
    UPDATE outbox SET state = 'pending', lease_until = NULL, error = :error, finished_at = NULL,
                      attempts = attempts - CASE WHEN state = 'pending' THEN 0 ELSE 1 END,
                      pushed_on = CASE WHEN state = 'pending' THEN pushed_on END,
                      retry_at = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id = ANY(:ids) AND leased_by = :worker AND state IN ('pending', 'sending', 'unknown')
    """
)
_TAPPED = text(
    """
    UPDATE outbox SET state = 'sent', message_id = :message_id, error = NULL, lease_until = NULL,
                      finished_at = coalesce(finished_at, statement_timestamp())
    WHERE key = :key AND state = 'unknown'
    RETURNING wired_at
    """
)
_PAUSE = text(
    """
    INSERT INTO pacing (chat_id, paused_until) VALUES (:chat_id, clock_timestamp() + make_interval(secs => :seconds))
    ON CONFLICT (chat_id) DO UPDATE SET paused_until = greatest(pacing.paused_until, excluded.paused_until)
    """
)
_REFUSE_CUSTOMERS_REST = text(
    """
    UPDATE outbox SET state = 'refused', error = 'unreachable', finished_at = statement_timestamp(), lease_until = NULL
    WHERE customer_id = :customer_id AND state = 'pending'
    RETURNING id
    """
)
_REFUSE_CHATS_REST = text(
    """
    UPDATE outbox SET state = 'refused', error = 'unreachable', finished_at = statement_timestamp(), lease_until = NULL
    WHERE customer_id IS NULL AND chat_id = :chat_id AND state = 'pending'
    """
)
_WORKERS_ALIVE = """
    SELECT objid FROM pg_locks
    WHERE locktype = 'advisory' AND classid = CAST(:locks AS oid) AND objid <> 0 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_COUNT_WORKERS = text(f"SELECT count(DISTINCT objid) FROM ({_WORKERS_ALIVE}) AS alive")  # noqa: S608 - as above
_LEFT_BEHIND = """
    lease_until IS NOT NULL
    AND (lease_until <= clock_timestamp()
         OR (lease_until <= clock_timestamp() + make_interval(secs => :grace) AND leased_by <> :worker
             AND leased_by NOT IN (SELECT CAST(objid AS bigint) FROM alive)))
"""
_SETTLE_DOUBTS = text(
    f"""
    WITH alive AS ({_WORKERS_ALIVE})
    UPDATE outbox SET {_IN_DOUBT}, error = 'lost between send and record' WHERE state = 'sending' AND {_LEFT_BEHIND}
    RETURNING id
    """  # noqa: S608 - as above
)
_FREE_WAITING = text(
    f"""
    WITH alive AS ({_WORKERS_ALIVE})
    UPDATE outbox SET lease_until = NULL WHERE state = 'pending' AND {_LEFT_BEHIND} RETURNING id
    """  # noqa: S608 - as above
)
_FORGET_PAUSES = text("DELETE FROM pacing WHERE paused_until < clock_timestamp() - interval '1 hour'")


async def on_the_wire(unit: Unit, worker: int, claim: Claim) -> bool:
    """Write down that the message is about to be sent. Commit before sending.

    Returns False when a row of it was cancelled, or taken by another worker, in the meantime: then roll back.
    """
    bound = {
        "ids": claim.ids,
        "worker": worker,
        "local_day": claim.local_day,
        "now": unit.now,
        "seconds": LEASE_SECONDS,
    }
    return len((await unit.session.execute(_ON_THE_WIRE, bound)).all()) == len(claim.ids)


async def sent(unit: Unit, worker: int, claim: Claim, message_id: int) -> None:
    """Telegram took it, and gave it that id. What it said about debts is logged as a contact."""
    await unit.session.execute(_SENT, {"ids": claim.ids, "worker": worker, "message_id": message_id})
    if claim.urgency is Urgency.REMINDER:
        await log_sent(unit, claim.ids)


async def refused(unit: Unit, worker: int, claim: Claim, error: str) -> None:
    """It will never go: Telegram refused it for what it is, or no text could be made of it."""
    await unit.session.execute(_REFUSED, {"ids": claim.ids, "worker": worker, "error": error[:_ERROR_CHARS]})
    await tell_senders(unit, claim.ids)


async def unreachable(unit: Unit, worker: int, claim: Claim, error: str) -> None:
    """The person blocked the bot (or the group threw it out): refused, and so is all that waits for them.

    The customer is marked `unreachable_since`; whoever hears from them again clears that.
    """
    await refused(unit, worker, claim, error)
    if claim.customer_id is None:
        await unit.session.execute(_REFUSE_CHATS_REST, {"chat_id": claim.chat_id})
    else:
        await mark_unreachable(unit, claim.customer_id)
        rest = await unit.session.scalars(_REFUSE_CUSTOMERS_REST, {"customer_id": claim.customer_id})
        await tell_senders(unit, rest.all())


async def uncertain(unit: Unit, worker: int, claim: Claim, error: str) -> None:
    """Nobody knows whether it arrived: a receipt is sent again later, a reminder or a broadcast becomes `unknown`."""
    bound = {"ids": claim.ids, "worker": worker, "error": error[:_ERROR_CHARS], **_doubt()}
    await unit.session.execute(_UNCERTAIN, bound)


async def released(unit: Unit, worker: int, claim: Claim, error: str | None, retry_seconds: float = 0) -> None:
    """It certainly did not go, and nothing speaks against trying again after `retry_seconds`. Not counted as a try."""
    bound = {"ids": claim.ids, "worker": worker, "error": error and error[:_ERROR_CHARS], "seconds": retry_seconds}
    await unit.session.execute(_RELEASE, bound)


async def settled_by_tap(unit: Unit, key: str, message_id: int) -> datetime | None:
    """Somebody has tapped what nobody knew to have come; return when it was put on the wire, None if it was known."""
    wired_at: datetime | None = await unit.session.scalar(_TAPPED, {"key": key, "message_id": message_id})
    return wired_at


async def pause(unit: Unit, chat_id: int, seconds: float) -> None:
    """Telegram asked to leave the chat alone (`EVERYONE`: every chat) for so long; binds every worker."""
    await unit.session.execute(_PAUSE, {"chat_id": chat_id, "seconds": seconds})


async def pause_everyone(unit: Unit, seconds: float) -> None:
    """Telegram asked the whole bot to wait."""
    await pause(unit, EVERYONE, seconds)


async def tend(unit: Unit, worker: int) -> int:
    """Take what dead workers left: free what was waiting, settle what was on the wire. Returns the living workers.

    A worker lives while it holds its advisory lock (`WORKER_LOCKS`, its id); the lease is the bound for one that hangs.
    """
    grace = {"locks": WORKER_LOCKS, "worker": worker, "grace": LEASE_SECONDS - DEAD_AFTER_SECONDS}
    await unit.session.execute(_SETTLE_DOUBTS, {**grace, **_doubt()})
    await unit.session.execute(_FREE_WAITING, grace)
    await unit.session.execute(_FORGET_PAUSES)
    await board_claims.tend(unit, worker, LEASE_SECONDS - DEAD_AFTER_SECONDS)
    return int((await unit.session.execute(_COUNT_WORKERS, {"locks": WORKER_LOCKS})).scalar_one())


def _doubt() -> dict[str, Sequence[str] | int]:
    return {"resent": list(RESENT), "max_attempts": MAX_ATTEMPTS, "cap": BACKOFF_CAP_SECONDS}
