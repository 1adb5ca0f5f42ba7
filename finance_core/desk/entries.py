"""What waits and has no table of its own: put into the queue, and taken out once it is dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from finance_core.customers.roles import Permission, holders
from finance_core.customers.same_person import accounts_of
from finance_core.desk.models import DeskEntry, EntryState
from finance_core.desk.notices import EntryWaits
from finance_core.desk.queue import Entry, Source
from finance_core.kernel.calendars import banking
from finance_core.kernel.deadlines import deadline
from finance_core.notices import Notice, Urgency, enqueue_many, working_hours
from finance_core.storage.unit import Unit

A_DAY: Final = timedelta(days=1)
QUEUE_READ: Final = 200


async def open_entry(
    unit: Unit,
    kind: str,
    subject: str,
    *,
    permission: Permission,
    key: str,
    customer_id: int | None = None,
    within: timedelta = A_DAY,
) -> DeskEntry:
    """Put something into the operators' queue, and tell who may deal with it. The same key is the same entry.

    Args:
        kind: what it is, `identity`: `desk.entry_<kind>` of the catalogues names it, `ENTRIES` of
            `handlers/desk/queue.py` says which tap opens it.
        subject: what it leads to, `identity:7`; the number goes with the tap.
        permission: who may deal with it.
        customer_id: whose it is. They and their other accounts neither see it nor are told.
        within: until when; a deadline on a holiday moves to the next working day.
    """
    row = insert(DeskEntry).values(
        key=key,
        kind=kind,
        customer_id=customer_id,
        subject=subject,
        permission=permission.value,
        opened_at=unit.now,
        due_at=deadline(unit.now, within, unit.zone, banking()),
        state=EntryState.OPEN,
    )
    is_new = (await unit.session.execute(row.on_conflict_do_nothing().returning(col(DeskEntry.id)))).first()
    entry = (await unit.session.scalars(select(DeskEntry).where(DeskEntry.key == key))).one()
    if is_new is not None:
        await _tell(unit, entry, permission)
    return entry


async def settle_entry(unit: Unit, key: str, *, by: int) -> bool:
    """Take an entry out of the queue: it is dealt with. Say whether it was open. `by` is 0 for the service itself."""
    statement = select(DeskEntry).where(DeskEntry.key == key, DeskEntry.state == EntryState.OPEN)
    entry = await unit.session.scalar(statement.with_for_update())
    if entry is None:
        return False
    entry.state, entry.settled_by, entry.settled_at = EntryState.SETTLED, by, unit.now
    await unit.session.flush()
    return True


async def _tell(unit: Unit, entry: DeskEntry, permission: Permission) -> None:
    own = frozenset() if entry.customer_id is None else await accounts_of(unit, entry.customer_id)
    waits = EntryWaits(entry=entry.id, what=entry.kind, subject=entry.subject)
    await enqueue_many(
        unit,
        [
            Notice(
                content=waits,
                urgency=Urgency.RECEIPT,
                not_before=working_hours(unit.now, unit.zone),
                key=f"{waits.kind}:{entry.id}:{each}",
                customer_id=each,
            )
            for each in await holders(unit, permission)
            if each not in own
        ],
    )


async def _waiting(unit: Unit, operator_id: int, granted: frozenset[Permission]) -> Sequence[Entry]:
    own = await accounts_of(unit, operator_id)
    statement = (
        select(DeskEntry)
        .where(
            DeskEntry.state == EntryState.OPEN,
            col(DeskEntry.permission).in_([each.value for each in granted]),
            col(DeskEntry.customer_id).is_(None) | col(DeskEntry.customer_id).not_in(own),
        )
        .order_by(col(DeskEntry.due_at), col(DeskEntry.id))
        .limit(QUEUE_READ)
    )
    return [
        Entry("entry", each.id, each.kind, each.opened_at, each.due_at, leads_to=each.subject)
        for each in await unit.session.scalars(statement)
    ]


SOURCE: Final = Source("entry", Permission.SEE_DESK, _waiting)
