"""SQL that several reports begin with: what stood at the end of a day, whatever has been posted or reversed since.

Each constant is a member of a `WITH`; they take the parameter `on`. A loan's figures come from the ledger by business
date, its arrears and its schedule from their effective-dated tables, and a payment counts until its reversal's date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import Executable

from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

LEGS: Final = """
    leg AS (
        SELECT account.owner, account.code, account.asset, entry.business_date AS on_date, entry.kind,
            side.amount, side.other_id
        FROM (
            SELECT entry_id, debit_id AS account_id, credit_id AS other_id, amount FROM transfer
            UNION ALL
            SELECT entry_id, credit_id, debit_id, -amount FROM transfer
        ) side
            JOIN account ON account.id = side.account_id
            JOIN entry ON entry.id = side.entry_id
        WHERE account.book = 'INST' AND account.code = ANY(:codes) AND entry.business_date <= :on
    )
"""
"""Every movement up to `on` of the institution's accounts with `codes`: debits positive, credits negative."""

OWED: Final = """
    owed AS (
        SELECT owner AS loan_id,
            CAST(sum(amount) FILTER (WHERE code = '1100') AS bigint) AS outstanding,
            CAST(coalesce(sum(amount) FILTER (WHERE code = '1110'), 0) AS bigint) AS interest,
            CAST(coalesce(sum(amount) FILTER (WHERE code = '1120'), 0) AS bigint) AS fees,
            CAST(coalesce(sum(amount) FILTER (WHERE code = '1130'), 0) AS bigint) AS penalty,
            CAST(coalesce(-sum(amount) FILTER (WHERE code = '1195'), 0) AS bigint) AS suspended
        FROM leg GROUP BY owner
        HAVING sum(amount) FILTER (WHERE code = '1100') > 0
    )
"""
"""What each loan with principal left owes by the ledger. Needs LEGS with `LOAN_CODES`."""

LOAN_CODES: Final = ("1100", "1110", "1120", "1130", "1195")

_STANDING: Final = """
    standing AS (
        SELECT l.id, l.customer_id, l.product, l.product_number, l.funding_circle, l.grade, l.asset, l.disbursed_on,
            l.principal, l.all_in_rate, owed.outstanding, owed.interest, owed.fees, owed.penalty, owed.suspended,
            greatest(CAST(:on AS date) - late.since, 0) AS days, changed.restructured_on, changed.times,
            loan_class(late.since, changed.restructured_on, CAST(:on AS date)) AS loan_class
        FROM owed
            JOIN loan l ON l.id = owed.loan_id AND l.funding_circle {funding}
            LEFT JOIN (
                SELECT DISTINCT ON (loan_id) loan_id, since FROM arrears
                WHERE from_on <= :on ORDER BY loan_id, from_on DESC
            ) late ON late.loan_id = l.id
            LEFT JOIN (
                SELECT loan_id, max(from_on) AS restructured_on, count(*) AS times
                FROM schedule_version WHERE reason = 'restructured' AND from_on <= :on GROUP BY loan_id
            ) changed ON changed.loan_id = l.id
    )
"""
STANDING: Final = _STANDING.format(funding="IS NULL")
"""Each loan of the institution with principal left as it stood: what it owes, days past due, class. Needs OWED."""

VERSIONS: Final = """
    version AS (
        SELECT loan_id, version, from_on, lines, coalesce(max(begins) OVER (
            PARTITION BY loan_id ORDER BY version ROWS UNBOUNDED PRECEDING), 0) AS first_nr
        FROM (
            SELECT loan_id, version, from_on, lines, CASE WHEN reason = 'restructured' THEN (
                SELECT max(CAST(line ->> 'nr' AS integer)) FROM jsonb_array_elements(lines) AS line
                WHERE CAST(line ->> 'starts_on' AS date) = from_on
            ) END AS begins
            FROM schedule_version WHERE from_on <= :on
        ) kept
    )
"""
"""Each schedule that a loan has had, with the number of its first instalment: those below it are what a restructure
left of an older one, whose arrears became principal of the new."""

SCHEDULED: Final = """
    scheduled AS (
        SELECT version.loan_id, CAST(line ->> 'nr' AS integer) AS nr, CAST(line ->> 'due_on' AS date) AS due_on,
            CAST(line ->> 'principal' AS bigint) AS principal, CAST(line ->> 'interest' AS bigint) AS interest,
            CAST(line ->> 'fee' AS bigint) AS fee
        FROM (
            SELECT loan_id, from_on, lines, first_nr, lag(lines) OVER each_loan AS lines_before,
                lead(from_on) OVER each_loan AS until_on
            FROM version WINDOW each_loan AS (PARTITION BY loan_id ORDER BY version)
        ) version
            CROSS JOIN LATERAL jsonb_array_elements(version.lines) AS line
        WHERE CAST(line ->> 'due_on' AS date) >= version.from_on
            AND (version.until_on IS NULL OR CAST(line ->> 'due_on' AS date) < version.until_on)
            AND (CAST(line ->> 'nr' AS integer) >= version.first_nr OR version.lines_before @> jsonb_build_array(line))
    )
"""
"""Each instalment by the schedule that was in force on its due day: what a due was, whatever was agreed later. Of a
schedule that a restructure ended only what had been paid in full counts on that very day. Needs VERSIONS."""

PLANNED: Final = """
    planned AS (
        SELECT version.loan_id, CAST(line ->> 'nr' AS integer) AS nr, CAST(line ->> 'due_on' AS date) AS due_on,
            CAST(line ->> 'principal' AS bigint) AS principal, CAST(line ->> 'interest' AS bigint) AS interest,
            CAST(line ->> 'fee' AS bigint) AS fee
        FROM (
            SELECT DISTINCT ON (loan_id) loan_id, lines, first_nr FROM version ORDER BY loan_id, version DESC
        ) version
            CROSS JOIN LATERAL jsonb_array_elements(version.lines) AS line
        WHERE CAST(line ->> 'nr' AS integer) >= version.first_nr
    )
"""
"""Each instalment, past ones too, by the schedule that is in force at the end of `on`. Needs VERSIONS."""

RECEIVED: Final = """
    received AS (
        SELECT payment.loan_id, CAST(part ->> 'nr' AS integer) AS nr, payment.value_on,
            CAST(part ->> 'principal' AS bigint) AS principal, CAST(part ->> 'interest' AS bigint) AS interest,
            CAST(part ->> 'fee' AS bigint) AS fee, payment.kind = 'loan.waiver' AS is_waived
        FROM loan_payment payment
            LEFT JOIN entry undone ON undone.id = payment.reversed_entry_id
            CROSS JOIN LATERAL jsonb_array_elements(payment.parts) AS part
        WHERE payment.on_date <= :on AND (undone.id IS NULL OR undone.business_date > :on)
    )
"""
"""What each instalment received by payments that stood at the end of `on`; `is_waived`: nobody's money."""

ENDED: Final = """
    ended AS (
        SELECT owner AS loan_id, CASE WHEN sum(amount) = 0 THEN max(on_date) ELSE 'infinity' END AS on_date
        FROM leg GROUP BY owner
    )
"""
"""When a loan's principal was gone: what would have fallen due later never did. Needs LEGS."""

OF_INSTITUTION: Final = """
    NOT EXISTS (SELECT FROM loan other WHERE other.id = leg.owner AND other.funding_circle IS NOT NULL)
"""
"""For a `leg` of a loan: it is not a savings circle's, which are no part of the institution's book (`book.funding`)."""


def standing_loans(select: str) -> str:
    """Return a statement over `standing`, with all that it needs before it."""
    return f"WITH {LEGS}, {OWED}, {STANDING} {select}"


def circle_loans(select: str) -> str:
    """Return the same of what savings circles have lent: `standing` has their loans alone."""
    return f"WITH {LEGS}, {OWED}, {_STANDING.format(funding='IS NOT NULL')} {select}"


async def standing_rows(unit: Unit, statement: Executable, on: date) -> Sequence[Fetched]:
    """Return the rows of a statement that `standing_loans` or `circle_loans` made, as of the end of `on`."""
    return (await unit.session.execute(statement, {"on": on, "codes": list(LOAN_CODES)})).all()
