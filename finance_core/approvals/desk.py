"""What proposals bring to the desk: what waits for a second person, for who may be that one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text

from finance_core.approvals.actions import Actions
from finance_core.approvals.queries import waiting
from finance_core.customers.roles import Permission
from finance_core.desk.figures import Figure, counted
from finance_core.desk.queue import Entry, Source
from finance_core.storage.unit import Unit

MOST_WAITING: Final = 100


def source_of(actions: Actions) -> Source:
    """Return the source of proposals: those that an operator may decide on, of all that the lines' actions are."""

    async def read(unit: Unit, operator_id: int, granted: frozenset[Permission]) -> Sequence[Entry]:
        found = []
        for each in await waiting(unit, operator_id, MOST_WAITING):
            action = actions.called(each.action)
            if action.checker not in granted or each.maker_id == operator_id:
                continue
            if operator_id not in await action.parties(unit, each.subject, each.params):
                found.append(Entry("proposal", each.id, each.action, each.made_at, each.due_at, leads_to=each.subject))
        return found

    return Source("proposal", Permission.SEE_APPROVALS, read)


FIGURES: Final = (
    Figure(
        "proposals_waiting",
        Permission.SEE_APPROVALS,
        counted(text("SELECT count(*) FROM approval WHERE state = 'open'")),
    ),
)
