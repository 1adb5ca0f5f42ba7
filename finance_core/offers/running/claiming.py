"""Each person is checked once more when delivery claims their message: what was true when it was fed may be no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import col, select

from finance_core.customers.offer_checks import OfferCheck, Skip
from finance_core.notices import fed
from finance_core.notices.policy import Waiting
from finance_core.offers.running.checking import held_up
from finance_core.offers.running.counting import Move, move
from finance_core.offers.running.models import BroadcastRun
from finance_core.offers.running.naming import KINDS, about, key_of, run_named
from finance_core.offers.running.states import RecipientState, RunState
from finance_core.storage.unit import Unit

CLAIMS_BLOCK: Final = 16
"""Claims are made one after another, so they count in a block of their own and wait for no run's lock."""


async def recheck(unit: Unit, rows: Sequence[Waiting], checks: Sequence[OfferCheck]) -> Collection[int]:
    """Take back those of the claimed rows that are broadcasts which may not go now; return the ids of these rows."""
    of_run: dict[int, list[Waiting]] = defaultdict(list)
    for row in rows:
        run_id = run_named(row.about)
        if run_id is not None and row.kind in KINDS:
            of_run[run_id].append(row)
    gone: list[int] = []
    for run_id in sorted(of_run):
        gone += await _recheck(unit, run_id, of_run[run_id], checks)
    return gone


async def _recheck(unit: Unit, run_id: int, rows: Sequence[Waiting], checks: Sequence[OfferCheck]) -> list[int]:
    people = {row.customer_id: row for row in rows if row.customer_id is not None}
    moves = await _moves(unit, run_id, sorted(people), checks)
    if not moves:
        return []
    await fed.take_back(unit, about(run_id), [key_of(run_id, each) for each in moves])
    await move(unit, run_id, list(moves.values()), of=(RecipientState.FED,), block=CLAIMS_BLOCK)
    return [people[each].id for each in moves]


async def _moves(unit: Unit, run_id: int, customers: Sequence[int], checks: Sequence[OfferCheck]) -> dict[int, Move]:
    statement = select(BroadcastRun, func.database_home()).where(col(BroadcastRun.id) == run_id)
    found: Any = (await unit.session.execute(statement.execution_options(populate_existing=True))).one_or_none()
    if found is None or found[0].ended_at is not None or unit.now >= found[0].ends_at:
        return {each: Move(each, RecipientState.SKIPPED, str(Skip.ENDED)) for each in customers}
    run, home = found
    if run.state != RunState.SENDING or run.home != home:
        return {each: Move(each, RecipientState.LATER, wait_until=unit.now) for each in customers}
    return await held_up(unit, run, checks, customers, claimed=True)
