"""Who stops a broadcast that is under way, and who lets it go on: each act is on record.

Who proposes broadcasts or approves their kind may stop one at once. Going on after it has paused by itself takes the
same people, who see why it did; what its price paused takes a new approval, and so another broadcast.
"""

from __future__ import annotations

from typing import Final

from sqlmodel import col, select

from finance_core.approvals import audit
from finance_core.customers.roles import Permission, permissions_of, roles_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.offers.planning import boards
from finance_core.offers.planning.broadcasts import PLANNED
from finance_core.offers.planning.models import Broadcast, BroadcastState
from finance_core.offers.running import controls
from finance_core.offers.running.models import BroadcastRun
from finance_core.offers.running.starting import run_of
from finance_core.offers.running.states import Paused, RunState
from finance_core.storage.unit import Unit

HELD: Final = "held"
"""Why a broadcast is a draft again that was approved when everything was stopped."""
STOPPERS: Final = frozenset(
    {
        Permission.PROPOSE_BROADCAST,
        Permission.APPROVE_CREDIT_OFFER,
        Permission.APPROVE_INVESTMENT_OFFER,
        Permission.APPROVE_SERVICE_NOTICE,
    }
)


async def pause(unit: Unit, actor_id: int, broadcast_id: int) -> None:
    """Pause a broadcast. Raises NotAllowed: `no_permission`. NotFound: `broadcast`. Conflict: `broadcast_state`."""
    await _require_stopper(unit, actor_id)
    if await controls.pause(unit, broadcast_id):
        audit.record(unit, actor_id, "pause_broadcast", f"broadcast:{broadcast_id}")
        await boards.changed(unit, broadcast_id)


async def resume(unit: Unit, actor_id: int, broadcast_id: int) -> None:
    """Let a broadcast go on.

    Raises:
        NotAllowed: `no_permission`. NotFound: `broadcast`. Conflict: `broadcast_state`; `offer_price_changed`: its
            price is no longer the one that was approved.
    """
    await _require_stopper(unit, actor_id)
    if (await run_of(unit, broadcast_id)).paused_why == Paused.PRICE:
        raise Conflict(ErrorCode.OFFER_PRICE_CHANGED)
    if await controls.resume(unit, broadcast_id):
        audit.record(unit, actor_id, "resume_broadcast", f"broadcast:{broadcast_id}")
        await boards.changed(unit, broadcast_id)


async def cancel(unit: Unit, actor_id: int, broadcast_id: int) -> None:
    """Cancel a broadcast for good. Raises as `pause`."""
    await _require_stopper(unit, actor_id)
    if await controls.cancel(unit, broadcast_id):
        audit.record(unit, actor_id, "cancel_broadcast", f"broadcast:{broadcast_id}")
        await boards.changed(unit, broadcast_id)


async def hold(unit: Unit, actor_id: int) -> tuple[list[int], list[int]]:
    """Stop everything at once: what is sent pauses, what is approved and has not begun is a draft again.

    Returns the broadcasts that were paused, and those that went back to their writers. Raises NotAllowed:
    `no_permission`.
    """
    await _require_stopper(unit, actor_id)
    sent = select(BroadcastRun.id).where(BroadcastRun.state == str(RunState.SENDING)).order_by(col(BroadcastRun.id))
    paused = list(await unit.session.scalars(sent))
    for broadcast_id in paused:
        await pause(unit, actor_id, broadcast_id)
    planned = select(Broadcast).where(col(Broadcast.state).in_(PLANNED)).order_by(col(Broadcast.id))
    back = list(await unit.session.scalars(planned.with_for_update()))
    for broadcast in back:
        broadcast.state, broadcast.why = BroadcastState.DRAFT, HELD
        broadcast.bound = broadcast.approval_id = None
        audit.record(unit, actor_id, "hold_broadcast", f"broadcast:{broadcast.id}")
    await unit.session.flush()
    return paused, [broadcast.id for broadcast in back]


async def _require_stopper(unit: Unit, actor_id: int) -> None:
    if actor_id != audit.NOBODY and STOPPERS.isdisjoint(permissions_of(await roles_of(unit, actor_id))):
        raise NotAllowed(ErrorCode.NO_PERMISSION, permission=Permission.PROPOSE_BROADCAST.value)
