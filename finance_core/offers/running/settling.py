"""What delivery has made of a run's messages, taken over from the outbox into its recipients' rows, and counted.

Only what is on its way or unknown is looked at: some hundred rows, however many people a broadcast has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text

from finance_core.customers.offer_checks import Skip
from finance_core.notices.outcomes import settled_by_tap
from finance_core.offers.running.counting import Move, block_of, move
from finance_core.offers.running.models import BroadcastRun
from finance_core.offers.running.naming import key_of
from finance_core.offers.running.states import RecipientState, Refusal
from finance_core.offers.running.watching import letter, remembered
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

FORBIDDEN: Final = "Forbidden"
"""How Telegram's answer begins that a chat takes no messages: an old block, found now."""
UNREACHABLE: Final = "unreachable"
"""Why the outbox refuses what waits for somebody of whom a block is known."""
NO_SUCH_CUSTOMER: Final = "no_such_customer"

_UNSETTLED: Final = text(
    """
    SELECT r.customer_id, r.state AS before, o.state, o.error, o.wired_at
    FROM broadcast_recipient r LEFT JOIN outbox o ON o.key = :prefix || r.customer_id
    WHERE r.run_id = :run AND r.state IN ('fed', 'unknown')
    ORDER BY o.finished_at, r.customer_id
    """
)


async def settle(unit: Unit, run: BroadcastRun) -> int:
    """Write down what became of the messages of a run, which is locked; return how many changed."""
    bound = {"run": run.id, "prefix": key_of(run.id, 0).removesuffix("0")}
    rows = (await unit.session.execute(_UNSETTLED, bound)).all()
    moves = [each for row in rows if (each := _move(row)) is not None and each.state != row.before]
    moved = await move(unit, run.id, moves, of=(RecipientState.FED, RecipientState.UNKNOWN))
    told = [each for each in moves if each.customer_id in moved and each.state in _TRIED]
    run.recent = remembered(run.recent, (letter(each.state, each.reason) for each in told))
    return len(moved)


_TRIED: Final = (RecipientState.SENT, RecipientState.REFUSED, RecipientState.UNKNOWN)


def _move(row: Fetched) -> Move | None:
    """Return what a recipient's row becomes by its row of the outbox; one that is gone was its person's, who is too."""
    match row.state:
        case "pending" | "sending":
            return Move(row.customer_id, RecipientState.FED)
        case "sent" | "unknown":
            return Move(row.customer_id, RecipientState(row.state), sent_at=row.wired_at)
        case "refused":
            return _refused(row)
        case "cancelled":
            known = row.error in set(Skip)  # all offers of somebody may be cancelled at once, in other words
            return Move(row.customer_id, RecipientState.SKIPPED, row.error if known else str(Skip.CONSENT))
    return Move(row.customer_id, RecipientState.SKIPPED, str(Skip.GONE)) if row.before == RecipientState.FED else None


def _refused(row: Fetched) -> Move:
    skipped = {UNREACHABLE: Skip.UNREACHABLE, NO_SUCH_CUSTOMER: Skip.GONE}.get(row.error)
    if skipped is not None:
        return Move(row.customer_id, RecipientState.SKIPPED, str(skipped))
    blocked = str(row.error).startswith(FORBIDDEN)
    return Move(row.customer_id, RecipientState.REFUSED, str(Refusal.BLOCKED if blocked else Refusal.CONTENT))


async def settle_by_tap(unit: Unit, run_id: int, customer_id: int, message_id: int) -> bool:
    """Somebody has tapped a button of a broadcast's message: it came. Return whether that was unknown.

    Args:
        message_id: the tapped message's.
    """
    wired_at = await settled_by_tap(unit, key_of(run_id, customer_id), message_id)
    if wired_at is None:
        return False
    moved = [Move(customer_id, RecipientState.SENT, sent_at=wired_at)]
    of: Sequence[RecipientState] = (RecipientState.UNKNOWN, RecipientState.FED)
    return bool(await move(unit, run_id, moved, of=of, block=block_of(customer_id)))
