"""What hangs on a place and ends when somebody else has it, or nobody: bids, requests to swap, who stands for it."""

from __future__ import annotations

from sqlmodel import col, or_, select

from finance_core.circles.book.models import CircleRound
from finance_core.circles.decision_models import CircleGuarantor, CircleSwap, SwapState
from finance_core.circles.draw_models import CircleBid
from finance_core.circles.models import Circle
from finance_core.storage.unit import Unit


async def release(unit: Unit, circle: Circle, place: int) -> None:
    """Let sealed bids that stand, requests to swap that are open and guarantors of a place be over."""
    bids = select(CircleBid).where(
        CircleBid.circle_id == circle.id,
        CircleBid.place == place,
        col(CircleBid.over_at).is_(None),
        col(CircleBid.amount).is_(None),
    )
    for bid in await unit.session.scalars(bids):
        due = await unit.session.get(CircleRound, (circle.id, bid.round))
        if due is not None and due.drawn_at is None:
            bid.over_at = unit.now
    await lapse_swaps(unit, circle, [place])
    guarantors = select(CircleGuarantor).where(
        CircleGuarantor.circle_id == circle.id,
        CircleGuarantor.place == place,
        col(CircleGuarantor.freed_at).is_(None),
    )
    for guarantor in await unit.session.scalars(guarantors):
        guarantor.freed_at = unit.now
    await unit.session.flush()


async def lapse_swaps(unit: Unit, circle: Circle, places: list[int], besides: int | None = None) -> None:
    """Let open requests to swap that name one of some places lapse, but for one of them, by its id."""
    swaps = select(CircleSwap).where(
        CircleSwap.circle_id == circle.id,
        CircleSwap.state == SwapState.ASKED,
        or_(col(CircleSwap.place).in_(places), col(CircleSwap.other_place).in_(places)),
    )
    for swap in await unit.session.scalars(swaps):
        if swap.id != besides:
            swap.state, swap.answered_at = SwapState.LAPSED, unit.now
    await unit.session.flush()
