"""Who stops a broadcast that is under way, and who lets it go on: each act is on record.

Who proposes broadcasts or approves their kind may stop one at once. Going on after it has paused by itself takes the
same people, who see why it did; what its price paused takes a new approval, and so another broadcast.
"""

from __future__ import annotations

from finance_core.approvals import audit
from finance_core.customers.roles import Permission, permissions_of, roles_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.offers.running import controls
from finance_core.offers.running.starting import run_of
from finance_core.offers.running.states import Paused
from finance_core.storage.unit import Unit

STOPPERS = frozenset(
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


async def cancel(unit: Unit, actor_id: int, broadcast_id: int) -> None:
    """Cancel a broadcast for good. Raises as `pause`."""
    await _require_stopper(unit, actor_id)
    if await controls.cancel(unit, broadcast_id):
        audit.record(unit, actor_id, "cancel_broadcast", f"broadcast:{broadcast_id}")


async def _require_stopper(unit: Unit, actor_id: int) -> None:
    if actor_id != audit.NOBODY and STOPPERS.isdisjoint(permissions_of(await roles_of(unit, actor_id))):
        raise NotAllowed(ErrorCode.NO_PERMISSION, permission=Permission.PROPOSE_BROADCAST.value)
