"""What cards hold on people: what they were offered and confirmed. What was done by one stands in the ledger."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Personal, Why, rows_of

PERSONAL: Final = Personal(
    held=(
        Held(
            "intent",
            Why.MESSAGES,
            Kept.GONE,
            rows_of("intent", "action, state, created_at, settled_at"),
            erase=("DELETE FROM intent WHERE customer_id = ANY(:customers)",),
        ),
    )
)
