"""What `susu verify` proves of money among friends: each packet, bill and collection is what the book says of it."""

from __future__ import annotations

from typing import Final

from finance_core.ledger import Equation

# What went into each pot of a code, and what came out of it by the kind of entry.
_POTS: Final = """
    SELECT a.owner AS id,
        coalesce(sum(t.amount) FILTER (WHERE t.credit_id = a.id), 0) AS put_in,
        coalesce(sum(t.amount) FILTER (WHERE t.debit_id = a.id AND e.kind = '{paid}'), 0) AS paid,
        coalesce(sum(t.amount) FILTER (WHERE t.debit_id = a.id AND e.kind = '{returned}'), 0) AS returned,
        (SELECT b.amount FROM balance b WHERE b.account_id = a.id) AS pot
    FROM account a JOIN transfer t ON a.id IN (t.debit_id, t.credit_id) JOIN entry e ON e.id = t.entry_id
    WHERE a.book = 'INST' AND a.code = '{code}'
    GROUP BY a.id, a.owner
"""
# A packet's money waits in an account for each share, owned by packet * 2^32 + number. Until revision 0042 it did in
# one, owned by the packet; what waited then has moved (`friends.packet_shares`).
_PACKET: Final = "CASE WHEN a.owner >> 32 > 0 THEN a.owner >> 32 ELSE a.owner END"
_PACKET_POTS: Final = f"""
    SELECT moved.id, moved.put_in, moved.paid, moved.returned, pots.pot
    FROM (
        SELECT {_PACKET} AS id,
            coalesce(sum(t.amount) FILTER (
                WHERE t.credit_id = a.id AND e.kind <> 'friends.packet_shares'), 0) AS put_in,
            coalesce(sum(t.amount) FILTER (WHERE t.debit_id = a.id AND e.kind = 'friends.share'), 0) AS paid,
            coalesce(sum(t.amount) FILTER (
                WHERE t.debit_id = a.id AND e.kind = 'friends.packet_returned'), 0) AS returned
        FROM account a JOIN transfer t ON a.id IN (t.debit_id, t.credit_id) JOIN entry e ON e.id = t.entry_id
        WHERE a.book = 'INST' AND a.code = '2020' GROUP BY 1
    ) moved JOIN (
        SELECT {_PACKET} AS id, sum(b.amount) AS pot FROM account a JOIN balance b ON b.account_id = a.id
        WHERE a.book = 'INST' AND a.code = '2020' GROUP BY 1
    ) pots USING (id)
"""  # noqa: S608 - made of the constant above
_CAUSE_POTS: Final = _POTS.format(code="2025", paid="friends.cause_paid", returned="friends.gifts_returned")

EQUATIONS: Final = (
    Equation(
        "packets: what was put in is opened, gone back or still there (2020), share by share",
        f"""
        SELECT coalesce(p.id, pots.id) AS packet, p.total, p.paid, p.returned, p.free AS waits,
            pots.put_in, pots.paid AS booked_paid, pots.returned AS booked_returned, pots.pot
        FROM (
            SELECT p.id, p.total, sum(s.amount) AS shared, count(*) AS shares,
                coalesce(sum(s.amount) FILTER (WHERE s.state = 'paid'), 0) AS paid,
                coalesce(sum(s.amount) FILTER (WHERE s.state = 'returned'), 0) AS returned,
                coalesce(sum(s.amount) FILTER (WHERE s.state IN ('free', 'held')), 0) AS free
            FROM packet p JOIN packet_share s ON s.packet_id = p.id GROUP BY p.id, p.total
        ) p
        FULL JOIN ({_PACKET_POTS}) pots ON pots.id = p.id
        WHERE (p.shared, p.total, p.paid, p.returned, p.free)
            IS DISTINCT FROM (pots.put_in, pots.put_in, pots.paid, pots.returned, pots.pot)
        ORDER BY 1
        """,  # noqa: S608 - made of the constants above
    ),
    Equation(
        "packets: a share's money waits in its own account (2020) until it is paid or goes back",
        """
        SELECT s.packet_id AS packet, s.nr AS share, s.state, s.amount, b.amount AS pot
        FROM packet_share s LEFT JOIN packet p ON p.id = s.packet_id
            LEFT JOIN account a ON a.book = 'INST' AND a.code = '2020' AND a.asset = p.asset
                AND a.owner = (s.packet_id << 32) + s.nr
            LEFT JOIN balance b ON b.account_id = a.id
        WHERE coalesce(b.amount, 0) <> CASE WHEN s.state IN ('free', 'held') THEN s.amount ELSE 0 END
        ORDER BY 1, 2
        """,
    ),
    Equation(
        "packets: each has its shares, and as many are opened as it says; a settled one holds nothing back",
        """
        SELECT p.id AS packet, p.shares, p.opened, p.state, count(s.nr) AS found, count(s.claimant_id) AS claimed
        FROM packet p LEFT JOIN packet_share s ON s.packet_id = p.id
        GROUP BY p.id
        HAVING count(s.nr) <> p.shares OR count(s.claimant_id) <> p.opened
            OR (p.state = 'opened') > (p.opened = p.shares)
            OR (p.settled_at IS NOT NULL) <> (count(*) FILTER (WHERE s.settled_at IS NULL) = 0)
        ORDER BY p.id
        """,
    ),
    Equation(
        "packets: each left the wallet of its sender, and each share went to who opened it",
        """
        SELECT p.id AS packet, 0 AS share, e.about ->> 'customer' AS expected, p.sender_id AS found
        FROM packet p LEFT JOIN entry e ON e.key = 'packet:' || p.token
        WHERE CAST(e.about ->> 'customer' AS bigint) IS DISTINCT FROM p.sender_id
        UNION ALL
        SELECT s.packet_id, s.nr, e.about ->> 'customer', s.claimant_id
        FROM packet_share s LEFT JOIN entry e ON e.key = 'packet:' || s.packet_id || ':' || s.nr
        WHERE (s.state = 'paid') <> (e.id IS NOT NULL)
            OR (e.id IS NOT NULL AND CAST(e.about ->> 'customer' AS bigint) IS DISTINCT FROM s.claimant_id)
        ORDER BY 1, 2
        """,
    ),
    Equation(
        "bills: what is paid of each part is what the book says, from its payer to its payee",
        """
        SELECT coalesce(p.id, booked.part) AS part, p.paid, booked.amount AS booked
        FROM (SELECT * FROM bill_part WHERE paid <> 0) p
        FULL JOIN (
            SELECT CAST(e.about ->> 'part' AS bigint) AS part, d.owner AS payer, c.owner AS payee,
                sum(t.amount) AS amount
            FROM entry e JOIN transfer t ON t.entry_id = e.id
                JOIN account d ON d.id = t.debit_id JOIN account c ON c.id = t.credit_id
            WHERE e.kind = 'friends.part' GROUP BY 1, 2, 3
        ) booked ON booked.part = p.id
        WHERE (p.paid, p.payer_id, p.payee_id) IS DISTINCT FROM (booked.amount, booked.payer, booked.payee)
        ORDER BY 1
        """,
    ),
    Equation(
        "bills: no part of one is open once it has ended, nobody pays more of it than it comes to",
        """
        SELECT b.id AS bill, b.state, b.total, sum(p.amount) AS parts
        FROM bill b LEFT JOIN bill_part p ON p.bill_id = b.id
        GROUP BY b.id
        HAVING (b.state = 'open') <> coalesce(bool_or(p.state IN ('open', 'refused')), false)
            OR coalesce(sum(p.amount), 0) > b.total
        ORDER BY b.id
        """,
    ),
    Equation(
        "collections: what was given is paid out, gone back or still there (2025)",
        f"""
        SELECT coalesce(c.id, pots.id) AS cause, c.state, c.given, pots.put_in, pots.paid, pots.returned, pots.pot
        FROM (
            SELECT c.id, c.state, sum(g.amount) AS given,
                coalesce(sum(g.amount) FILTER (WHERE g.returned_at IS NOT NULL), 0) AS returned
            FROM cause c JOIN gift g ON g.cause_id = c.id GROUP BY c.id, c.state
        ) c
        FULL JOIN ({_CAUSE_POTS}) pots ON pots.id = c.id
        WHERE (c.given, CASE c.state WHEN 'paid' THEN c.given ELSE 0 END, c.returned,
                CASE c.state WHEN 'open' THEN c.given ELSE 0 END)
            IS DISTINCT FROM (pots.put_in, pots.paid, pots.returned, pots.pot)
        ORDER BY 1
        """,  # noqa: S608 - made of the constants above
    ),
    Equation(
        "collections: only the organiser is paid, and each gift came from who gave it",
        """
        SELECT c.id AS cause, 0 AS gift, e.about ->> 'customer' AS expected, c.organiser_id AS found
        FROM cause c JOIN entry e ON e.key = 'cause:' || c.id || ':ended' AND e.kind = 'friends.cause_paid'
        WHERE CAST(e.about ->> 'customer' AS bigint) IS DISTINCT FROM c.organiser_id
        UNION ALL
        SELECT g.cause_id, g.id, e.about ->> 'customer', g.giver_id
        FROM gift g LEFT JOIN entry e ON e.key = 'gift:' || g.id
        WHERE CAST(e.about ->> 'customer' AS bigint) IS DISTINCT FROM g.giver_id
        ORDER BY 1, 2
        """,
    ),
)
