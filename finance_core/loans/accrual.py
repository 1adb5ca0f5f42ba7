"""Interest and penalty as the days earn them: one set-based statement, for all loans at night or for one that is paid.

What an instalment should have earned is computed from its dates; what the ledger has been told is a column; the
difference is posted. So a day is never posted twice, and a day that was missed is made up.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from finance_core import ledger
from finance_core.storage.unit import Unit

_ACCRUE = text(
    """
    WITH state AS (
        SELECT i.loan_id, i.nr, l.product_number, l.asset,
            earned_interest(i.interest, i.earned_before, i.starts_on, i.due_on, CAST(:upto AS date))
                - i.accrued_interest AS earned,
            i.principal - i.paid_principal AS overdue_principal,
            greatest(0, CAST(:upto AS date) - greatest(i.due_on, coalesce(i.late_until + 1, i.due_on))) AS late_days,
            CAST(:upto AS date) - i.due_on > l.grace_days AS beyond_grace,
            i.late_interest, i.late_interest_exact, i.penalty, i.penalty_exact, l.annual_rate, l.penalty_rate
        FROM instalment i JOIN loan l ON l.id = i.loan_id
        WHERE l.state = 'active' AND i.settled_on IS NULL AND l.id > :after AND l.id <= :until
            AND i.starts_on < CAST(:upto AS date)
    ), late AS (
        SELECT *,
            late_interest_exact + overdue_principal * annual_rate * late_days / 36500 AS new_late,
            penalty_exact + overdue_principal * penalty_rate * late_days / 36500 AS new_penalty
        FROM state
    ), due AS (
        SELECT *,
            CAST(floor(new_late) AS bigint) - late_interest AS late_earned,
            CASE WHEN beyond_grace THEN CAST(floor(new_penalty) AS bigint) - penalty ELSE 0 END AS penalty_earned
        FROM late WHERE earned <> 0 OR late_days > 0
    ), moved AS (
        UPDATE instalment i SET
            accrued_interest = i.accrued_interest + due.earned,
            late_interest = i.late_interest + due.late_earned, late_interest_exact = due.new_late,
            penalty = i.penalty + due.penalty_earned, penalty_exact = due.new_penalty,
            late_until = CASE WHEN due.late_days > 0 THEN CAST(:upto AS date) - 1 ELSE i.late_until END
        FROM due WHERE i.loan_id = due.loan_id AND i.nr = due.nr
        RETURNING due.loan_id, due.product_number, due.asset, due.earned + due.late_earned AS interest,
            due.penalty_earned AS penalty
    ), posted AS (
        SELECT '1110' AS receivable, '4010' AS income, loan_id, product_number, asset, sum(interest) AS amount
        FROM moved GROUP BY loan_id, product_number, asset
        UNION ALL
        SELECT '1130', '4030', loan_id, product_number, asset, sum(penalty)
        FROM moved GROUP BY loan_id, product_number, asset
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT ledger_account(receivable, loan_id, asset, 'INST'), ledger_account(income, product_number, asset, 'INST'),
        CAST(amount AS bigint)
    FROM posted WHERE amount > 0
    """
)


async def accrue(unit: Unit, day: date, *, after: int, until: int, on: date, key: str) -> None:
    """Post what loans with `after < id <= until` have earned up to and with `day`, as one entry of the date `on`.

    Interest is D 1110 C 4010. On overdue principal the contract's rate goes on as interest; beyond the grace days the
    penalty's part is added from the due day, D 1130 C 4030. Neither is charged on interest or on penalty.
    """
    await ledger.stage(unit)
    upto = date.fromordinal(day.toordinal() + 1)
    await unit.session.execute(_ACCRUE, {"upto": upto, "after": after, "until": until})
    await ledger.post_staged(unit, key, "loan.accrual", on, {"day": day.isoformat()}, value_on=day)
