"""Who gets a broadcast is written down once, at its start, in an order that is drawn by hash.

One pass over the customers in steps, each a short transaction, so that people are served meanwhile; a step that was
committed is not done again, so freezing that was interrupted goes on where it stood.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import text

from finance_core.customers.offer_checks import OfferCheck, keeping_out
from finance_core.offers.running.counting import WORKERS_BLOCK, counts
from finance_core.offers.running.models import BroadcastRun
from finance_core.offers.running.starting import run_of
from finance_core.offers.running.states import LEFT_OUT, RecipientState, RunState
from finance_core.storage.unit import Unit, Units

STEP_SECONDS: Final = 0.25
"""What a step is meant to take: none is to be longer than a second, on a machine that gets busy meanwhile, too."""
FIRST_STEP: Final = 5_000
LEAST_STEP: Final = 500
MOST_STEP: Final = 100_000
"""How many customer ids a step looks at."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a broadcast is for: a select that gives `customer_id`, with its parameters (which begin with `p_`)."""

    sql: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frozen:
    """How many people were written down, of whom how many are held out, and who fell out before, by reason."""

    people: int
    held: int
    left_out: Mapping[str, int]


_HALF: Final = "CAST(CAST('x' || encode(substr(drawn.digest, {start}, 4), 'hex') AS bit(32)) AS bigint)"
_SHARE: Final = f"(({_HALF.format(start=1)} * 10000 + (({_HALF.format(start=5)} * 10000) >> 32)) >> 32)"
"""b of 0 to 9,999: ⌊h · 10,000 / 2⁶⁴⌋ of the first 8 bytes of the digest, in whole numbers."""
_POSITION: Final = (
    "CAST(CAST('x' || encode(substr(drawn.digest, 9, 8), 'hex') AS bit(64)) AS bigint) & 9223372036854775807"
)
"""From the next 8 bytes: by the first, those of one variant would go before those of the other."""
_GLOBAL_SHARE: Final = _SHARE.replace("drawn.digest", "general.digest")


def _step_sql(run: BroadcastRun, audience: Audience, checks: Sequence[OfferCheck]) -> str:
    kept_out = keeping_out(checks, is_offer=run.kind == "offer", is_credit=run.is_credit)
    held_general = f"{_GLOBAL_SHARE} < :global_holdout" if run.global_holdout else "false"
    return f"""
    WITH asked AS MATERIALIZED (
        SELECT DISTINCT chosen.customer_id FROM ({audience.sql}) AS chosen
        WHERE chosen.customer_id > :after AND chosen.customer_id <= :upto
    ), out AS MATERIALIZED ({kept_out}), placed AS (
        SELECT asked.customer_id, {_POSITION} AS position, {_SHARE} AS share, {held_general} AS is_globally_held
        FROM asked
        CROSS JOIN LATERAL (SELECT sha256(convert_to(:salt || asked.customer_id, 'UTF8')) AS digest) AS drawn
        CROSS JOIN LATERAL (SELECT sha256(convert_to(:global_salt || asked.customer_id, 'UTF8')) AS digest) AS general
        WHERE NOT EXISTS (SELECT FROM out WHERE out.customer_id = asked.customer_id)
    ), written AS (
        INSERT INTO broadcast_recipient (run_id, customer_id, position, variant, state)
        SELECT :run, customer_id, position,
            CASE WHEN is_globally_held OR share < :holdout THEN 0
                 ELSE (share - :holdout) * :variants / (10000 - :holdout) END,
            CASE WHEN is_globally_held OR share < :holdout THEN 'held' ELSE 'waiting' END
        FROM placed
        RETURNING variant, state
    ), counted AS (
        SELECT variant, state, '' AS reason, count(*) AS people FROM written GROUP BY variant, state
        UNION ALL SELECT 0, '{LEFT_OUT}', reason, count(*) FROM out GROUP BY reason
    )
    INSERT INTO broadcast_count (run_id, block, variant, state, reason, people)
    SELECT :run, {WORKERS_BLOCK}, variant, state, reason, people FROM counted
    ON CONFLICT (run_id, block, variant, state, reason) DO UPDATE SET people = broadcast_count.people + excluded.people
    """  # noqa: S608 - put together from code; what a person typed is a parameter


_LAST_CUSTOMER: Final = text("SELECT coalesce(max(id), 0) FROM customer")


async def freeze(units: Units, run_id: int, audience: Audience, checks: Sequence[OfferCheck]) -> Frozen:
    """Write down who gets a broadcast that `begin_run` has begun, and let it go. Frozen before, it stays as it is.

    Args:
        checks: of all lines (`finance_core.lines.OFFER_CHECKS`): whom they keep out is counted, and is no recipient.

    Raises:
        NotFound: `broadcast`.
    """
    step, is_whole = FIRST_STEP, False
    while not is_whole:
        began = time.monotonic()
        async with units.begin() as unit:
            is_whole = await _freeze_step(unit, run_id, audience, checks, step)
        quicker = STEP_SECONDS / max(time.monotonic() - began, 0.001)
        step = max(LEAST_STEP, min(MOST_STEP, round(step * min(quicker, 2))))
    async with units.begin() as unit:
        return await frozen(unit, run_id)


async def _freeze_step(unit: Unit, run_id: int, audience: Audience, checks: Sequence[OfferCheck], step: int) -> bool:
    """Write down the next few; return whether that was all. The run's lock lets two who do it take turns."""
    run = await run_of(unit, run_id, lock=True)
    if run.state != RunState.FREEZING:
        return True
    last = int(await unit.session.scalar(_LAST_CUSTOMER) or 0)
    upto = min(last, run.frozen_to + step)
    bound = {
        "run": run_id,
        "after": run.frozen_to,
        "upto": upto,
        "salt": f"broadcast-{run_id}:",
        "global_salt": f"holdout-{run.starts_at.astimezone(unit.zone).year}:",
        "holdout": run.holdout,
        "variants": run.variants,
        "now": unit.now,
        "on": unit.open_on,
        "topic": run.topic,
        "is_credit": run.is_credit,
        "global_holdout": run.global_holdout,
        **audience.parameters,
    }
    await unit.session.execute(text(_step_sql(run, audience, checks)), bound)
    run.frozen_to = upto
    if upto < last:
        return False
    run.frozen_at = unit.now
    run.state = str(RunState.SENDING if unit.now < run.ends_at else RunState.MISSED)
    run.ended_at = None if unit.now < run.ends_at else unit.now
    return True


async def frozen(unit: Unit, run_id: int) -> Frozen:
    """Return how many were written down. Their number never changes afterwards."""
    found = await counts(unit, run_id)
    people = {key: number for key, number in found.items() if key[1] != LEFT_OUT}
    return Frozen(
        sum(people.values()),
        sum(number for (_, state, _), number in people.items() if state == RecipientState.HELD),
        {reason: number for (_, state, reason), number in found.items() if state == LEFT_OUT},
    )
