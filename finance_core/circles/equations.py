"""What `susu verify` proves of circles: dues, pots, fines and pockets are as the book says, what has ended is done.

Together: contributions in (own, from 2031, by guarantors, from 1150) = payouts + commission + refunds + what lies in
2030; deposits in = out + 2031; fines in = shared + 2032; each place of an ended circle was paid once, or refunded.
"""

from __future__ import annotations

from typing import Final

from finance_core.ledger import Equation

RETURNED: Final = """
    SELECT o.circle_id, o.round, o.place, sum(o.amount) AS amount
    FROM circle_payout o JOIN circle_round r ON r.circle_id = o.circle_id AND r.nr = o.round
    WHERE o.kind = 'refund' AND r.refunds_place IS DISTINCT FROM o.place
    GROUP BY o.circle_id, o.round, o.place
"""
"""What went back at once out of pots that were not paid yet, when its place was closed: its due is then nothing."""

# What went into each account of a code, and out of it: each side of the book is read once, however many accounts.
_FLOWS: Final = """
    SELECT a.owner, a.id, coalesce(credited.amount, 0) AS put_in, coalesce(debited.amount, 0) AS taken,
        b.amount AS balance
    FROM account a LEFT JOIN balance b ON b.account_id = a.id
        LEFT JOIN (SELECT t.credit_id AS id, sum(t.amount) AS amount
            FROM transfer t JOIN account c ON c.id = t.credit_id AND c.book = 'INST' AND c.code = '{code}'
            GROUP BY t.credit_id) credited ON credited.id = a.id
        LEFT JOIN (SELECT t.debit_id AS id, sum(t.amount) AS amount
            FROM transfer t JOIN account c ON c.id = t.debit_id AND c.book = 'INST' AND c.code = '{code}'
            GROUP BY t.debit_id) debited ON debited.id = a.id
    WHERE a.book = 'INST' AND a.code = '{code}'
"""
_PAID_IN: Final = """
    SELECT circle_id, round, place, sum(contribution) AS contribution, sum(fine) AS fine,
        max(paid_at) FILTER (WHERE contribution > 0) AS last_at
    FROM circle_payment GROUP BY circle_id, round, place
"""
_OF_WALLETS: Final = "('wallet', 'change_plus', 'payout', 'guarantor')"

EQUATIONS: Final = (
    Equation(
        "circles: what is paid of each due is what was paid into it, less what went back",
        f"""
        SELECT coalesce(d.circle_id, p.circle_id) AS circle, coalesce(d.round, p.round) AS round,
            coalesce(d.place, p.place) AS place, d.paid, p.contribution, r.amount AS returned, d.fine_paid, p.fine
        FROM circle_due d
            FULL JOIN ({_PAID_IN}) p ON p.circle_id = d.circle_id AND p.round = d.round AND p.place = d.place
            LEFT JOIN ({RETURNED}) r ON r.circle_id = p.circle_id AND r.round = p.round AND r.place = p.place
        WHERE d.paid IS DISTINCT FROM coalesce(p.contribution, 0) - coalesce(r.amount, 0)
            OR d.fine_paid IS DISTINCT FROM coalesce(p.fine, 0)
            OR (d.paid_at IS NOT NULL AND d.paid_at < p.last_at)
        ORDER BY 1, 2, 3
        """,  # noqa: S608 - constants
    ),
    Equation(
        "circles: what came into each pot (2030) was paid out or is still there",
        f"""
        SELECT coalesce(r.circle_id, f.owner >> 32) AS circle, coalesce(r.nr, f.owner & 4294967295) AS round,
            i.amount AS paid_in, f.put_in, o.amount AS paid_out, f.taken, f.balance
        FROM circle_round r
            FULL JOIN ({_FLOWS.format(code="2030")}) f ON f.owner = (r.circle_id << 32) + r.nr
            LEFT JOIN (SELECT circle_id, round, sum(contribution) AS amount FROM circle_payment GROUP BY 1, 2) i
                ON i.circle_id = f.owner >> 32 AND i.round = f.owner & 4294967295
            LEFT JOIN (SELECT circle_id, round, sum(amount) AS amount FROM circle_payout WHERE round IS NOT NULL
                GROUP BY 1, 2) o ON o.circle_id = f.owner >> 32 AND o.round = f.owner & 4294967295
        WHERE (f.owner IS NOT NULL AND r.circle_id IS NULL)
            OR coalesce(i.amount, 0) <> coalesce(f.put_in, 0) OR coalesce(o.amount, 0) <> coalesce(f.taken, 0)
        ORDER BY 1, 2
        """,  # noqa: S608 - constants
    ),
    Equation(
        "circles: a payment into a pot or a payout of one is in the book",
        """
        SELECT x.what, x.id, x.entry_id AS entry FROM (
            SELECT 'payment' AS what, id, entry_id, on_date, paid_at,
                key = 'entry:' || entry_id || ':' || circle_id || ':' || round || ':' || place || ':' || source
                    AS is_its_key FROM circle_payment
            UNION ALL
            SELECT 'payout', id, entry_id, on_date, paid_at, true FROM circle_payout
        ) x LEFT JOIN entry e ON e.id = x.entry_id
        WHERE e.business_date IS DISTINCT FROM x.on_date OR e.posted_at IS DISTINCT FROM x.paid_at OR NOT x.is_its_key
        ORDER BY 1, 2
        """,
    ),
    Equation(
        "circles: what somebody paid in an entry left their own wallet",
        f"""
        WITH said AS (
            SELECT entry_id, payer_id, sum(contribution + fine) AS amount FROM circle_payment
            WHERE source IN {_OF_WALLETS} GROUP BY entry_id, payer_id
        ), moved AS (
            SELECT t.entry_id, d.owner AS payer_id, sum(t.amount) AS amount
            FROM transfer t JOIN account d ON d.id = t.debit_id AND d.code = '2010' AND d.book = 'INST'
                JOIN account c ON c.id = t.credit_id AND c.code IN ('2030', '2032') AND c.book = 'INST'
                JOIN circle k ON k.id = CASE c.code WHEN '2030' THEN c.owner >> 32 ELSE c.owner END
                    AND k.kind = 'rotating'
            GROUP BY t.entry_id, d.owner
        )
        SELECT coalesce(s.entry_id, m.entry_id) AS entry, coalesce(s.payer_id, m.payer_id) AS payer, s.amount AS said,
            m.amount AS moved
        FROM said s FULL JOIN moved m ON m.entry_id = s.entry_id AND m.payer_id = s.payer_id
        WHERE s.amount IS DISTINCT FROM m.amount
        ORDER BY 1, 2
        """,  # noqa: S608 - constants
    ),
    Equation(
        "circles: what is paid out of a place's pocket is its holder's, and what nobody paid is the institution's",
        """
        SELECT p.id AS payment, p.circle_id AS circle, p.round, p.place, p.payer_id AS payer, d.customer_id AS holder
        FROM circle_payment p
            LEFT JOIN circle_due d ON d.circle_id = p.circle_id AND d.round = p.round AND d.place = p.place
        WHERE p.source IN ('ahead', 'deposit', 'retention') AND p.payer_id IS DISTINCT FROM d.customer_id
        ORDER BY 1
        """,
    ),
    Equation(
        "circles: fines and what is kept of refunds are shared or lie in the circle's fund (2032)",
        f"""
        SELECT c.id AS circle, i.amount AS fines, k.amount AS kept, f.put_in, o.amount AS shared, f.taken, f.balance
        FROM circle c
            LEFT JOIN ({_FLOWS.format(code="2032")}) f ON f.owner = c.id
            LEFT JOIN (SELECT circle_id, sum(fine) AS amount FROM circle_payment GROUP BY 1) i ON i.circle_id = c.id
            LEFT JOIN (
                SELECT o.circle_id, sum(o.amount) AS amount
                FROM circle_payout o JOIN circle_round r ON r.circle_id = o.circle_id AND r.nr = o.round
                WHERE o.kind = 'commission' AND r.refunds_place IS NOT NULL GROUP BY 1
            ) k ON k.circle_id = c.id
            LEFT JOIN (SELECT circle_id, sum(amount) AS amount FROM circle_payout WHERE kind = 'fines' GROUP BY 1) o
                ON o.circle_id = c.id
        WHERE c.kind = 'rotating' AND (
            coalesce(f.put_in, 0) <> coalesce(i.amount, 0) + coalesce(k.amount, 0)
            OR coalesce(f.taken, 0) <> coalesce(o.amount, 0))
        ORDER BY 1
        """,  # noqa: S608 - constants
    ),
    Equation(
        "circles: what left a place's pockets (2031) paid its dues or came back",
        f"""
        SELECT k.id AS pocket, k.circle_id AS circle, k.place, k.kind, f.taken, p.amount AS paid, o.amount AS back
        FROM circle_pocket k JOIN circle c ON c.id = k.circle_id AND c.kind = 'rotating'
            LEFT JOIN ({_FLOWS.format(code="2031")}) f ON f.owner = k.id
            LEFT JOIN (
                SELECT circle_id, place, CASE source WHEN 'deposit' THEN 'security' ELSE source END AS kind,
                    sum(contribution) AS amount
                FROM circle_payment WHERE source IN ('ahead', 'deposit', 'retention') GROUP BY 1, 2, 3
            ) p ON p.circle_id = k.circle_id AND p.place = k.place AND p.kind = k.kind
            LEFT JOIN (
                SELECT circle_id, place, CASE kind WHEN 'deposit' THEN 'security' ELSE kind END AS kind,
                    sum(amount) AS amount
                FROM circle_payout WHERE kind IN ('ahead', 'deposit', 'retention', 'unclaimed') GROUP BY 1, 2, 3
            ) o ON o.circle_id = k.circle_id AND o.place = k.place AND o.kind = k.kind
        WHERE k.kind <> 'advance' AND coalesce(f.taken, 0) <> coalesce(p.amount, 0) + coalesce(o.amount, 0)
        ORDER BY 1
        """,  # noqa: S608 - constants
    ),
    Equation(
        "circles: what the institution has covered and not got back is in its book (1150)",
        """
        SELECT k.circle_id AS circle, k.place, b.amount AS booked, d.covered
        FROM circle_pocket k
            LEFT JOIN account a ON a.code = '1150' AND a.book = 'INST' AND a.owner = k.id
            LEFT JOIN balance b ON b.account_id = a.id
            LEFT JOIN (SELECT circle_id, place, sum(covered) AS covered FROM circle_due GROUP BY 1, 2) d
                ON d.circle_id = k.circle_id AND d.place = k.place
        WHERE k.kind = 'advance' AND coalesce(b.amount, 0) <> coalesce(d.covered, 0)
        ORDER BY 1, 2
        """,
    ),
    Equation(
        "circles: a round is paid when all that is due in it was paid out, and short when it was not",
        f"""
        SELECT r.circle_id AS circle, r.nr AS round, r.state, d.amount AS due, o.amount AS paid_out
        FROM circle_round r
            JOIN (SELECT circle_id, round, sum(amount) AS amount FROM circle_due GROUP BY 1, 2) d
                ON d.circle_id = r.circle_id AND d.round = r.nr
            LEFT JOIN (
                SELECT o.circle_id, o.round, sum(o.amount) AS amount
                FROM circle_payout o WHERE o.round IS NOT NULL GROUP BY 1, 2
            ) o ON o.circle_id = r.circle_id AND o.round = r.nr
            LEFT JOIN (SELECT circle_id, round, sum(amount) AS amount FROM ({RETURNED}) each GROUP BY 1, 2) b
                ON b.circle_id = r.circle_id AND b.round = r.nr
        WHERE CASE r.state
            WHEN 'paid' THEN coalesce(o.amount, 0) - coalesce(b.amount, 0) <> d.amount
            WHEN 'short' THEN coalesce(o.amount, 0) - coalesce(b.amount, 0) >= d.amount
            ELSE coalesce(o.amount, 0) <> coalesce(b.amount, 0) END
        ORDER BY 1, 2
        """,  # noqa: S608 - constants
    ),
    Equation(
        "circles: one that has ended has paid or refunded each place once, and keeps nothing",
        """
        SELECT c.id AS circle, l.nr AS place, 0 AS account, l.received_round, l.refund_round
        FROM circle c JOIN circle_place l ON l.circle_id = c.id AND l.state IN ('held', 'closed')
            LEFT JOIN circle_round r ON r.circle_id = c.id AND r.nr = coalesce(l.received_round, l.refund_round)
                AND r.receiver_place = l.nr AND (r.state IN ('paid', 'short') OR r.is_history)
        WHERE c.state = 'ended' AND c.kind = 'rotating' AND r.nr IS NULL
        UNION ALL
        SELECT c.id, NULL, a.id, NULL, NULL
        FROM circle c JOIN account a ON a.book = 'INST' AND (
                (a.code = '2030' AND a.owner >> 32 = c.id) OR (a.code = '2032' AND a.owner = c.id)
                OR (a.code = '2031' AND a.owner IN (
                    SELECT k.id FROM circle_pocket k WHERE k.circle_id = c.id AND k.kind <> 'unclaimed')))
            JOIN balance b ON b.account_id = a.id
        WHERE c.state = 'ended' AND c.kind = 'rotating' AND b.amount <> 0
        UNION ALL
        SELECT l.circle_id, l.nr, 0, l.received_round, count(r.nr)
        FROM circle_place l JOIN circle_round r ON r.circle_id = l.circle_id AND r.receiver_place = l.nr
            AND r.state IN ('paid', 'short')
        GROUP BY l.circle_id, l.nr, l.received_round HAVING count(r.nr) > 1
        ORDER BY 1, 2
        """,
    ),
)
