"""What funds hold on people: contracts, orders, and the lots of their units."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Need, Personal, Why, rows_of

PERSONAL: Final = Personal(
    held=(
        Held(
            "nav_holding",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of("nav_holding", "fund_id, signed_at, product_version, dividends", order="fund_id"),
        ),
        Held(
            "nav_order",
            Why.MONEY,
            Kept.FOR_GOOD,
            rows_of(
                "nav_order",
                "fund_id, to_fund_id, kind, amount, state, ordered_at, ordered_on, priced_on, confirm_on, pays_on,"
                " nav, to_nav, fee, to_fee, net, units_in, confirmed_on, paid_on, cancelled_on",
            ),
            as_csv=True,
        ),
        Held(
            "nav_lot",
            Why.MONEY,
            Kept.FOR_GOOD,
            rows_of("nav_lot", "fund_id, since, units, units_left", order="since, order_id"),
        ),
        Held("nav_lot_use", Why.MONEY, Kept.FOR_GOOD, hidden="which lots an order took, for the holding time alone"),
    ),
    needs=(
        Need(
            "units",
            "SELECT customer_id, CAST(NULL AS bigint) AS amount FROM nav_lot"
            " WHERE units_left > 0 AND customer_id = ANY(:customers) GROUP BY customer_id",
        ),
        Need(
            "fund_order",
            "SELECT customer_id, CAST(NULL AS bigint) AS amount FROM nav_order"
            " WHERE (state = 'pending' OR state = 'confirmed' AND pays_on IS NOT NULL)"
            " AND customer_id = ANY(:customers) GROUP BY customer_id",
        ),
    ),
)
