"""What `susu verify` proves of people: what they agree to now is what their last lines say."""

from __future__ import annotations

from typing import Final

from finance_core.ledger import Equation

EQUATIONS: Final = (
    Equation(
        "consents: what stands is what the last line of each topic says",
        """
        SELECT coalesce(said.topic, stands.topic) AS topic, coalesce(said.customer_id, stands.customer_id) AS customer,
            said.topic IS NOT NULL AS said, stands.topic IS NOT NULL AS stands
        FROM (
            SELECT topic, customer_id FROM (
                SELECT DISTINCT ON (customer_id, topic) customer_id, topic, given FROM consent WHERE about = ''
                ORDER BY customer_id, topic, id DESC) last
            WHERE given
        ) said FULL JOIN consent_given stands USING (topic, customer_id)
        WHERE said.topic IS NULL OR stands.topic IS NULL ORDER BY 2, 1
        """,
    ),
)
