"""Who gets no offer of credit, as far as circles know."""

from __future__ import annotations

from typing import Final

from finance_core.customers.offer_checks import OfferCheck, Skip

CHECKS: Final = (
    OfferCheck(
        Skip.ARREARS,
        """
        SELECT d.customer_id FROM asked JOIN circle_due d ON d.customer_id = asked.customer_id
        WHERE d.due_on < CAST(:on AS date) AND NOT d.is_excused AND (
            d.paid < d.amount OR d.covered > 0
            OR (d.is_late AND d.paid_at > CAST(:now AS timestamptz) - interval '30 days'))
        """,
        credit=True,
    ),
)
"""Who owes a round, or paid one late within 30 days."""
