"""What the desk holds on people: what of theirs waited for an operator. Its owners and who was away are operators."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Need, Personal, Why, rows_of

_OPERATORS: Final = "which operator looks after what, by number"

PERSONAL: Final = Personal(
    held=(
        Held("desk_entry", Why.SECURITY, Kept.TEN_YEARS, rows_of("desk_entry", "kind, opened_at, state, settled_at")),
        Held("desk_owner", Why.SECURITY, Kept.TEN_YEARS, hidden=_OPERATORS),
        Held("absence", Why.SECURITY, Kept.TEN_YEARS, hidden=_OPERATORS),
    ),
    needs=(
        Need(
            "desk",
            "SELECT customer_id, CAST(NULL AS bigint) AS amount FROM desk_entry"
            " WHERE state = 'open' AND customer_id = ANY(:customers) GROUP BY customer_id",
        ),
    ),
)
