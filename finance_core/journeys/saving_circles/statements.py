"""A member's statement of an accumulating circle: shares, social fund, fines, loans, grants, and what came back."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.circles.finding import money_of
from finance_core.circles.models import Circle
from finance_core.circles.statements import CircleStatement, StatementLine
from finance_core.storage.unit import Unit

# Money that comes out of the circle's funds is read from the ledger: a share-out is paid in parts, later ones too. What
# is set off comes out of the fund and goes back with a loan's repayment or a fine, each a line of its own.
_LINES: Final = text(
    """
    SELECT p.on_date, line.what, p.meeting, line.amount, e.reference, e.posted_at, e.id, line.nr
    FROM circle_saving_payment p JOIN entry e ON e.id = p.entry_id
        CROSS JOIN LATERAL (VALUES (1, 'fine', -p.fines), (2, 'shares', -p.amount), (3, 'social', -p.social))
            AS line (nr, what, amount)
    WHERE p.circle_id = :circle AND p.customer_id = :customer AND line.amount <> 0
    UNION ALL
    SELECT e.business_date, CASE e.kind WHEN 'circle.shared_out' THEN 'shares_back' WHEN 'circle.grant' THEN 'grant'
            WHEN 'circle.social_back' THEN 'social_back' ELSE 'set_off' END,
        NULL, t.amount, e.reference, e.posted_at, e.id, 0
    FROM account f JOIN transfer t ON t.debit_id = f.id
        JOIN account w ON w.id = t.credit_id AND w.code = '2010' AND w.owner = :customer
        JOIN entry e ON e.id = t.entry_id
    WHERE f.book = 'INST' AND f.code IN ('2032', '2033') AND f.owner = :circle AND f.asset = :asset
    UNION ALL
    SELECT e.business_date, 'loan', NULL, l.principal, e.reference, e.posted_at, e.id, 0
    FROM loan l JOIN entry e ON e.key = l.key || '\\:disbursed'
    WHERE l.funding_circle = :circle AND l.customer_id = :customer
    UNION ALL
    SELECT p.on_date, 'repaid', NULL, -p.amount, e.reference, e.posted_at, e.id, 4
    FROM loan l JOIN loan_payment p ON p.loan_id = l.id AND p.reversed_entry_id IS NULL
        JOIN entry e ON e.id = p.entry_id
    WHERE l.funding_circle = :circle AND l.customer_id = :customer
    UNION ALL
    SELECT e.business_date, 'repaid', NULL, -CAST(v.details ->> 'amount' AS bigint), e.reference, e.posted_at, e.id, 4
    FROM loan l JOIN loan_event v ON v.loan_id = l.id AND v.kind = 'recovered'
        JOIN entry e ON e.reference = v.details ->> 'reference'
    WHERE l.funding_circle = :circle AND l.customer_id = :customer
    ORDER BY 6, 7, 8
    """
)


async def statement_of(unit: Unit, circle: Circle, customer_id: int) -> CircleStatement:
    """Return the statement of somebody who is or was in an accumulating circle; a line's `round` is its meeting."""
    values = {"circle": circle.id, "customer": customer_id, "asset": circle.asset}
    lines = tuple(
        StatementLine(on, what, meeting, None, money_of(circle, amount), reference)
        for on, what, meeting, amount, reference, *_ in await unit.session.execute(_LINES, values)
    )
    paid = money_of(circle, -sum(each.amount.amount for each in lines if each.amount.amount < 0))
    received = money_of(circle, sum(each.amount.amount for each in lines if each.amount.amount > 0))
    return CircleStatement(lines, paid, received)
