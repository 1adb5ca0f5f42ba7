"""Who gets no offer of credit, as far as cases know."""

from __future__ import annotations

from typing import Final

from finance_core.customers.offer_checks import OfferCheck, Skip

CHECKS: Final = (
    OfferCheck(
        Skip.CREDIT,
        """
        SELECT s.customer_id FROM asked JOIN service_case s ON s.customer_id = asked.customer_id
        WHERE s.state IN ('open', 'asked') AND s.kind IN ('complaint', 'dispute', 'distress')
        """,
        credit=True,
    ),
)
"""Who complains, disputes something, or is not well: whatever it is about, nobody sells them a loan meanwhile."""
