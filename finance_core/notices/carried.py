"""Receipts that a card carries: the message in which somebody confirms an act is edited into its receipt.

The receipt's row is written with the posting all the same, and waits: it is cancelled once the card's edit is recorded
as done, and goes out by itself after `CARD_SECONDS` where that never comes (the process died, Telegram refused).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from finance_core.kernel.json import JsonObject
from finance_core.storage.unit import Unit

CARD_SECONDS: Final = 10
"""How long a receipt waits for its card (machine time)."""
ON_THE_CARD: Final = "on_the_card"
"""Why its row is cancelled: the card has it."""

_WRITTEN: Final = "receipts written"
_HOLD = text(
    """
    UPDATE outbox SET retry_at = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id = ANY(:ids) AND state = 'pending'
    """
)
_CARRIED = text(
    """
    WITH cancelled AS (
        UPDATE outbox SET state = 'cancelled', error = :because, chat_id = :chat, message_id = :message,
                          finished_at = clock_timestamp(), lease_until = NULL
        WHERE id = ANY(:ids) AND state = 'pending'
        RETURNING id)
    SELECT NOT EXISTS (
        SELECT FROM outbox WHERE id = ANY(:ids) AND id NOT IN (SELECT id FROM cancelled)
            AND error IS DISTINCT FROM :because)
    """
)


@dataclass(frozen=True, slots=True)
class Written:
    """A receipt that a unit has put into the outbox: its row, whose it is, what it says."""

    id: int
    customer_id: int
    kind: str
    params: JsonObject

    @property
    def reference(self) -> str | None:
        """The reference that it names."""
        named = self.params.get("reference")
        return named if isinstance(named, str) else None


def note(unit: Unit, receipts: Sequence[Written]) -> None:
    """Remember what was put into the outbox, until the unit ends."""
    unit.session.info.setdefault(_WRITTEN, []).extend(receipts)


def written(unit: Unit) -> tuple[Written, ...]:
    """Return the receipts that the unit has put into the outbox so far."""
    return tuple(unit.session.info.get(_WRITTEN, ()))


async def hold(unit: Unit, ids: Sequence[int]) -> None:
    """Let receipts wait for their card, in the unit that wrote them."""
    await unit.session.execute(_HOLD, {"ids": list(ids), "seconds": CARD_SECONDS})


async def carried(unit: Unit, ids: Sequence[int], chat_id: int, message_id: int | None) -> bool:
    """Record that a card shows these receipts: they are not sent.

    Returns False where one of them was on its way already: then both are in the chat.
    """
    bound = {"ids": list(ids), "because": ON_THE_CARD, "chat": chat_id, "message": message_id}
    return bool(await unit.session.scalar(_CARRIED, bound))
