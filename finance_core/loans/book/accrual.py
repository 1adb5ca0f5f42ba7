"""What the days earn: interest, penalty, late fees and the share of the deferred fee. One set-based statement, for all
loans at night or for those that are paid in between.

What an instalment should have earned is computed from its dates; what is posted to the ledger is a column; the
difference is posted. So a day is never posted twice, and a day that was missed is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import TextClause, text

from finance_core import ledger
from finance_core.loans.models import Loan
from finance_core.schedule.chunks import Chunk
from finance_core.storage.unit import Unit

# A non-accrual loan's income goes to suspense (1195), and is counted there by what it is for. Its deferred fee waits.
# Interest of what a circle lent is due to the circle (2035). Such a loan has no fee and no penalty, and costs nothing
# more for being late: its members fine who is.
_ACCRUE: Final = """
    WITH running AS (
        SELECT i.loan_id, i.nr, i.late_interest, i.late_interest_exact, i.penalty, i.penalty_exact, i.late_fee,
            l.product_number, l.funding_circle, l.asset, l.non_accrual_since IS NOT NULL AS is_suspended,
            l.annual_rate, l.penalty_rate, l.late_fee AS late_fee_once,
            earned_interest(i.interest, i.earned_before, i.starts_on, i.due_on, CAST(:upto AS date))
                - i.accrued_interest AS earned,
            i.principal - i.paid_principal AS overdue_principal,
            CASE WHEN l.funding_circle IS NULL
                THEN greatest(0, CAST(:upto AS date) - greatest(i.due_on, coalesce(i.late_until + 1, i.due_on)))
                ELSE 0 END AS late_days,
            CAST(:upto AS date) - i.due_on > l.grace_days AS beyond_grace
        FROM instalment i JOIN loan l ON l.id = i.loan_id
        WHERE l.state = 'active' AND i.settled_on IS NULL AND {instalments} AND i.starts_on < CAST(:upto AS date)
    ), late AS (
        SELECT *,
            late_interest_exact + overdue_principal * annual_rate * late_days AS new_late,
            penalty_exact + overdue_principal * penalty_rate * late_days AS new_penalty
        FROM running WHERE earned <> 0 OR late_days > 0
    ), due AS (
        SELECT *,
            CAST(floor(new_late / 36500) AS bigint) - late_interest AS late_earned,
            CASE WHEN beyond_grace THEN CAST(floor(new_penalty / 36500) AS bigint) - penalty ELSE 0 END
                AS penalty_earned,
            CASE WHEN beyond_grace THEN late_fee_once - late_fee ELSE 0 END AS fee_earned
        FROM late
    ), moved AS (
        UPDATE instalment i SET
            accrued_interest = i.accrued_interest + due.earned,
            late_interest = i.late_interest + due.late_earned, late_interest_exact = due.new_late,
            penalty = i.penalty + due.penalty_earned, penalty_exact = due.new_penalty,
            late_fee = i.late_fee + due.fee_earned,
            late_until = CASE WHEN due.late_days > 0 THEN CAST(:upto AS date) - 1 ELSE i.late_until END
        FROM due WHERE i.loan_id = due.loan_id AND i.nr = due.nr AND {instalments}
        RETURNING due.loan_id, due.product_number, due.funding_circle, due.asset, due.is_suspended,
            due.earned + due.late_earned AS interest, due.fee_earned AS fee, due.penalty_earned AS penalty
    ), earned AS MATERIALIZED (
        SELECT loan_id, coalesce(funding_circle, product_number) AS earner, funding_circle IS NULL AS is_ours, asset,
            is_suspended, CAST(sum(interest) AS bigint) AS interest, CAST(sum(fee) AS bigint) AS fee,
            CAST(sum(penalty) AS bigint) AS penalty
        FROM moved GROUP BY loan_id, product_number, funding_circle, asset, is_suspended
    ), suspended AS (
        UPDATE loan l SET
            suspended_interest = l.suspended_interest + earned.interest,
            suspended_fee = l.suspended_fee + earned.fee,
            suspended_penalty = l.suspended_penalty + earned.penalty
        FROM earned WHERE earned.is_suspended AND l.id = earned.loan_id AND {loans}
    ), sharing AS (
        SELECT l.id, l.fee_earned AS told,
            earned_interest(l.fee_deferred, 0, l.disbursed_on, l.fee_ends_on, CAST(:upto AS date)) AS earned
        FROM loan l
        WHERE l.state = 'active' AND l.non_accrual_since IS NULL AND {loans} AND l.fee_earned < l.fee_deferred
            AND l.disbursed_on < CAST(:upto AS date)
    ), shared AS (
        UPDATE loan l SET fee_earned = sharing.earned
        FROM sharing WHERE sharing.id = l.id AND {loans}
        RETURNING l.id AS loan_id, l.product_number, l.asset, sharing.earned - sharing.told AS amount
    ), posted AS (
        SELECT part.debit, part.credit, loan_id, earner, asset, is_suspended, part.amount
        FROM earned CROSS JOIN LATERAL (VALUES
            ('1110', CASE WHEN is_ours THEN '4010' ELSE '2035' END, interest),
            ('1120', '4020', fee), ('1130', '4030', penalty)
        ) AS part (debit, credit, amount)
        UNION ALL
        SELECT '2060', '4020', loan_id, product_number, asset, false, amount FROM shared
    ), income AS MATERIALIZED (
        SELECT credit, earner, asset, ledger_account(credit, earner, asset) AS id
        FROM (SELECT DISTINCT credit, earner, asset FROM posted WHERE amount > 0 AND NOT is_suspended) codes
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT coalesce(
            (SELECT id FROM account a
                WHERE a.code = posted.debit AND a.book = 'INST' AND a.asset = posted.asset AND a.owner = loan_id),
            ledger_account(posted.debit, loan_id, posted.asset)),
        CASE WHEN is_suspended THEN ledger_account('1195', loan_id, posted.asset) ELSE income.id END,
        posted.amount
    FROM posted LEFT JOIN income USING (credit, earner, asset)
    WHERE posted.amount > 0
"""


def _statement(instalments: str, loans: str) -> TextClause:
    return text(_ACCRUE.format(instalments=instalments, loans=loans))


_CHUNK: Final = _statement("i.loan_id > :after AND i.loan_id <= :upto_id", "l.id > :after AND l.id <= :upto_id")
_LOANS: Final = _statement("i.loan_id = ANY(:loans)", "l.id = ANY(:loans)")


async def accrue(unit: Unit, day: date, chunk: Chunk) -> None:
    """Post what the loans of a chunk have earned up to and with `day`, as one entry of that date.

    Interest is D 1110 C 4010; of a circle's loan it is due to the circle, D 1110 C 2035. On overdue principal the
    contract's rate goes on as interest (not on a circle's); beyond the grace days the penalty's part is added from the
    due day, D 1130 C 4030, and once the late fee, D 1120 C 4020. Nothing is charged on interest, fee or penalty. The
    fee withheld at disbursement is earned by the day, D 2060 C 4020. In non-accrual all of this goes to 1195 instead,
    and the deferred fee waits.
    """
    key = f"loans.accrue:{day}:{chunk.number}"
    await _post(unit, _CHUNK, {"after": chunk.after, "upto_id": chunk.upto}, day, on=day, key=key)


async def accrue_until_today(unit: Unit, loans: Sequence[Loan]) -> None:
    """Post what the days before today have earned, should the night's accrual not have come to these loans yet.

    The caller holds their locks; what it reads of their instalments afterwards is up to date, the loans are not reread.
    """
    yesterday = unit.open_on - timedelta(days=1)
    key = f"loan:{loans[0].id}:accrued:{unit.now.isoformat()}"
    await _post(unit, _LOANS, {"loans": [loan.id for loan in loans]}, yesterday, on=unit.open_on, key=key)


async def accrue_rows(unit: Unit, loans: Sequence[Loan], upto: date) -> None:
    """Write into instalments and loans what the days before `upto` have earned, and post nothing: for days that are
    lived through again after a payment was taken back. The caller posts what that differs from the ledger.
    """
    await ledger.stage(unit)
    await unit.session.execute(_LOANS, {"loans": [loan.id for loan in loans], "upto": upto})
    await ledger.stage(unit)


async def _post(unit: Unit, statement: TextClause, values: dict[str, object], day: date, *, on: date, key: str) -> None:
    await ledger.stage(unit)
    await unit.session.execute(statement, {**values, "upto": day + timedelta(days=1)})
    await ledger.post_staged(unit, key, "loan.accrual", on, {"day": day.isoformat()}, value_on=day)
