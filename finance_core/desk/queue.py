"""One queue of all that waits: what an operator may deal with, each entry with owner, age and deadline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from finance_core.approvals import audit
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, permissions_of, require, roles_of
from finance_core.customers.service import name_associated_data
from finance_core.desk import absence
from finance_core.desk.models import DeskOwner
from finance_core.desk.notices import EntryGiven
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, NotFound
from finance_core.notices import Urgency, enqueue, sealed, working_hours
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that waits. `what` is its kind in its source's words: a case's topic, an action, a product."""

    source: str
    number: int
    what: str
    opened_at: datetime
    due_at: datetime | None
    """None where nothing says until when."""
    owner_id: int | None = None
    stands_in_for: int | None = None
    """Whose it is, where the owner is away and the reader looks after it."""
    is_first: bool = False
    """Whether it comes before all others: somebody is not well."""
    leads_to: str = ""

    @property
    def name(self) -> str:
        """What it is called where owners are kept: `proposal:5`."""
        return f"{self.source}:{self.number}"

    def is_overdue(self, now: datetime) -> bool:
        """Say whether its deadline has passed."""
        return self.due_at is not None and self.due_at <= now

    def age(self, now: datetime) -> timedelta:
        """Return how long it has waited."""
        return now - self.opened_at


@dataclass(frozen=True, slots=True)
class Source:
    """Where entries come from: a line's table. `read` gives what an operator may deal with, own dealings left out."""

    name: str
    permission: Permission
    read: Callable[[Unit, int, frozenset[Permission]], Awaitable[Sequence[Entry]]]
    """Takes the unit, the operator and what their roles grant."""
    give: Callable[[Unit, int, int, int], Awaitable[None]] | None = None
    """Gives an entry to a colleague where its own table has the owner: takes unit, number, giver, colleague. None: the
    owner stands in `desk_owner`."""


Sources = Mapping[str, Source]


async def queue(unit: Unit, operator_id: int, sources: Iterable[Source]) -> list[Entry]:
    """Return what waits for an operator: who is not well first, then by deadline, then by age.

    What belongs to somebody who is away stands there for who looks after it.

    Raises:
        NotAllowed: `no_permission`.
    """
    await require(unit, operator_id, Permission.SEE_DESK)
    granted = permissions_of(await roles_of(unit, operator_id))
    found: list[Entry] = []
    for source in sources:
        if source.permission in granted:
            found += await source.read(unit, operator_id, granted)
    owned = await _with_owners(unit, found)
    away = await absence.stands_in_for(unit, operator_id)
    entries = [replace(each, stands_in_for=each.owner_id) if each.owner_id in away else each for each in owned]
    return sorted(entries, key=_place)


def _place(entry: Entry) -> tuple[bool, bool, float, float]:
    due = entry.due_at.timestamp() if entry.due_at is not None else 0.0
    return not entry.is_first, entry.due_at is None, due, entry.opened_at.timestamp()


async def _with_owners(unit: Unit, entries: Sequence[Entry]) -> list[Entry]:
    unowned = [each.name for each in entries if each.owner_id is None]
    if not unowned:
        return list(entries)
    rows = await unit.session.scalars(select(DeskOwner).where(col(DeskOwner.entry).in_(unowned)))
    owners = {row.entry: row.owner_id for row in rows}
    return [replace(each, owner_id=each.owner_id or owners.get(each.name)) for each in entries]


async def entry_for(unit: Unit, operator_id: int, sources: Sources, source: str, number: int) -> Entry:
    """Return an entry of an operator's queue. Raises NotAllowed: `no_permission`. NotFound: `desk_entry`."""
    wanted = [sources[source]] if source in sources else []
    found = [each for each in await queue(unit, operator_id, wanted) if each.number == number]
    if not found:
        raise NotFound(ErrorCode.DESK_ENTRY)
    return found[0]


async def give(unit: Unit, sources: Sources, entry: Entry, giver_id: int, colleague_id: int) -> None:
    """Make an entry a colleague's, or one's own; the new owner is told where another gave it. It is on record.

    Raises:
        NotAllowed: `colleague_cannot`: it is nothing that their roles let them deal with, or it is their own dealing.
    """
    try:
        await entry_for(unit, colleague_id, sources, entry.source, entry.number)
    except (NotAllowed, NotFound):
        raise NotAllowed(ErrorCode.COLLEAGUE_CANNOT) from None
    own = sources[entry.source].give
    if own is not None:
        await own(unit, entry.number, giver_id, colleague_id)
    else:
        await _own(unit, entry, colleague_id)
    audit.record(unit, giver_id, "give_entry", entry.name, {"to": colleague_id})
    if colleague_id != giver_id:
        await _tell(unit, entry, giver_id, colleague_id)


async def _own(unit: Unit, entry: Entry, owner_id: int) -> None:
    row = insert(DeskOwner).values(entry=entry.name, owner_id=owner_id, since=unit.now)
    changed = {"owner_id": row.excluded.owner_id, "since": row.excluded.since}
    await unit.session.execute(row.on_conflict_do_update(index_elements=["entry"], set_=changed))


async def _tell(unit: Unit, entry: Entry, giver_id: int, colleague_id: int) -> None:
    giver = await by_id(unit, giver_id)
    given = EntryGiven(
        source=entry.source, number=entry.number, name=sealed(giver.name_sealed, name_associated_data(giver.id))
    )
    await enqueue(
        unit,
        given,
        urgency=Urgency.RECEIPT,
        not_before=working_hours(unit.now, unit.zone),
        key=f"{given.kind}:{entry.name}:{colleague_id}:{unit.now.isoformat()}",
        customer_id=colleague_id,
    )


async def colleagues(unit: Unit, operator_id: int, sources: Sources, entry: Entry, others: Iterable[int]) -> list[int]:
    """Return who of `others` may deal with an entry."""
    found = []
    for each in others:
        if each != operator_id:
            wanted = await queue(unit, each, [sources[entry.source]])
            if any(entry.number == theirs.number for theirs in wanted):
                found.append(each)
    return found
