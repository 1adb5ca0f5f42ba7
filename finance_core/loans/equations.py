"""What `susu verify` proves of the loan book: its sub-ledger equals the general ledger (ACCOUNTING, equation 4)."""

from __future__ import annotations

from typing import Final

from finance_core.ledger import Equation

_BALANCE: Final = """
    SELECT coalesce(sum(b.amount), 0) FROM account a JOIN balance b ON b.account_id = a.id
    WHERE a.book = 'INST' AND a.code = '{code}' AND a.owner = l.id AND a.asset = l.asset
"""

EQUATIONS: Final = (
    Equation(
        "loan principal: 1100 is what the schedule says is still to be repaid",
        f"""
        SELECT l.id AS loan, due.amount AS expected, booked.amount AS found
        FROM loan l
            CROSS JOIN LATERAL (
                SELECT CASE WHEN l.state = 'active'
                    THEN coalesce(sum(principal - paid_principal), 0) ELSE 0 END AS amount
                FROM instalment WHERE loan_id = l.id
            ) due
            CROSS JOIN LATERAL ({_BALANCE.format(code="1100")}) booked (amount)
        WHERE due.amount <> booked.amount ORDER BY l.id
        """,  # noqa: S608 - constants
    ),
    Equation(
        "loan interest: 1110 is what has been earned and not been paid",
        f"""
        SELECT l.id AS loan, due.amount AS expected, booked.amount AS found
        FROM loan l
            CROSS JOIN LATERAL (
                SELECT CASE WHEN l.state = 'active'
                    THEN coalesce(sum(accrued_interest + late_interest - paid_interest), 0) ELSE 0 END AS amount
                FROM instalment WHERE loan_id = l.id
            ) due
            CROSS JOIN LATERAL ({_BALANCE.format(code="1110")}) booked (amount)
        WHERE due.amount <> booked.amount ORDER BY l.id
        """,  # noqa: S608 - constants
    ),
    Equation(
        "loan penalty: 1130 is what has been charged and not been paid",
        f"""
        SELECT l.id AS loan, due.amount AS expected, booked.amount AS found
        FROM loan l
            CROSS JOIN LATERAL (
                SELECT CASE WHEN l.state = 'active' THEN coalesce(sum(penalty - paid_penalty), 0) ELSE 0 END AS amount
                FROM instalment WHERE loan_id = l.id
            ) due
            CROSS JOIN LATERAL ({_BALANCE.format(code="1130")}) booked (amount)
        WHERE due.amount <> booked.amount ORDER BY l.id
        """,  # noqa: S608 - constants
    ),
    Equation(
        "loan lent: principal lent is what the schedule repays in all",
        """
        SELECT l.id AS loan, l.principal AS expected, sum(i.principal) AS found
        FROM loan l JOIN instalment i ON i.loan_id = l.id
        GROUP BY l.id, l.principal HAVING sum(i.principal) <> l.principal ORDER BY l.id
        """,
    ),
)
