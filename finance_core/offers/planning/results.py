"""What came of a broadcast: who did what is measured, by intention to treat, and one verdict when the window is over.

Everybody who was assigned counts, whether or not it arrived: who can be reached is not the same in each arm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from finance_core import catalogue
from finance_core.offers.planning.broadcasts import broadcast_of
from finance_core.offers.planning.models import Broadcast
from finance_core.offers.planning.offers import offer_of
from finance_core.offers.rules.drawing import shares
from finance_core.offers.rules.verdict import Arm, Comparison, Split, all_pairs, compared, split
from finance_core.offers.running.progress import states_by_variant
from finance_core.offers.running.starting import run_of
from finance_core.offers.running.states import OVER, RecipientState, RunState
from finance_core.storage.unit import Unit

HELD_OUT: Final = -1
"""The arm of those who were held out."""

_CONTRACTS: Final[Mapping[str, str]] = {
    "loans": "SELECT customer_id, signed_at AS at FROM loan WHERE product = :product AND state <> 'void'",
    "deposits": "SELECT customer_id, opened_at AS at FROM deposit WHERE product = :product",
    "wealth": "SELECT customer_id, ordered_at AS at FROM fund_order WHERE kind = 'subscription'",
    "funds": "SELECT nav_order.customer_id, nav_order.ordered_at AS at FROM nav_order"
    " JOIN nav_fund ON nav_fund.id = nav_order.fund_id"
    " WHERE nav_fund.code = :product AND nav_order.kind = 'subscription'",
}
"""Contracts by the product's line in the catalogue. What was given back in its cooling-off days is void, and gone."""
_TAPS: Final = "SELECT customer_id, at FROM offer_tap WHERE broadcast_id = :run"
_DID: Final = """
    SELECT CASE WHEN r.state = 'held' THEN -1 ELSE r.variant END AS arm, count(DISTINCT r.customer_id) AS people
    FROM ({acts}) act JOIN broadcast_recipient r ON r.run_id = :run AND r.customer_id = act.customer_id
    WHERE act.at >= :first AND act.at <= :last GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Result:
    """The arms of a broadcast: each text by its number, and `HELD_OUT`."""

    arms: Mapping[int, Arm]
    split: Split
    ends_at: datetime | None
    """When the window is over; None: it is not known yet."""
    is_final: bool
    texts: tuple[tuple[int, int, Comparison], ...]
    """Each pair of texts, once it is final and the split is in order."""
    held_out: Comparison | None
    """All texts together beside those held out."""


async def result_of(unit: Unit, broadcast_id: int) -> Result:
    """Return what came of a broadcast so far; a verdict only when its window is over. Raises NotFound: `broadcast`."""
    broadcast, run = await broadcast_of(unit, broadcast_id), await run_of(unit, broadcast_id)
    over = run.ended_at if RunState(run.state) in OVER else None
    ends_at = None if over is None else over + timedelta(days=broadcast.window_days)
    assigned = await _assigned(unit, broadcast_id)
    did = await _did(unit, broadcast, ends_at)
    arms = {arm: Arm(people, did[arm]) for arm, people in sorted(assigned.items())}
    drawn = shares(broadcast.held_out_percent, run.variants)
    order = (HELD_OUT, *range(run.variants))
    found = split([assigned[arm] for arm in order], drawn)
    is_final = ends_at is not None and unit.now >= ends_at
    may_say = is_final and not found.is_off
    texts = [arms.get(arm, Arm(0, 0)) for arm in range(run.variants)]
    held = arms.get(HELD_OUT)
    return Result(
        arms=arms,
        split=found,
        ends_at=ends_at,
        is_final=is_final,
        texts=tuple(all_pairs(texts)) if may_say else (),
        held_out=compared(held, _together(texts)) if may_say and held is not None else None,
    )


def _together(arms: list[Arm]) -> Arm:
    return Arm(sum(arm.assigned for arm in arms), sum(arm.did for arm in arms))


async def _assigned(unit: Unit, broadcast_id: int) -> Counter[int]:
    assigned: Counter[int] = Counter()
    for (variant, state, _), people in (await states_by_variant(unit, broadcast_id)).items():
        assigned[HELD_OUT if state == RecipientState.HELD else variant] += people
    return assigned


async def _did(unit: Unit, broadcast: Broadcast, ends_at: datetime | None) -> Counter[int]:
    """Return how many of each arm did what is measured; none where the product's contracts are not measured."""
    offer = await offer_of(unit, broadcast.offer_id)
    acts = _TAPS
    if broadcast.measure == "contracts" and offer.product is not None:
        acts = _CONTRACTS[(await catalogue.product(unit, offer.product)).line]
    last = unit.now if ends_at is None else min(ends_at, unit.now)
    bound = {"run": broadcast.id, "first": broadcast.starts_at, "last": last}
    if ":product" in acts:
        bound["product"] = offer.product
    rows = await unit.session.execute(text(_DID.format(acts=acts)), bound)
    return Counter({row.arm: row.people for row in rows})
