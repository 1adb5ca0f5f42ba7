"""What an audience may be asked by about loans: what runs and what was repaid, never what went wrong.

What circles lent is between their members: it counts in nothing here but as a loan that runs. A person's own limit is
no fact; *limit left* is their tier's less what they owe.
"""

from __future__ import annotations

from typing import Final

from finance_core.customers.rules import TIERS
from finance_core.loans.products.product_terms import GRADES
from finance_core.storage.facts import Fact, FactKind

_TIER_LIMIT: Final = " ".join(f"WHEN {tier.number} THEN {tier.loan_limit.amount}" for tier in TIERS)
_GRADE: Final = " ".join(f"WHEN {place} THEN '{grade}'" for place, grade in enumerate(GRADES[:-1]))
_REPAID: Final = "FROM loan WHERE state = 'settled' AND funding_circle IS NULL GROUP BY customer_id"
_UNPAID: Final = """
    SELECT loan.customer_id, sum(instalment.principal - instalment.paid_principal) AS principal,
        max(instalment.due_on) AS ends_on
    FROM loan JOIN instalment ON instalment.loan_id = loan.id AND instalment.settled_on IS NULL
    WHERE loan.state = 'active' AND loan.funding_circle IS NULL GROUP BY loan.customer_id
"""
_UNDRAWN: Final = """
    SELECT customer_id, sum(undrawn) AS undrawn FROM loan
    WHERE state = 'active' AND funding_circle IS NULL AND undrawn > 0 GROUP BY customer_id
"""

FACTS: Final = (
    Fact("active_loan", FactKind.YES_NO, rows="SELECT customer_id FROM loan WHERE state = 'active'", plain=True),
    Fact(
        "loan_product",
        FactKind.WORD,
        rows="SELECT customer_id, product AS value FROM loan WHERE state = 'active' AND funding_circle IS NULL",
        many=True,
        plain=True,
    ),
    Fact("loans_repaid", FactKind.NUMBER, rows=f"SELECT customer_id, count(*) AS value {_REPAID}", otherwise=0),
    Fact(
        "grade",
        FactKind.WORD,
        rows=f"SELECT customer_id, CASE count(*) {_GRADE} ELSE '{GRADES[-1]}' END AS value {_REPAID}",
        otherwise=GRADES[0],
        words=tuple(sorted(GRADES)),
    ),
    Fact("loan_repaid_on", FactKind.DAY, rows=f"SELECT customer_id, max(ended_on) AS value {_REPAID}"),
    Fact(
        "loan_ends_on",
        FactKind.DAY,
        rows=f"SELECT customer_id, ends_on AS value FROM ({_UNPAID}) unpaid",  # noqa: S608 - constants
    ),
    Fact(
        "limit_left",
        FactKind.MONEY,
        rows=f"""
            SELECT customer.id AS customer_id, greatest(CASE customer.tier {_TIER_LIMIT} END
                - coalesce(unpaid.principal, 0) - coalesce(drawable.undrawn, 0), 0) AS value
            FROM customer LEFT JOIN ({_UNPAID}) unpaid ON unpaid.customer_id = customer.id
                LEFT JOIN ({_UNDRAWN}) drawable ON drawable.customer_id = customer.id
        """,  # noqa: S608 - constants
        otherwise=0,
    ),
)
