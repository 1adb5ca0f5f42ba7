"""What `susu verify` proves of term deposits."""

from __future__ import annotations

from typing import Final

from finance_core.ledger import Equation

_BOOKED: Final = """
    SELECT a.owner AS id, a.asset, b.amount FROM account a JOIN balance b ON b.account_id = a.id
    WHERE a.code = '{code}' AND a.book = 'INST'
"""
_HELD: Final = """
    SELECT coalesce(d.id, booked.id) AS deposit, d.state,
        CASE WHEN d.state = 'active' THEN {expected} ELSE 0 END AS expected, coalesce(booked.amount, 0) AS found
    FROM deposit d FULL JOIN ({booked}) booked ON booked.id = d.id AND booked.asset = d.asset
    WHERE CASE WHEN d.state = 'active' THEN {expected} ELSE 0 END <> coalesce(booked.amount, 0)
    ORDER BY 1
"""


def _held(code: str, expected: str) -> str:
    return _HELD.format(expected=expected, booked=_BOOKED.format(code=code))


EQUATIONS: Final = (
    Equation(
        "deposits: each is whose money opened it",
        """
        SELECT d.id AS deposit, e.about ->> 'customer' AS expected, d.customer_id AS found
        FROM deposit d JOIN entry e ON e.key = d.key
        WHERE CAST(e.about ->> 'customer' AS bigint) IS DISTINCT FROM d.customer_id ORDER BY d.id
        """,
    ),
    Equation("deposits: 2040 is the principal of what runs", _held("2040", "d.principal")),
    Equation(
        "deposits: 2045 is the rule's accrual for the days that are closed",
        _held("2045", "deposit_interest(d.principal, d.annual_rate, d.accrued_to - d.opened_on)"),
    ),
    Equation(
        "deposits: every closed day has accrued, and no day to come",
        """
        SELECT d.id AS deposit, d.accrued_to, book.open_on, book.closing_on FROM deposit d CROSS JOIN book
        WHERE d.state = 'active' AND d.accrued_to NOT BETWEEN
            greatest(d.opened_on, coalesce(book.closing_on, book.open_on)) AND greatest(d.opened_on, book.open_on)
        ORDER BY d.id
        """,
    ),
    Equation(
        "deposits: interest that was paid is what the contracts and the demand rate came to",
        """
        SELECT d.id AS deposit, d.state, d.paid_interest, coalesce(moved.amount, 0) AS found
        FROM deposit d LEFT JOIN (
            SELECT paid.owner, paid.asset, sum(t.amount) AS amount
            FROM transfer t JOIN account paid ON paid.id = t.debit_id JOIN account other ON other.id = t.credit_id
            WHERE paid.code = '2045' AND other.code <> '5020' GROUP BY paid.owner, paid.asset
        ) moved ON moved.owner = d.id AND moved.asset = d.asset
        WHERE d.paid_interest <> coalesce(moved.amount, 0) ORDER BY d.id
        """,
    ),
)
