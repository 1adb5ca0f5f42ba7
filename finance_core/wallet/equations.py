"""What `susu verify` proves of sends and requests: who sent and who took is whom the book says, what waits is there."""

from __future__ import annotations

from typing import Final

from finance_core.ledger import Equation

EQUATIONS: Final = (
    Equation(
        "sends: 2015 is what waits to be taken",
        """
        SELECT coalesce(s.id, booked.id) AS send, coalesce(s.amount, 0) AS expected, coalesce(booked.amount, 0) AS found
        FROM (SELECT id, amount FROM send WHERE state = 'waiting') s
        FULL JOIN (
            SELECT a.owner AS id, b.amount FROM account a JOIN balance b ON b.account_id = a.id
            WHERE a.book = 'INST' AND a.code = '2015' AND b.amount <> 0
        ) booked ON booked.id = s.id
        WHERE coalesce(s.amount, 0) <> coalesce(booked.amount, 0) ORDER BY 1
        """,
    ),
    Equation(
        "sends: each left the wallet of its sender",
        """
        SELECT s.id AS send, e.about ->> 'customer' AS expected, s.sender_id AS found
        FROM send s LEFT JOIN entry e ON e.key = 'send:' || s.token
        WHERE CAST(e.about ->> 'customer' AS bigint) IS DISTINCT FROM s.sender_id ORDER BY s.id
        """,
    ),
    Equation(
        "sends: what was taken went to its payee, and nothing else is settled so",
        """
        SELECT s.id AS send, s.state, e.about ->> 'customer' AS expected, s.payee_id AS found
        FROM send s LEFT JOIN entry e ON e.key = 'send:' || s.id || ':settled' AND e.kind = 'wallet.send_accepted'
        WHERE (s.state = 'accepted') <> (e.id IS NOT NULL)
            OR (e.id IS NOT NULL AND CAST(e.about ->> 'customer' AS bigint) IS DISTINCT FROM s.payee_id)
        ORDER BY s.id
        """,
    ),
    Equation(
        "requests: what is paid has its entry, and nothing else has one",
        """
        SELECT r.id AS request, r.state FROM money_request r
        LEFT JOIN entry e ON e.key = 'request:' || r.id || ':paid'
        WHERE (r.state = 'paid') <> (e.id IS NOT NULL) ORDER BY r.id
        """,
    ),
)
