"""What `susu verify` proves of accumulating circles: shares are what was paid, the fund what came in and went out."""

from __future__ import annotations

from typing import Final

from finance_core.ledger import Equation

_BALANCE: Final = """(
    SELECT coalesce(sum(b.amount), 0) FROM account a JOIN balance b ON b.account_id = a.id
    WHERE a.book = 'INST' AND a.owner = c.id AND a.asset = c.asset AND a.code IN ({codes}))"""

EQUATIONS: Final = (
    Equation(
        "circle shares: what a member holds is what was paid in for it",
        """
        SELECT s.circle_id, s.place, s.shares, coalesce(p.shares, 0) AS bought, s.paid, coalesce(p.amount, 0) AS paid_in
        FROM circle_saver s
            LEFT JOIN (
                SELECT circle_id, customer_id, sum(shares) AS shares, sum(amount) AS amount
                FROM circle_saving_payment GROUP BY 1, 2
            ) p USING (circle_id, customer_id)
        WHERE s.left_at IS NULL AND (s.shares <> coalesce(p.shares, 0) OR s.paid <> coalesce(p.amount, 0))
        """,
    ),
    Equation(
        "circle loan fund: 2033 + 2034 is shares, fines, interest and what came later, less losses and what went out",
        f"""
        SELECT circle, came_in + interest + recovered - lost - went_out AS expected, found FROM (
            SELECT c.id AS circle,
                (SELECT coalesce(sum(amount + fines), 0) FROM circle_saving_payment WHERE circle_id = c.id) AS came_in,
                (SELECT coalesce(sum(CAST(part ->> 'interest' AS bigint)), 0)
                    FROM loan l JOIN loan_payment p ON p.loan_id = l.id AND p.reversed_entry_id IS NULL
                        CROSS JOIN LATERAL jsonb_array_elements(p.parts) part
                    WHERE l.funding_circle = c.id) AS interest,
                (SELECT coalesce(sum(CAST(e.details ->> 'amount' AS bigint)), 0)
                    FROM loan l JOIN loan_event e ON e.loan_id = l.id AND e.kind = 'recovered'
                    WHERE l.funding_circle = c.id) AS recovered,
                (SELECT coalesce(sum(l.principal - coalesce((
                        SELECT sum(CAST(part ->> 'principal' AS bigint)) FROM loan_payment p
                            CROSS JOIN LATERAL jsonb_array_elements(p.parts) part
                        WHERE p.loan_id = l.id AND p.reversed_entry_id IS NULL), 0)), 0)
                    FROM loan l WHERE l.funding_circle = c.id AND l.state = 'written_off') AS lost,
                (SELECT coalesce(sum(paid_out), 0) FROM circle_saver WHERE circle_id = c.id)
                    + (SELECT coalesce(sum(least(entitled, owed + fines) + later + CASE WHEN t.paid_at IS NOT NULL
                            THEN greatest(entitled - owed - fines, 0) ELSE 0 END), 0)
                        FROM circle_share_out o JOIN circle_share_part t ON t.share_out_id = o.id
                        WHERE o.circle_id = c.id AND o.state IN ('paying', 'ended')) AS went_out,
                {_BALANCE.format(codes="'2033', '2034'")} AS found
            FROM circle c JOIN circle_saving r ON r.circle_id = c.id
        ) held WHERE came_in + interest + recovered - lost - went_out <> found
        """,  # noqa: S608 - constants
    ),
    Equation(
        "circle social fund: 2032 is what was paid into it, less grants and what was carried over or given back",
        f"""
        SELECT circle, put_in - granted + moved AS expected, found FROM (
            SELECT c.id AS circle,
                (SELECT coalesce(sum(social), 0) FROM circle_saving_payment WHERE circle_id = c.id) AS put_in,
                (SELECT coalesce(sum(amount), 0) FROM circle_request
                    WHERE circle_id = c.id AND kind = 'grant' AND state = 'paid') AS granted,
                (SELECT coalesce(sum(CASE WHEN t.credit_id = a.id THEN t.amount ELSE -t.amount END), 0)
                    FROM account a
                        JOIN transfer t ON a.id IN (t.debit_id, t.credit_id)
                        JOIN entry e ON e.id = t.entry_id AND e.kind IN ('circle.social_carried', 'circle.social_back')
                    WHERE a.book = 'INST' AND a.code = '2032' AND a.owner = c.id AND a.asset = c.asset) AS moved,
                {_BALANCE.format(codes="'2032'")} AS found
            FROM circle c JOIN circle_saving r ON r.circle_id = c.id
        ) held WHERE put_in - granted + moved <> found
        """,  # noqa: S608 - constants
    ),
    Equation(
        "circle share-outs: once it has ended each part is paid, and nothing is lent",
        f"""
        SELECT c.id AS circle, o.id AS share_out, {_BALANCE.format(codes="'2034', '2035'")} AS lent
        FROM circle c JOIN circle_saving r ON r.circle_id = c.id
            LEFT JOIN circle_share_out o ON o.circle_id = c.id AND o.state = 'ended'
        WHERE c.state = 'ended' AND (o.id IS NULL OR {_BALANCE.format(codes="'2034', '2035'")} <> 0
            OR EXISTS (SELECT FROM circle_share_part t WHERE t.share_out_id = o.id AND t.paid_at IS NULL))
        """,  # noqa: S608 - constants
    ),
)
