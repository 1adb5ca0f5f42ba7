"""Moving recipients from one state to another, and counting them in the same statement: the counts are always right.

What was frozen is counted once; a move takes one from a count and adds one to another, so the sum never changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text

from finance_core.offers.running.states import RecipientState
from finance_core.storage.unit import Unit

WORKERS_BLOCK: Final = 0
"""The block in which freezing, feeding and settling count: the run's lock lets them do it one after the other."""
_PEOPLES_BLOCKS: Final = 15
"""In how many blocks people's own acts are counted, so that they wait for nobody."""


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of a recipient. `wait_until` is for `RecipientState.LATER` alone."""

    customer_id: int
    state: RecipientState
    reason: str | None = None
    wait_until: datetime | None = None
    sent_at: datetime | None = None


_MOVE: Final = text(
    """
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:customers AS bigint[]), CAST(:states AS varchar[]), CAST(:reasons AS varchar[]),
                             CAST(:waits AS timestamptz[]), CAST(:sent AS timestamptz[]))
            AS w(customer_id, state, reason, wait_until, sent_at)
    ), before AS (
        SELECT r.customer_id, r.variant, r.state, coalesce(r.reason, '') AS reason
        FROM broadcast_recipient r JOIN wanted ON wanted.customer_id = r.customer_id
        WHERE r.run_id = :run AND r.state = ANY(:from_states)
        ORDER BY r.customer_id FOR UPDATE OF r
    ), moved AS (
        UPDATE broadcast_recipient r
        SET state = wanted.state, reason = wanted.reason, wait_until = wanted.wait_until,
            sent_at = coalesce(wanted.sent_at, r.sent_at)
        FROM wanted, before
        WHERE r.run_id = :run AND r.customer_id = wanted.customer_id AND before.customer_id = r.customer_id
        RETURNING r.customer_id, r.variant, r.state, coalesce(r.reason, '') AS reason
    ), counted AS (
        INSERT INTO broadcast_count (run_id, block, variant, state, reason, people)
        SELECT :run, :block, variant, state, reason, sum(people) FROM (
            SELECT variant, state, reason, -1 AS people FROM before
            UNION ALL SELECT variant, state, reason, 1 FROM moved) AS delta
        GROUP BY variant, state, reason HAVING sum(people) <> 0
        ORDER BY variant, state, reason
        ON CONFLICT (run_id, block, variant, state, reason)
        DO UPDATE SET people = broadcast_count.people + excluded.people
    )
    SELECT customer_id FROM moved
    """
)
_COUNTS: Final = text(
    """
    SELECT variant, state, reason, sum(people)::integer AS people FROM broadcast_count
    WHERE run_id = :run GROUP BY variant, state, reason
    """
)


def block_of(customer_id: int) -> int:
    """Return the block in which what a person does themselves is counted."""
    return 1 + customer_id % _PEOPLES_BLOCKS


async def move(
    unit: Unit, run_id: int, moves: Sequence[Move], *, of: Collection[RecipientState], block: int = WORKERS_BLOCK
) -> set[int]:
    """Move recipients who are in one of the states `of`; return who was: others were moved by somebody else before."""
    if not moves:
        return set()
    bound = {
        "run": run_id,
        "block": block,
        "from_states": [str(each) for each in of],
        "customers": [each.customer_id for each in moves],
        "states": [str(each.state) for each in moves],
        "reasons": [each.reason for each in moves],
        "waits": [each.wait_until for each in moves],
        "sent": [each.sent_at for each in moves],
    }
    return set(await unit.session.scalars(_MOVE, bound))


async def counts(unit: Unit, run_id: int) -> Mapping[tuple[int, str, str], int]:
    """Return how many recipients there are by variant, state and reason ("" for none)."""
    rows = (await unit.session.execute(_COUNTS, {"run": run_id})).all()
    return {(row.variant, row.state, row.reason): row.people for row in rows if row.people}
