"""What fell due in a period against what was collected of it, on time and late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.reports.as_of import ENDED, LEGS, RECEIVED, SCHEDULED, VERSIONS
from finance_core.reports.table import (
    TOTAL,
    Asked,
    Family,
    Found,
    Grain,
    Report,
    Row,
    Takes,
    count,
    money,
    percent,
    share,
    words,
)
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

# Interest on what was late and penalties were not planned, so they are no part of what was collected of a due. Of a due
# without a payment on time the sum is NULL, which `least` would pass over.
_DUES: Final = text(
    f"""
    WITH {LEGS}, {ENDED}, {VERSIONS}, {SCHEDULED}, {RECEIVED}, due AS (
        SELECT scheduled.*, loan.asset FROM scheduled
            JOIN ended ON ended.loan_id = scheduled.loan_id AND scheduled.due_on <= ended.on_date
            JOIN loan ON loan.id = scheduled.loan_id AND loan.funding_circle IS NULL
        WHERE scheduled.due_on BETWEEN :since AND :on
    ), paid AS (
        SELECT due.loan_id, due.nr,
            least(due.principal, sum(received.principal)) + least(due.interest, sum(received.interest))
                + least(due.fee, sum(received.fee)) AS ever,
            least(due.principal, coalesce(sum(received.principal) FILTER (WHERE value_on <= due_on), 0))
                + least(due.interest, coalesce(sum(received.interest) FILTER (WHERE value_on <= due_on), 0))
                + least(due.fee, coalesce(sum(received.fee) FILTER (WHERE value_on <= due_on), 0)) AS on_time
        FROM due JOIN received ON received.loan_id = due.loan_id AND received.nr = due.nr AND NOT received.is_waived
        GROUP BY due.loan_id, due.nr, due.principal, due.interest, due.fee
    )
    SELECT asset, CAST(date_trunc(:grain, due_on) AS date) AS step, count(*) AS dues,
        CAST(sum(due.principal + due.interest + due.fee) AS bigint) AS due,
        CAST(coalesce(sum(paid.on_time), 0) AS bigint) AS on_time, CAST(coalesce(sum(paid.ever), 0) AS bigint) AS ever
    FROM due LEFT JOIN paid ON paid.loan_id = due.loan_id AND paid.nr = due.nr
    GROUP BY asset, step ORDER BY step, asset
    """  # noqa: S608 - made of the constants above
)


async def _due_collected(unit: Unit, asked: Asked) -> Found:
    values = {"on": asked.last_on, "since": asked.since, "codes": ["1100"], "grain": asked.grain.value}
    found = (await unit.session.execute(_DUES, values)).all()
    rows = [_collected_row(row.step, row.asset, [row]) for row in found]
    assets = sorted({row.asset for row in found})
    totals = [_collected_row(None, asset, [row for row in found if row.asset == asset]) for asset in assets]
    return Found(rows, totals)


def _collected_row(step: date | None, code: str, dues: Sequence[Fetched]) -> Row:
    """Return dues of a step, or of all of them, with what came of them on time and late."""
    asset = ASSETS[code]
    due, on_time, ever = (sum(getattr(row, name) for row in dues) for name in ("due", "on_time", "ever"))
    amounts = (Money(amount, asset) for amount in (due, on_time, ever - on_time, due - ever))
    name = TOTAL if step is None else step.isoformat()
    return (name, code, sum(row.dues for row in dues), *amounts, share(on_time, due), share(ever, due))


REPORT: Final = Report(
    "due-collected",
    "What fell due in a period, and what of it was collected, on time and late.",
    Takes.PERIOD,
    (
        words("step"),
        words("asset"),
        count("dues"),
        *(money(name) for name in ("due", "on_time", "late", "missing")),
        percent("on_time_percent"),
        percent("collected_percent"),
    ),
    _due_collected,
    grain=Grain.MONTH,
    family=Family.FLOWS,
    brief=("step", "due", "on_time", "late", "collected_percent"),
)
