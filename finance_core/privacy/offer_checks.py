"""Who gets no offer, as far as closing accounts goes."""

from __future__ import annotations

from typing import Final

from finance_core.customers.offer_checks import OfferCheck, Skip

CHECKS: Final = (
    OfferCheck(
        Skip.FROZEN,
        """
        SELECT c.customer_id FROM asked JOIN account_closing c ON c.customer_id = asked.customer_id
        WHERE c.state = 'asked'
        """,
    ),
)
"""Who has asked for the account to be closed."""
