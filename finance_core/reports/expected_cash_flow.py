"""The cash that the schedules of running loans are still to bring."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.reports.as_of import ENDED, LEGS, PLANNED, RECEIVED, VERSIONS
from finance_core.reports.table import Asked, Family, Found, Grain, Report, Row, Takes, day, money, words
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

_OVERDUE: Final = "overdue"
_LEFT: Final = text(
    f"""
    WITH {LEGS}, {ENDED}, {VERSIONS}, {PLANNED}, {RECEIVED}, paid AS (
        SELECT loan_id, nr, sum(principal) AS principal, sum(interest) AS interest, sum(fee) AS fee
        FROM received GROUP BY loan_id, nr
    ), left_over AS (
        SELECT loan.asset, planned.due_on,
            greatest(planned.principal - coalesce(paid.principal, 0), 0) AS principal,
            greatest(planned.interest - coalesce(paid.interest, 0), 0) AS interest,
            greatest(planned.fee - coalesce(paid.fee, 0), 0) AS fee
        FROM planned
            JOIN ended ON ended.loan_id = planned.loan_id AND ended.on_date > :on
            JOIN loan ON loan.id = planned.loan_id AND loan.funding_circle IS NULL
            LEFT JOIN paid ON paid.loan_id = planned.loan_id AND paid.nr = planned.nr
    )
    SELECT asset, CASE WHEN due_on > :on THEN CAST(date_trunc(:grain, due_on) AS date) END AS step,
        min(due_on) AS first_on, max(due_on) AS last_on, CAST(sum(principal) AS bigint) AS principal,
        CAST(sum(interest) AS bigint) AS interest, CAST(sum(fee) AS bigint) AS fee
    FROM left_over WHERE principal + interest + fee > 0
    GROUP BY asset, step ORDER BY step NULLS FIRST, asset
    """  # noqa: S608 - made of the constants above
)


async def _expected(unit: Unit, asked: Asked) -> Found:
    values = {"on": asked.last_on, "codes": ["1100"], "grain": asked.grain.value}
    return Found([_expected_row(row) for row in await unit.session.execute(_LEFT, values)])


def _expected_row(row: Fetched) -> Row:
    asset = ASSETS[row.asset]
    parts = [Money(amount, asset) for amount in (row.principal, row.interest, row.fee)]
    when = _OVERDUE if row.step is None else row.step.isoformat()
    return (when, row.first_on, row.last_on, row.asset, *parts, Money(row.principal + row.interest + row.fee, asset))


REPORT: Final = Report(
    "expected-cash-flow",
    "What running loans' schedules are still to bring, by day, week or month.",
    Takes.DATE,
    (
        words("step"),
        day("first_due_on"),
        day("last_due_on"),
        words("asset"),
        *(money(name) for name in ("principal", "interest", "fees", "total")),
    ),
    _expected,
    grain=Grain.MONTH,
    family=Family.FLOWS,
    brief=("step", "principal", "interest", "fees", "total"),
    terms=(_OVERDUE,),
)
