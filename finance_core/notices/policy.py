"""What becomes of notices that are due: sent now, put off, dropped for a newer one, refused. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from finance_core.kernel.json import JsonObject
from finance_core.notices.contact_rules import DEBT, Contacts, WhyNot, push_from
from finance_core.notices.quiet_hours import next_allowed, next_morning
from finance_core.notices.urgency import Urgency

AT_ANY_HOUR: Final = "broadcast.safety"
"""The kind of what is told to many at once about their safety, at any hour."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A due row of the outbox with what its person's row says. `pushed_today`: its merge key went out already."""

    id: int
    customer_id: int | None
    chat_id: int | None
    """None when the customer is gone."""
    language: str
    zone: str
    discreet: bool
    plain: bool
    unreachable: bool
    pushed_today: bool
    calls_today: int
    """How often somebody has called them about a debt today; counted for pushes about debts only."""
    kind: str
    params: JsonObject
    urgency: Urgency
    about: str | None
    merge_key: str | None
    supersedes: bool
    attempts: int

    @property
    def group(self) -> tuple[int, str] | None:
        """The customer and merge key under which it goes out with others, None when it goes alone."""
        if self.customer_id is None or self.merge_key is None:
            return None
        return self.customer_id, self.merge_key


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one message's rows. Only one of `send`, `refused_because`, `put_off_until` is set."""

    send: tuple[Waiting, ...] = ()
    superseded: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()
    refused_because: str | None = None
    put_off: tuple[int, ...] = ()
    put_off_until: datetime | None = None
    put_off_because: WhyNot | None = None


def decide(rows: Sequence[Waiting], now: datetime) -> Decision:
    """Return what becomes of `rows`, which go out as one message: one row, or all due rows of one merge key.

    `now` is the business instant. Refused when nobody can be reached; put off in the person's night, and to the next
    morning when this merge key was pushed today; of rows that are superseded only the newest stays.
    """
    first = rows[0]
    ids = tuple(row.id for row in rows)
    because = _refusal(first)
    if because is not None:
        return Decision(refused=ids, refused_because=because)
    superseded = superseded_by_newer(rows)
    kept = tuple(row for row in rows if row.id not in superseded)
    until, because = _earliest(first, now)
    if until > now:
        waiting = tuple(row.id for row in kept)
        return Decision(superseded=superseded, put_off=waiting, put_off_until=until, put_off_because=because)
    return Decision(send=kept, superseded=superseded)


def superseded_by_newer(rows: Sequence[Waiting]) -> tuple[int, ...]:
    """Return the ids of rows for which a later row about the same thing says that it supersedes them."""
    newest = {row.about: row.id for row in sorted(rows, key=lambda row: row.id) if row.supersedes}
    return tuple(row.id for row in rows if row.about is not None and row.id < newest.get(row.about, 0))


class Written(Protocol):
    """What a row of the outbox says."""

    @property
    def kind(self) -> str: ...
    @property
    def params(self) -> JsonObject: ...
    @property
    def merge_key(self) -> str | None: ...


def message_of(rows: Sequence[Written]) -> tuple[str, JsonObject]:
    """Return kind and params of the message that `rows` make: a row's own, or its merge key's with `items`."""
    first = rows[0]
    if len(rows) == 1 or first.merge_key is None:
        return first.kind, first.params
    return first.merge_key, {"items": [{"kind": row.kind, "params": row.params} for row in rows]}


def _refusal(row: Waiting) -> str | None:
    if row.chat_id is None:
        return "no_such_customer"
    return "unreachable" if row.unreachable else None


def _earliest(row: Waiting, now: datetime) -> tuple[datetime, WhyNot | None]:
    """Return from when on a row may go, and why not at once."""
    zone = ZoneInfo(row.zone)
    if row.merge_key == DEBT:
        return push_from(now, zone, Contacts(int(row.pushed_today), row.calls_today))
    if row.pushed_today:
        return next_morning(now, zone), WhyNot.FREQUENCY
    is_quiet = row.urgency.keeps_quiet_hours and row.kind != AT_ANY_HOUR
    allowed = next_allowed(now, zone) if is_quiet else now
    return allowed, WhyNot.QUIET_HOURS if allowed > now else None
