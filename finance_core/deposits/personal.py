"""What deposits hold on people: their contracts."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Need, Personal, Why, rows_of

PERSONAL: Final = Personal(
    held=(
        Held(
            "deposit",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of(
                "deposit",
                "id, product, product_version, asset, placed, principal, days, annual_rate, demand_rate, opened_at,"
                " opened_on, matures_on, rollover, state, paid_interest, ended_on",
            ),
        ),
    ),
    needs=(
        Need(
            "deposit",
            "SELECT customer_id, CAST(sum(principal) AS bigint) AS amount FROM deposit"
            " WHERE state = 'active' AND customer_id = ANY(:customers) GROUP BY customer_id",
        ),
    ),
)
