"""Use cases of broadcasts until they start: drafted, changed, copied, called off; what is planned, and what meets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from itertools import combinations
from typing import Any, Final

from sqlalchemy import delete, text
from sqlmodel import col, select

from finance_core.approvals import Approval, ApprovalState, audit
from finance_core.customers.roles import Permission, require
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound
from finance_core.offers.planning.models import Broadcast, BroadcastMessage, BroadcastState
from finance_core.offers.planning.offers import offer_of
from finance_core.offers.planning.people import Whom
from finance_core.offers.rules.crediting import FEWEST_DAYS, MOST_DAYS
from finance_core.offers.rules.drawing import VARIANTS
from finance_core.offers.rules.estimate import FREE_RATE
from finance_core.offers.running.states import RunState
from finance_core.storage.unit import Unit

SOONEST: Final = timedelta(minutes=1)
USUAL_LENGTH: Final = timedelta(days=2)
LONGEST: Final = timedelta(days=30)
FIRST_HOUR, UNTIL_HOUR = 9, 20
MOST_RATE, MOST_HELD_OUT, MOST_STARS = 1_000, 50, 10_000_000
MEASURES: Final = ("contracts", "taps")
PLANNED: Final = (BroadcastState.APPROVED, BroadcastState.SCHEDULED)


async def draft(unit: Unit, actor_id: int, offer_id: int, key: str) -> Broadcast:
    """Begin a broadcast of an offer: from the next full hour, two days long. The same key answers with the same one.

    Raises:
        NotAllowed: `no_permission`. NotFound: `offer`.
    """
    await require(unit, actor_id, Permission.PROPOSE_BROADCAST)
    known = await unit.session.scalar(select(Broadcast).where(Broadcast.token == key))
    if known is not None:
        return known
    offer = await offer_of(unit, offer_id)
    starts_at = (unit.now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    made = Broadcast(
        token=key,
        offer_id=offer.id,
        starts_at=starts_at,
        ends_at=starts_at + USUAL_LENGTH,
        measure=MEASURES[0] if offer.product else MEASURES[1],
        made_by=actor_id,
        made_at=unit.now,
    )
    unit.session.add(made)
    await unit.session.flush()
    audit.record(unit, actor_id, "draft_broadcast", f"broadcast:{made.id}")
    return made


async def copy(unit: Unit, actor_id: int, broadcast_id: int, key: str) -> Broadcast:
    """Begin a draft like another broadcast, from the next hour on. Raises as `draft`; NotFound: `broadcast`."""
    before = await broadcast_of(unit, broadcast_id)
    made = await draft(unit, actor_id, before.offer_id, key)
    for name in _COPIED:
        setattr(made, name, getattr(before, name))
    made.copied_from = before.id
    await unit.session.flush()
    return made


_COPIED: Final = (
    "audience_id", "first_hour", "until_hour", "rate", "is_paid", "stars_most", "held_out_percent", "measure",
    "window_days",
)  # fmt: skip


async def change(unit: Unit, actor_id: int, broadcast_id: int, **wanted: Any) -> Broadcast:
    """Change what a draft says of itself: any of its columns from `audience_id` to `window_days`.

    What was put up for approval of it is forgotten: it is put up anew.

    Raises:
        NotAllowed: `no_permission`. NotFound: `broadcast`. Conflict: `broadcast_proposed`,
            `broadcast_state`.
        InvalidInput: `broadcast_when`, `broadcast_hours`, `broadcast_rate`, `broadcast_split`, `broadcast_measure`.
    """
    broadcast = await changeable(unit, actor_id, broadcast_id)
    values = {name: wanted.get(name, getattr(broadcast, name)) for name in _CHANGED}
    _require_sound(unit, values)
    for name, value in values.items():
        setattr(broadcast, name, value)
    broadcast.bound = None
    await unit.session.flush()
    await unit.session.execute(delete(BroadcastMessage).where(col(BroadcastMessage.broadcast_id) == broadcast.id))
    audit.record(unit, actor_id, "change_broadcast", f"broadcast:{broadcast.id}", {"what": sorted(wanted)})
    return broadcast


_CHANGED: Final = (*_COPIED, "starts_at", "ends_at")


def _require_sound(unit: Unit, values: dict[str, Any]) -> None:
    starts_at, ends_at = values["starts_at"], values["ends_at"]
    if not starts_at < ends_at <= starts_at + LONGEST or ends_at <= unit.now:
        raise InvalidInput(ErrorCode.BROADCAST_WHEN, days=LONGEST.days)
    if not FIRST_HOUR <= values["first_hour"] < values["until_hour"] <= UNTIL_HOUR:
        raise InvalidInput(ErrorCode.BROADCAST_HOURS, first=FIRST_HOUR, until=UNTIL_HOUR)
    most_rate = MOST_RATE if values["is_paid"] else FREE_RATE
    if not 1 <= values["rate"] <= most_rate or not 0 <= values["stars_most"] <= MOST_STARS * values["is_paid"]:
        raise InvalidInput(ErrorCode.BROADCAST_RATE, most=most_rate)
    if not 0 <= values["held_out_percent"] <= MOST_HELD_OUT:
        raise InvalidInput(ErrorCode.BROADCAST_SPLIT, most=MOST_HELD_OUT)
    if values["measure"] not in MEASURES or not FEWEST_DAYS <= values["window_days"] <= MOST_DAYS:
        raise InvalidInput(ErrorCode.BROADCAST_MEASURE, fewest=FEWEST_DAYS, most=MOST_DAYS)


async def call_off(unit: Unit, actor_id: int, broadcast_id: int) -> Broadcast:
    """Call a broadcast off before it has begun. Called off already, it is answered as it is.

    Raises:
        NotAllowed: `no_permission`. NotFound: `broadcast`. Conflict: `broadcast_state`, `broadcast_proposed`.
    """
    await require(unit, actor_id, Permission.PROPOSE_BROADCAST)
    broadcast = await broadcast_of(unit, broadcast_id, lock=True)
    if broadcast.state == BroadcastState.CANCELLED:
        return broadcast
    if broadcast.state not in (BroadcastState.DRAFT, *PLANNED):
        raise Conflict(ErrorCode.BROADCAST_STATE)
    await _require_not_proposed(unit, broadcast)
    broadcast.state, broadcast.why = BroadcastState.CANCELLED, f"operator:{actor_id}"
    await unit.session.flush()
    audit.record(unit, actor_id, "call_off", f"broadcast:{broadcast.id}")
    return broadcast


# -- reading ----------------------------------------------------------------------------------------------------------


async def broadcast_of(unit: Unit, broadcast_id: int, *, lock: bool = False) -> Broadcast:
    """Return a broadcast. Raises NotFound: `broadcast`."""
    found = await unit.session.get(Broadcast, broadcast_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound(ErrorCode.BROADCAST)
    return found


async def changeable(unit: Unit, actor_id: int, broadcast_id: int) -> Broadcast:
    """Return a draft that somebody may change now, locked. Raises as `change`."""
    await require(unit, actor_id, Permission.PROPOSE_BROADCAST)
    broadcast = await broadcast_of(unit, broadcast_id, lock=True)
    if broadcast.state != BroadcastState.DRAFT:
        raise Conflict(ErrorCode.BROADCAST_STATE)
    await _require_not_proposed(unit, broadcast)
    return broadcast


async def proposal_of(unit: Unit, broadcast: Broadcast) -> Approval | None:
    """Return the proposal that waits for a second person, None where there is none."""
    waiting = select(Approval).where(
        Approval.subject == f"broadcast:{broadcast.id}", col(Approval.state) == ApprovalState.OPEN
    )
    return await unit.session.scalar(waiting)


async def messages_of(unit: Unit, broadcast_id: int) -> Sequence[BroadcastMessage]:
    """Return what was put up for approval, by variant and language."""
    kept = select(BroadcastMessage).where(BroadcastMessage.broadcast_id == broadcast_id)
    ordered = kept.order_by(col(BroadcastMessage.variant), col(BroadcastMessage.language))
    return (await unit.session.scalars(ordered)).all()


async def picture_words_of(unit: Unit, broadcast_id: int, variant: int, language: str) -> str | None:
    """Return what the picture of a broadcast shows, as HTML, for who reads words alone; None: it has none."""
    bound = (await broadcast_of(unit, broadcast_id)).bound or {}
    words = bound.get("picture_words", {}).get(f"{VARIANTS[variant]}.{language}")
    return None if words is None else escape(str(words), quote=False)


async def _require_not_proposed(unit: Unit, broadcast: Broadcast) -> None:
    if await proposal_of(unit, broadcast) is not None:
        raise Conflict(ErrorCode.BROADCAST_PROPOSED)


@dataclass(frozen=True, slots=True)
class Listed:
    """A broadcast as a list shows it. `state` is its run's, where it has one; `proposed` where a proposal waits."""

    id: int
    name: str
    kind: str
    topic: str | None
    state: str
    starts_at: datetime
    ends_at: datetime
    audience_id: int | None


_LISTED: Final = text(
    """
    SELECT broadcast.id, offer.name, offer.kind, offer.topic, broadcast.starts_at, broadcast.ends_at,
        broadcast.audience_id, coalesce(broadcast_run.state,
            CASE WHEN broadcast.state = 'draft' AND EXISTS (SELECT FROM approval
                WHERE approval.subject = 'broadcast:' || broadcast.id AND approval.state = 'open')
            THEN 'proposed' ELSE broadcast.state END) AS state
    FROM broadcast JOIN offer ON offer.id = broadcast.offer_id
        LEFT JOIN broadcast_run ON broadcast_run.id = broadcast.id
    WHERE CAST(:only AS bigint) IS NULL OR broadcast.id = :only
    ORDER BY broadcast.id DESC LIMIT :limit
    """
)
RUN_BEGUN: Final = tuple(str(state) for state in RunState)
OPEN_STATES: Final = ("proposed", "approved", "scheduled", "freezing", "sending", "paused")


async def all_broadcasts(unit: Unit, limit: int = 100) -> list[Listed]:
    """Return broadcasts, newest first."""
    return [Listed(**row._mapping) for row in await unit.session.execute(_LISTED, {"only": None, "limit": limit})]  # noqa: SLF001


async def listed(unit: Unit, broadcast_id: int) -> Listed:
    """Return one broadcast as a list shows it. Raises NotFound: `broadcast`."""
    row = (await unit.session.execute(_LISTED, {"only": broadcast_id, "limit": 1})).one_or_none()
    if row is None:
        raise NotFound(ErrorCode.BROADCAST)
    return Listed(**row._mapping)  # noqa: SLF001


# -- the calendar -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two broadcasts that are planned for the same time, and how many people are in the audience of both."""

    first: int
    second: int
    people: int


async def calendar(unit: Unit, whom: Whom) -> tuple[list[Listed], list[Overlap]]:
    """Return what is planned or under way, by its start, and where audiences of one time overlap."""
    planned = [each for each in await all_broadcasts(unit) if each.state in OPEN_STATES]
    planned.sort(key=lambda each: (each.starts_at, each.id))
    pairs = [pair for pair in combinations(planned, 2) if _meet(*pair)]
    overlaps = [Overlap(one.id, two.id, await _in_both(unit, whom, one, two)) for one, two in pairs]
    return planned, [each for each in overlaps if each.people]


def _meet(first: Listed, second: Listed) -> bool:
    return second.starts_at < first.ends_at and first.starts_at < second.ends_at


async def _in_both(unit: Unit, whom: Whom, first: Listed, second: Listed) -> int:
    if first.audience_id is None or second.audience_id is None:
        return 0
    one = await whom(unit, first.audience_id)
    other = (await whom(unit, second.audience_id)).renamed("other_")
    statement = text(f"SELECT count(*) FROM ({one.sql} INTERSECT {other.sql}) AS shared")  # noqa: S608 - compiled
    return int(await unit.session.scalar(statement, {**one.parameters, **other.parameters}) or 0)
