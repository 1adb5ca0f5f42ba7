"""Somebody wants no more offers: what waits for them is cancelled in the transaction in which they say so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import text

from finance_core.customers.offer_checks import Skip
from finance_core.customers.service import mark_unreachable
from finance_core.notices.fed import cancel_of
from finance_core.offers.running.counting import Move, block_of, move
from finance_core.offers.running.naming import about, key_of
from finance_core.offers.running.states import RecipientState
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

LEAVES_WITHIN: Final = timedelta(hours=1)
"""So soon after a broadcast's message somebody leaves because of it."""

_LEAVE: Final = text(
    """
    INSERT INTO broadcast_leaving (run_id, customer_id, why, at)
    SELECT r.run_id, :customer, :why, :now FROM broadcast_run run
    JOIN broadcast_recipient r ON r.run_id = run.id AND r.customer_id = :customer
    WHERE run.ends_at > :since AND run.state <> 'freezing' AND r.sent_at > :since
    ON CONFLICT (run_id, customer_id) DO NOTHING
    """
)
_WAITING: Final = text(
    """
    SELECT r.run_id, r.state FROM broadcast_run run
    JOIN broadcast_recipient r ON r.run_id = run.id AND r.customer_id = :customer
    WHERE run.ended_at IS NULL AND run.kind = 'offer' AND run.topic = ANY(:topics)
        AND r.state IN ('waiting', 'later', 'fed')
    ORDER BY r.run_id
    """
)


_WAITING_OF: Final = text(
    """
    SELECT r.run_id, r.state FROM broadcast_run run
    JOIN broadcast_recipient r ON r.run_id = run.id AND r.customer_id = :customer
    WHERE run.id = ANY(:runs) AND run.ended_at IS NULL AND run.kind = 'offer'
        AND r.state IN ('waiting', 'later', 'fed')
    ORDER BY r.run_id
    """
)


async def cancel_waiting(unit: Unit, customer_id: int, topics: Collection[str]) -> int:
    """Cancel all offers on `topics` that wait for one person; return how many. It binds from the commit on.

    What is on the wire already is past cancelling. What a worker has claimed, and has not put on the wire, is not sent.
    """
    await _leaves(unit, customer_id, "opt_out")
    waiting = (await unit.session.execute(_WAITING, {"customer": customer_id, "topics": [*map(str, topics)]})).all()
    return await _cancelled(unit, customer_id, waiting)


async def cancel_waiting_of(unit: Unit, customer_id: int, runs: Collection[int]) -> int:
    """Cancel what waits for one person of some broadcasts, whatever they are about; return how many."""
    waiting = (await unit.session.execute(_WAITING_OF, {"customer": customer_id, "runs": [*runs]})).all()
    return await _cancelled(unit, customer_id, waiting)


async def _cancelled(unit: Unit, customer_id: int, waiting: Sequence[Fetched]) -> int:
    cancelled = 0
    for row in waiting:
        key, states = key_of(row.run_id, customer_id), {RecipientState.WAITING, RecipientState.LATER}
        if row.state == RecipientState.FED and await cancel_of(
            unit, about(row.run_id), [key], because=str(Skip.CONSENT)
        ):
            states.add(RecipientState.FED)
        skipped = [Move(customer_id, RecipientState.SKIPPED, str(Skip.CONSENT))]
        cancelled += len(await move(unit, row.run_id, skipped, of=states, block=block_of(customer_id)))
    return cancelled


async def blocked(unit: Unit, customer_id: int) -> None:
    """Somebody has blocked the bot just now: nothing more goes to them, and broadcasts of the last hour know of it."""
    await mark_unreachable(unit, customer_id)
    await _leaves(unit, customer_id, "block")


async def _leaves(unit: Unit, customer_id: int, why: str) -> None:
    bound = {"customer": customer_id, "why": why, "now": unit.now, "since": unit.now - LEAVES_WITHIN}
    await unit.session.execute(_LEAVE, bound)
