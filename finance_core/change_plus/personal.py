"""What Change Plus holds on people: contract, orders, and the movements of their units."""

from __future__ import annotations

from typing import Final

from finance_core.ledger.personal import movements_shown
from finance_core.storage.personal import Held, Kept, Need, Personal, Why, rows_of

PERSONAL: Final = Personal(
    held=(
        Held(
            "holding",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of(
                "holding",
                "fund_id, signed_at, product_version, earned, owed, last_income, last_on, sweep_floor",
                order="fund_id",
            ),
        ),
        Held(
            "fund_order",
            Why.MONEY,
            Kept.FOR_GOOD,
            rows_of(
                "fund_order",
                "fund_id, kind, amount, cancelled, state, ordered_at, ordered_on, confirm_on, settled_on",
            ),
            as_csv=True,
        ),
        Held(
            "transfer",
            Why.MONEY,
            Kept.FOR_GOOD,
            movements_shown("SELECT units_account FROM holding WHERE customer_id = :customer"),
            as_csv=True,
            file="change_plus_movements",
        ),
    ),
    needs=(
        Need(
            "change_plus",
            "SELECT holding.customer_id, CAST(sum(balance.amount) AS bigint) AS amount"
            " FROM holding JOIN balance ON balance.account_id = holding.units_account"
            " WHERE holding.customer_id = ANY(:customers) AND balance.amount <> 0 GROUP BY holding.customer_id",
        ),
        Need(
            "order",
            "SELECT customer_id, CAST(NULL AS bigint) AS amount FROM fund_order"
            " WHERE settled_on IS NULL AND customer_id = ANY(:customers) GROUP BY customer_id",
        ),
    ),
)
