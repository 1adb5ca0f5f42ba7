"""Who gets no offer of credit, as far as loans know."""

from __future__ import annotations

from typing import Final

from finance_core.customers.offer_checks import OfferCheck, Skip

_THIRTY_DAYS: Final = "CAST(:on AS date) - 30"

CHECKS: Final = (
    OfferCheck(
        Skip.ARREARS,
        f"""
        SELECT l.customer_id FROM asked JOIN loan l ON l.customer_id = asked.customer_id
        WHERE l.state = 'written_off' OR l.overdue_since < CAST(:on AS date)
            OR l.restructured_on > CAST(:on AS date) - 365
            OR EXISTS (SELECT FROM promise p WHERE p.loan_id = l.id AND p.state = 'running')
            OR EXISTS (SELECT FROM hardship_case h WHERE h.loan_id = l.id AND h.state <> 'closed')
            OR EXISTS (
                SELECT FROM arrears a WHERE a.loan_id = l.id AND a.since IS NOT NULL AND NOT EXISTS (
                    SELECT FROM arrears later
                    WHERE later.loan_id = a.loan_id AND later.from_on > a.from_on AND later.from_on <= {_THIRTY_DAYS}))
        UNION ALL
        SELECT g.customer_id FROM asked JOIN guarantee g ON g.customer_id = asked.customer_id WHERE g.called > 0
        """,  # noqa: S608 - code
        credit=True,
    ),
    OfferCheck(
        Skip.CREDIT,
        f"""
        SELECT l.customer_id FROM asked JOIN loan l ON l.customer_id = asked.customer_id
        WHERE l.state = 'void' AND l.ended_on > {_THIRTY_DAYS}
        UNION ALL
        SELECT a.customer_id FROM asked JOIN loan_application a ON a.customer_id = asked.customer_id
        WHERE a.state = 'declined' AND a.decided_at > CAST(:now AS timestamptz) - interval '30 days'
        UNION ALL
        SELECT asked.customer_id FROM asked CROSS JOIN LATERAL (
            SELECT no_lending_until FROM self_limit
            WHERE self_limit.customer_id = asked.customer_id ORDER BY self_limit.id DESC LIMIT 1) AS chosen
        WHERE chosen.no_lending_until >= CAST(:on AS date)
        """,  # noqa: S608 - code
        credit=True,
    ),
)
"""Overdue now or within 30 days, in difficulty, restructured within a year; declined or given back within 30 days."""
