"""Days past due at a close, and what follows for a loan's income: it stops accruing, or accrues again. Set-based.

How far a loan is behind is told by its oldest due day that was unpaid at the end of the day that is closed; a payment
that came in since, on the open day, does not count yet.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.loans.rules.classes import DUES_TO_RETURN, NON_ACCRUAL_DAYS
from finance_core.schedule.chunks import Chunk
from finance_core.storage.unit import Unit

ON_BOOK: Final = """
    SELECT id FROM loan WHERE disbursed_on <= :on AND (ended_on IS NULL OR ended_on >= :on)
"""
"""Loans that ran on a day, those that ended on it or since included."""

_AGE: Final = text(
    """
    WITH oldest AS (
        SELECT loan_id, min(due_on) AS due_on FROM instalment
        WHERE loan_id > :after AND loan_id <= :upto AND due_on <= :on AND (settled_on IS NULL OR settled_on > :on)
        GROUP BY loan_id
    ), standing AS MATERIALIZED (
        SELECT l.id, l.state = 'active' AND l.funding_circle IS NULL AS is_active, l.non_accrual_since,
            oldest.due_on AS since, oldest.due_on IS DISTINCT FROM l.overdue_since AS has_changed
        FROM loan l LEFT JOIN oldest ON oldest.loan_id = l.id
        WHERE l.id > :after AND l.id <= :upto AND l.disbursed_on <= :on AND (l.ended_on IS NULL OR l.ended_on >= :on)
    ), aged AS (
        UPDATE loan l SET overdue_since = standing.since FROM standing
        WHERE standing.has_changed AND standing.id = l.id AND l.id > :after AND l.id <= :upto
    ), told AS (
        INSERT INTO arrears (loan_id, from_on, since) SELECT id, :on, since FROM standing WHERE has_changed
        ON CONFLICT (loan_id, from_on) DO NOTHING
    )
    SELECT
        coalesce(bool_or(is_active AND non_accrual_since IS NULL
            AND since <= CAST(:on AS date) - CAST(:days AS integer)), false) AS any_stops,
        coalesce(bool_or(is_active AND non_accrual_since IS NOT NULL AND since IS NULL), false) AS any_may_return
    FROM standing
    """
)
# What is owed and has not been paid becomes suspense. Fees that fell due before stay income: they are written off
# against the allowance if they never come.
_STOP: Final = text(
    """
    WITH stopping AS (
        SELECT l.id, CAST(owed.interest AS bigint) AS interest, CAST(owed.penalty AS bigint) AS penalty
        FROM loan l CROSS JOIN LATERAL (
            SELECT sum(accrued_interest + late_interest - paid_interest) AS interest,
                sum(penalty - paid_penalty) AS penalty
            FROM instalment WHERE loan_id = l.id
        ) owed
        WHERE l.state = 'active' AND l.funding_circle IS NULL AND l.id > :after AND l.id <= :upto
            AND l.non_accrual_since IS NULL
            AND l.overdue_since <= CAST(:on AS date) - CAST(:days AS integer)
    ), stopped AS (
        UPDATE loan l SET non_accrual_since = :on, suspended_interest = l.suspended_interest + stopping.interest,
            suspended_penalty = l.suspended_penalty + stopping.penalty
        FROM stopping WHERE stopping.id = l.id AND l.id > :after AND l.id <= :upto
        RETURNING l.id, l.product_number, l.asset, stopping.interest, stopping.penalty
    ), told AS (
        INSERT INTO loan_event (loan_id, kind, on_date, at, details)
        SELECT id, 'non_accrual', :on, :now, jsonb_build_object('suspended', interest + penalty) FROM stopped
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT ledger_account(part.code, product_number, asset), ledger_account('1195', id, asset), part.amount
    FROM stopped CROSS JOIN LATERAL (VALUES ('4010', interest), ('4030', penalty)) AS part (code, amount)
    WHERE part.amount > 0
    """
)
# A due that is not met on its day starts the arrears anew, so those since the last change were all met.
_RETURN: Final = text(
    """
    WITH cured_for_good AS (
        SELECT l.id, l.product_number, l.asset, l.suspended_interest, l.suspended_fee, l.suspended_penalty
        FROM loan l
            CROSS JOIN LATERAL (
                SELECT from_on FROM arrears WHERE loan_id = l.id ORDER BY from_on DESC LIMIT 1
            ) cured
        WHERE l.state = 'active' AND l.id > :after AND l.id <= :upto AND l.non_accrual_since IS NOT NULL
            AND l.overdue_since IS NULL
            AND :dues <= (
                SELECT count(*) FROM instalment i
                WHERE i.loan_id = l.id AND i.due_on > cured.from_on AND i.due_on <= :on)
    ), returned AS (
        UPDATE loan l SET non_accrual_since = NULL, suspended_interest = 0, suspended_fee = 0, suspended_penalty = 0
        FROM cured_for_good WHERE cured_for_good.id = l.id AND l.id > :after AND l.id <= :upto
    ), told AS (
        INSERT INTO loan_event (loan_id, kind, on_date, at, details)
        SELECT id, 'accrual_again', :on, :now,
            jsonb_build_object('released', suspended_interest + suspended_fee + suspended_penalty)
        FROM cured_for_good
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT ledger_account('1195', id, asset), ledger_account(part.code, product_number, asset), part.amount
    FROM cured_for_good CROSS JOIN LATERAL (
        VALUES ('4010', suspended_interest), ('4020', suspended_fee), ('4030', suspended_penalty)
    ) AS part (code, amount)
    WHERE part.amount > 0
    """
)


async def age(unit: Unit, on: date, chunk: Chunk) -> None:
    """Write down since when each loan of a chunk has been overdue at the close of `on`, and move income to suspense.

    - From 91 days past due on a loan does not accrue: D 4010 and D 4030, C 1195 for what is uncollected. What a circle
      lent goes on accruing for the circle.
    - Once its arrears are paid and three dues were met it accrues again: D 1195, C 4010, 4020, 4030 for the rest.
    """
    where: dict[str, object] = {"on": on, "after": chunk.after, "upto": chunk.upto}
    aged = (await unit.session.execute(_AGE, {**where, "days": NON_ACCRUAL_DAYS})).one()
    if not (aged.any_stops or aged.any_may_return):
        return
    await ledger.stage(unit)
    if aged.any_stops:
        await unit.session.execute(_STOP, {**where, "now": unit.now, "days": NON_ACCRUAL_DAYS})
    if aged.any_may_return:
        await unit.session.execute(_RETURN, {**where, "now": unit.now, "dues": DUES_TO_RETURN})
    await ledger.post_staged(unit, f"loans.age:{on}:{chunk.number}", "loan.suspense", on, {"day": on.isoformat()})
