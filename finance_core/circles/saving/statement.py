"""A member's statement of an accumulating circle: what was paid in at its meetings, and what came out of it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

# What comes out stands in the ledger, from the circle's funds to the member's wallet; what was set off against it there
# is on the statement of the loan.
LINES: Final = text(
    """
    SELECT p.on_date, money.what, p.meeting AS round, CAST(NULL AS integer) AS place, -money.amount AS amount,
        e.reference, e.posted_at, p.id
    FROM circle_saving_payment p JOIN entry e ON e.id = p.entry_id
        CROSS JOIN LATERAL (
            VALUES ('shares', p.amount), ('social', p.social), ('fine', p.fines)) AS money (what, amount)
    WHERE p.circle_id = :circle AND p.customer_id = :customer AND money.amount > 0
    UNION ALL
    SELECT e.business_date, 'loan', r.meeting, NULL, r.amount, e.reference, e.posted_at, r.id
    FROM circle_request r JOIN entry e ON e.id = r.entry_id
    WHERE r.circle_id = :circle AND r.customer_id = :customer AND r.kind = 'loan' AND r.state = 'paid'
    UNION ALL
    SELECT e.business_date, CASE e.kind WHEN 'circle.grant' THEN 'grant' WHEN 'circle.social_back' THEN 'social_back'
        ELSE 'shares_back' END, NULL, NULL, t.amount, e.reference, e.posted_at, e.id
    FROM account fund
        JOIN transfer t ON t.debit_id = fund.id
        JOIN account wallet ON wallet.id = t.credit_id AND wallet.code = '2010' AND wallet.owner = :customer
        JOIN entry e ON e.id = t.entry_id
    WHERE fund.book = 'INST' AND fund.code IN ('2032', '2033') AND fund.owner = :circle
    ORDER BY 7, 8, 2
    """
)
