"""What closing and exporting hold on people themselves."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Personal, Why, rows_of

PERSONAL: Final = Personal(
    held=(
        Held(
            "account_closing",
            Why.CONSENTS,
            Kept.FOR_GOOD,
            rows_of("account_closing", "asked_at, due_at, state, settled_at"),
        ),
        Held(
            "data_export",
            Why.SECURITY,
            Kept.GONE,
            rows_of("data_export", "asked_at, expires_at"),
            erase=("DELETE FROM data_export WHERE customer_id = ANY(:customers)",),
        ),
    )
)
