"""What `susu verify` proves of contracts: their papers are those that the book names, lines are what the memo says."""

from __future__ import annotations

from typing import Final

from finance_core.ledger import Equation

EQUATIONS: Final = (
    Equation(
        "loans: each was paid out to its borrower",
        """
        SELECT l.id AS loan, e.about ->> 'customer' AS expected, l.customer_id AS found
        FROM loan l JOIN entry e ON e.key = l.key || ':disbursed'
        WHERE CAST(e.about ->> 'customer' AS bigint) IS DISTINCT FROM l.customer_id ORDER BY l.id
        """,
    ),
    Equation(
        "loan contract: its paper's hash stands in the entry that paid the loan out",
        """
        SELECT l.id AS loan, e.about ->> 'contract' AS expected, c.sha256 AS found
        FROM loan l JOIN loan_contract c ON c.loan_id = l.id LEFT JOIN entry e ON e.key = l.key || ':disbursed'
        WHERE e.about ->> 'contract' IS DISTINCT FROM c.sha256 ORDER BY l.id
        """,
    ),
    Equation(
        "loan lines: 9020 is what is promised and not drawn",
        """
        SELECT l.id AS loan, l.undrawn AS expected, coalesce(sum(b.amount), 0) AS found
        FROM loan l
            LEFT JOIN account a ON a.book = 'INST' AND a.code = '9020' AND a.owner = l.id AND a.asset = l.asset
            LEFT JOIN balance b ON b.account_id = a.id
        GROUP BY l.id HAVING coalesce(sum(b.amount), 0) <> l.undrawn ORDER BY l.id
        """,
    ),
    Equation(
        "group loans: all lines were paid out, each stood for by all others, or none was",
        """
        SELECT g.id AS group_loan, g.state, line.nr, a.loan_id AS loan, stood.by AS stood_for_by
        FROM group_loan g
            JOIN group_loan_line line ON line.group_loan_id = g.id
            LEFT JOIN loan_application a ON a.id = line.application_id
            CROSS JOIN LATERAL (
                SELECT count(*) AS by FROM guarantee s
                    JOIN group_loan_line other ON other.group_loan_id = g.id AND other.customer_id = s.customer_id
                WHERE s.loan_id = a.loan_id AND s.state = 'bound' AND s.customer_id <> line.customer_id
            ) stood
        WHERE g.state = 'paid' AND (a.loan_id IS NULL
            OR stood.by <> (SELECT count(*) - 1 FROM group_loan_line each WHERE each.group_loan_id = g.id))
        ORDER BY g.id, line.nr
        """,
    ),
    Equation(
        "guarantors' claims: 9030 is what they have paid and not been paid back",
        """
        SELECT g.id AS guarantee, g.paid - g.paid_back AS expected, coalesce(sum(b.amount), 0) AS found
        FROM guarantee g
            LEFT JOIN account a ON a.book = 'INST' AND a.code = '9030' AND a.owner = g.id
            LEFT JOIN balance b ON b.account_id = a.id
        GROUP BY g.id HAVING coalesce(sum(b.amount), 0) <> g.paid - g.paid_back ORDER BY g.id
        """,
    ),
)
