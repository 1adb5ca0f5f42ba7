"""Delivery's half of the outbox: take what is due, say before the wire that it goes, record what became of it.

A row is leased while it waits for its turn (a crash then costs nothing: the lease ends and another worker takes it) and
is `sending` only while it is on the wire (a crash then leaves a doubt, which `tend` settles by the row's urgency).
One row of a chat is in hand at a time, whichever worker has it: that keeps a chat's order and its pace (only a row that
has to be tried again lets later ones pass).
Claims are made one after another, under an advisory lock. Leases and pauses are machine time: PostgreSQL's clock.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB

from finance_core.kernel.json import JsonObject
from finance_core.notices.contact_rules import DEBT
from finance_core.notices.models import EVERYONE
from finance_core.notices.policy import Decision, Waiting, decide, message_of
from finance_core.notices.quiet_hours import next_allowed
from finance_core.notices.senders import tell_senders
from finance_core.notices.urgency import Urgency
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

WORKER_LOCKS: Final = 0x6F757462
"""Class of the advisory locks by which workers show that they live: (this, worker id), held on a session."""

LEASE_SECONDS: Final = 60
"""How long a worker may hold a row. Longer than any wait and any request of a worker that lives."""

PACE_MEMORY_SECONDS: Final = 60
PACE_MEMORY_ROWS: Final = 20
"""How far back, and how many, a chat's earlier sends are told: what a limit of 20 a minute needs."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One message to send: the rows that it stands for, where it goes, what it says."""

    ids: tuple[int, ...]
    customer_id: int | None
    chat_id: int
    language: str
    discreet: bool
    plain: bool
    """Whether they want words alone."""
    kind: str
    params: JsonObject
    urgency: Urgency
    attempts: int
    local_day: date
    is_night: bool
    """It goes to a group whose members are not to be woken."""
    sent_seconds_ago: tuple[float, ...]
    """The chat's earlier sends, by any worker and before any restart."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one look at the outbox gave. `looked_at` = 0: there is nothing to do now."""

    claims: tuple[Claim, ...]
    looked_at: int
    travelling: bool
    """Time is being travelled: no pacing."""


_LOCK_AND_LOOK = text(
    """
    SELECT coalesce(book.travelling_until > clock_timestamp(), false) AS travelling,
           EXISTS (SELECT FROM pacing WHERE chat_id = :everyone AND paused_until > clock_timestamp()) AS paused
    FROM (SELECT pg_advisory_xact_lock(:locks, 0)) AS locked, book WHERE book.id = 1
    """
)

_WAITING = """
    o.id, o.customer_id, coalesce(c.chat_id, CASE WHEN o.customer_id IS NULL THEN o.chat_id END) AS chat_id,
    coalesce(c.language, o.language, 'en') AS language, coalesce(c.zone, :zone) AS zone,
    coalesce(c.discreet, false) AS discreet, coalesce(c.plain, false) AS plain,
    c.unreachable_since IS NOT NULL AS unreachable,
    coalesce((
        SELECT true FROM outbox AS pushed
        WHERE pushed.customer_id = o.customer_id AND pushed.merge_key = o.merge_key
          AND pushed.pushed_on = CAST(CAST(:now AS timestamptz) AT TIME ZONE coalesce(c.zone, :zone) AS date)
        LIMIT 1
    ), false) AS pushed_today,
    CASE WHEN o.merge_key = :debt THEN (
        SELECT count(*) FROM contact
        WHERE contact.customer_id = o.customer_id AND contact.channel = 'call'
          AND contact.local_day = CAST(CAST(:now AS timestamptz) AT TIME ZONE coalesce(c.zone, :zone) AS date)
    ) ELSE 0 END AS calls_today,
    o.kind, o.params, o.urgency, o.about, o.merge_key, o.supersedes, o.attempts
"""
_FREE = """
    o.state = 'pending' AND o.due_at <= :now
    AND (o.retry_at IS NULL OR o.retry_at <= clock_timestamp())
    AND (o.lease_until IS NULL OR o.lease_until <= clock_timestamp())
"""

_PICK = text(
    f"""
    SELECT head.*
    FROM unnest(CAST(:urgencies AS varchar[]), CAST(:from_ids AS bigint[])) WITH ORDINALITY
        AS rank(urgency, from_id, position)
    CROSS JOIN LATERAL (
        SELECT {_WAITING}, o.due_at
        FROM outbox AS o LEFT JOIN customer AS c ON c.id = o.customer_id
        WHERE o.urgency = rank.urgency AND o.id >= rank.from_id AND {_FREE}
          AND (rank.urgency <> 'broadcast' OR :takes_broadcasts) AND (o.merge_key IS NULL OR NOT :hold_merged)
          AND NOT EXISTS (
              SELECT FROM outbox AS in_hand
              WHERE in_hand.lease_until > clock_timestamp() AND in_hand.chat_id = coalesce(c.chat_id, o.chat_id))
          AND (o.chat_id IS NULL OR NOT EXISTS (
              SELECT FROM board WHERE board.chat_id = o.chat_id AND board.lease_until > clock_timestamp()))
          AND (NOT :paced OR NOT EXISTS (
              SELECT FROM pacing
              WHERE pacing.chat_id = coalesce(c.chat_id, o.chat_id) AND pacing.paused_until > clock_timestamp()))
        ORDER BY o.due_at, o.id LIMIT :limit
        FOR UPDATE OF o SKIP LOCKED
    ) AS head
    ORDER BY rank.position, head.due_at, head.id LIMIT :limit
    """  # noqa: S608 - put together from this module's own words
).columns(params=JSONB)

_PICK_GROUPS = text(
    f"""
    SELECT {_WAITING}
    FROM outbox AS o LEFT JOIN customer AS c ON c.id = o.customer_id
    WHERE (o.customer_id, o.merge_key) IN (
              SELECT * FROM unnest(CAST(:customers AS bigint[]), CAST(:merge_keys AS varchar[])))
      AND {_FREE}
    ORDER BY o.due_at, o.id
    FOR UPDATE OF o SKIP LOCKED
    """  # noqa: S608 - put together from this module's own words
).columns(params=JSONB)

_FIRST_BROADCAST = text(
    """
    SELECT coalesce(
        (SELECT min(id) FROM outbox WHERE state IN ('pending', 'sending') AND urgency = 'broadcast'),
        (SELECT max(id) + 1 FROM outbox))
    """
)
_LEASE = text(
    """
    UPDATE outbox SET lease_until = clock_timestamp() + make_interval(secs => :seconds), leased_by = :worker,
                      chat_id = leased.chat_id
    FROM unnest(CAST(:ids AS bigint[]), CAST(:chats AS bigint[])) AS leased(id, chat_id)
    WHERE outbox.id = leased.id
    """
)
_SENT_BEFORE = text(
    """
    SELECT chat.id AS chat_id, extract(epoch FROM clock_timestamp() - earlier.finished_at)::float8 AS seconds
    FROM unnest(CAST(:chats AS bigint[])) AS chat(id)
    CROSS JOIN LATERAL (
        SELECT finished_at FROM outbox
        WHERE chat_id = chat.id AND finished_at > statement_timestamp() - make_interval(secs => :memory)
          AND pushed_on IS NOT NULL
        UNION
        SELECT at FROM chat_call
        WHERE chat_id = chat.id AND at > statement_timestamp() - make_interval(secs => :memory)
        ORDER BY finished_at DESC LIMIT :rows
    ) AS earlier
    """
)
_REFUSE = text(
    """
    UPDATE outbox SET state = 'refused', error = refusal.error, finished_at = clock_timestamp(), lease_until = NULL
    FROM unnest(CAST(:ids AS bigint[]), CAST(:errors AS varchar[])) AS refusal(id, error)
    WHERE outbox.id = refusal.id
    """
)
_PUT_OFF = text(
    """
    UPDATE outbox SET due_at = later.at, put_off_because = later.because
    FROM unnest(CAST(:ids AS bigint[]), CAST(:instants AS timestamptz[]), CAST(:reasons AS varchar[]))
        AS later(id, at, because)
    WHERE outbox.id = later.id
    """
)
_DROP_SUPERSEDED = text(
    """
    UPDATE outbox SET state = 'cancelled', error = 'superseded', finished_at = clock_timestamp(), lease_until = NULL
    WHERE id = ANY(:ids)
    """
)


Recheck = Callable[[Unit, Sequence[Waiting]], Awaitable[Collection[int]]]
"""Looks at what is about to be claimed, takes back what may not go now, and returns the ids of these rows."""


async def claim(
    unit: Unit,
    *,
    worker: int,
    limit: int,
    most_broadcasts: int | None = None,
    broadcasts_from: int = 0,
    hold_merged: bool = False,
    recheck: Recheck | None = None,
) -> Claimed:
    """Lease up to `limit` due messages to `worker`, by priority and age, at most one for each chat.

    On the way it settles what need not be sent: refuses what goes to people who cannot be reached, puts off what falls
    into someone's night, drops what a newer notice supersedes. At most `most_broadcasts` are broadcasts: there is room
    for what is urgent; none is looked for below `broadcasts_from` (`first_broadcast`). `hold_merged` leaves merged
    notices alone: more of them are still being written. `recheck` looks at broadcasts once more. While time is
    travelled, pauses do not count.
    """
    seen = await look(unit)
    if seen.paused and not seen.travelling:
        return Claimed((), 0, seen.travelling)
    broadcasts = limit if most_broadcasts is None else min(limit, most_broadcasts)
    heads = await _pick(unit, limit, broadcasts, broadcasts_from, paced=not seen.travelling, hold_merged=hold_merged)
    gone = await recheck(unit, heads) if recheck is not None else ()
    groups = await _with_their_groups(unit, [head for head in heads if head.id not in gone])
    decisions = [decide(rows, unit.now) for rows in groups]
    await _settle(unit, decisions)
    claims = await _lease(unit, worker, [decision.send for decision in decisions if decision.send])
    return Claimed(claims, len(heads), seen.travelling)


async def first_broadcast(unit: Unit) -> int:
    """Return the id below which no broadcast waits: claims need not walk past those that have gone.

    While somebody holds a snapshot open, what was sent since leaves its entries in the index of what waits, a hundred
    thousand in an hour. Below the bound they are passed over without a look at their rows. It is asked for every now
    and then; what comes to wait below it meanwhile waits for the next time.
    """
    return int(await unit.session.scalar(_FIRST_BROADCAST) or 0)


async def look(unit: Unit) -> Fetched:
    """Let claims be made one after another; return whether time is `travelling`, and whether everybody is `paused`."""
    return (await unit.session.execute(_LOCK_AND_LOOK, {"locks": WORKER_LOCKS, "everyone": EVERYONE})).one()


async def _pick(
    unit: Unit, limit: int, broadcasts: int, broadcasts_from: int, *, paced: bool, hold_merged: bool
) -> list[Waiting]:
    """Return the first due row of each chat, locked. Rows without a chat are all returned, to be refused."""
    bound = {
        "now": unit.now,
        "zone": unit.zone.key,
        "debt": DEBT,
        "urgencies": [str(urgency) for urgency in Urgency],
        "from_ids": [broadcasts_from if urgency is Urgency.BROADCAST else 0 for urgency in Urgency],
        "paced": paced,
        "hold_merged": hold_merged,
        "limit": limit,
        "takes_broadcasts": broadcasts > 0,
    }
    heads = _first_of_each_chat(_waiting(await unit.session.execute(_PICK, bound)))
    bulky = [head for head in heads if head.urgency is Urgency.BROADCAST][broadcasts:]
    return [head for head in heads if head not in bulky] if bulky else heads


def _first_of_each_chat(rows: Iterable[Waiting]) -> list[Waiting]:
    taken: dict[int, Waiting] = {}
    without_chat = []
    for row in rows:
        if row.chat_id is None:
            without_chat.append(row)
        else:
            taken.setdefault(row.chat_id, row)
    return [*taken.values(), *without_chat]


async def _with_their_groups(unit: Unit, heads: Sequence[Waiting]) -> list[list[Waiting]]:
    """Return for each head the rows that go out with it: itself, or all due rows of its customer and merge key."""
    wanted = [head.group for head in heads if head.group is not None]
    members: dict[tuple[int, str], list[Waiting]] = {}
    if wanted:
        bound = {
            "now": unit.now,
            "zone": unit.zone.key,
            "debt": DEBT,
            "customers": [customer_id for customer_id, _ in wanted],
            "merge_keys": [merge_key for _, merge_key in wanted],
        }
        for row in _waiting(await unit.session.execute(_PICK_GROUPS, bound)):
            if row.group is not None:
                members.setdefault(row.group, []).append(row)
    return [[head] if head.group is None else members[head.group] for head in heads]


def _waiting(result: Iterable[Fetched]) -> list[Waiting]:
    return [
        Waiting(
            id=row.id,
            customer_id=row.customer_id,
            chat_id=row.chat_id,
            language=row.language,
            zone=row.zone,
            discreet=row.discreet,
            plain=row.plain,
            unreachable=row.unreachable,
            pushed_today=row.pushed_today,
            calls_today=row.calls_today,
            kind=row.kind,
            params=row.params,
            urgency=Urgency(row.urgency),
            about=row.about,
            merge_key=row.merge_key,
            supersedes=row.supersedes,
            attempts=row.attempts,
        )
        for row in result
    ]


async def _settle(unit: Unit, decisions: Sequence[Decision]) -> None:
    """Write down what is not to be sent now."""
    superseded = [row_id for decision in decisions for row_id in decision.superseded]
    refused = [(row_id, decision.refused_because) for decision in decisions for row_id in decision.refused]
    put_off = [
        (row_id, decision.put_off_until, decision.put_off_because)
        for decision in decisions
        for row_id in decision.put_off
    ]
    if superseded:
        await unit.session.execute(_DROP_SUPERSEDED, {"ids": superseded})
    if refused:
        ids, errors = zip(*refused, strict=True)
        await unit.session.execute(_REFUSE, {"ids": ids, "errors": errors})
        await tell_senders(unit, ids)
    if put_off:
        ids, instants, reasons = zip(*put_off, strict=True)
        await unit.session.execute(_PUT_OFF, {"ids": ids, "instants": instants, "reasons": reasons})


async def _lease(unit: Unit, worker: int, messages: Sequence[tuple[Waiting, ...]]) -> tuple[Claim, ...]:
    if not messages:
        return ()
    places = [(row.id, row.chat_id) for rows in messages for row in rows]
    ids, chats = zip(*places, strict=True)
    await unit.session.execute(_LEASE, {"ids": ids, "chats": chats, "worker": worker, "seconds": LEASE_SECONDS})
    ages = await sent_before(unit, sorted({chat for _, chat in places if chat is not None}))
    return tuple(_claim(rows, unit.now, ages) for rows in messages)


async def sent_before(unit: Unit, chats: Sequence[int]) -> dict[int, tuple[float, ...]]:
    """Return for each chat how many seconds ago it was sent to, newest first, as far as pacing must remember."""
    bound = {"chats": chats, "memory": PACE_MEMORY_SECONDS, "rows": PACE_MEMORY_ROWS}
    rows = (await unit.session.execute(_SENT_BEFORE, bound)).all()
    return {
        chat: tuple(row.seconds for row in same)
        for chat, same in groupby(sorted(rows, key=lambda row: (row.chat_id, row.seconds)), key=lambda row: row.chat_id)
    }


def _claim(rows: tuple[Waiting, ...], now: datetime, ages: dict[int, tuple[float, ...]]) -> Claim:
    first = rows[0]
    if first.chat_id is None:
        raise AssertionError("what has no chat is refused")
    kind, params = message_of(rows)
    return Claim(
        ids=tuple(row.id for row in rows),
        customer_id=first.customer_id,
        chat_id=first.chat_id,
        language=first.language,
        discreet=first.discreet,
        plain=first.plain,
        kind=kind,
        params=params,
        urgency=first.urgency,
        attempts=max(row.attempts for row in rows),
        local_day=now.astimezone(ZoneInfo(first.zone)).date(),
        is_night=first.customer_id is None and next_allowed(now, ZoneInfo(first.zone)) > now,
        sent_seconds_ago=ages.get(first.chat_id, ()),
    )
