"""Portfolio at risk: the principal of late loans over all principal, on a day or over a period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.reports.as_of import LEGS, OF_INSTITUTION
from finance_core.reports.table import (
    Asked,
    Family,
    Found,
    Grain,
    Report,
    Row,
    Takes,
    day,
    money,
    percent,
    share,
    words,
)
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

AT_RISK: Final = {"par1": 0, "par30": 30, "par60": 60, "par90": 90}
"""PAR n is the principal of loans more than so many days past due (PRODUCTS §3; PAR1: one day or more)."""
_BEYOND: Final = ", ".join(
    f"CAST(coalesce(sum(principal) FILTER (WHERE days > {bound}), 0) AS bigint) AS {name}"
    for name, bound in AT_RISK.items()
)
# Balances and arrears hold from one date until the next: each is laid beside the days that are asked for.
_AT_RISK: Final = text(
    f"""
    WITH {LEGS}, moved AS (
        SELECT owner AS loan_id, asset, on_date, sum(amount) AS amount FROM leg
        WHERE {OF_INSTITUTION} GROUP BY owner, asset, on_date
    ), held AS (
        SELECT loan_id, asset, on_date AS from_on, lead(on_date) OVER each_loan AS until_on,
            CAST(sum(amount) OVER each_loan AS bigint) AS principal
        FROM moved WINDOW each_loan AS (PARTITION BY loan_id ORDER BY on_date)
    ), late AS (
        SELECT loan_id, from_on, lead(from_on) OVER (PARTITION BY loan_id ORDER BY from_on) AS until_on, since
        FROM arrears WHERE from_on <= :on
    ), changed AS (
        SELECT loan_id, min(from_on) AS from_on FROM schedule_version WHERE reason = 'restructured' GROUP BY loan_id
    ), standing AS (
        SELECT step.on_date, held.asset, held.principal, step.on_date - late.since AS days,
            changed.loan_id IS NOT NULL AS is_restructured
        FROM unnest(CAST(:days AS date[])) AS step (on_date)
            JOIN held ON held.from_on <= step.on_date AND (held.until_on IS NULL OR held.until_on > step.on_date)
            LEFT JOIN late ON late.loan_id = held.loan_id AND late.from_on <= step.on_date
                AND (late.until_on IS NULL OR late.until_on > step.on_date)
            LEFT JOIN changed ON changed.loan_id = held.loan_id AND changed.from_on <= step.on_date
        WHERE held.principal > 0
    )
    SELECT on_date, asset, CAST(sum(principal) AS bigint) AS gross, {_BEYOND},
        CAST(coalesce(sum(principal) FILTER (WHERE is_restructured), 0) AS bigint) AS restructured
    FROM standing GROUP BY on_date, asset ORDER BY on_date, asset
    """  # noqa: S608 - made of the constants above
)


async def _par(unit: Unit, asked: Asked) -> Found:
    values = {"on": asked.last_on, "days": list(steps(asked)), "codes": ["1100"]}
    found = (await unit.session.execute(_AT_RISK, values)).all()
    return Found([_par_row(row) for row in found], [])


def steps(asked: Asked) -> Iterator[date]:
    """Yield the last day of each step of the period; the date alone when there is none."""
    if asked.first_on is None or asked.by is None:
        yield asked.last_on
        return
    on = asked.first_on
    while on <= asked.last_on:
        end = _end_of(asked.by, on)
        yield min(end, asked.last_on)
        on = end + timedelta(days=1)


def _end_of(grain: Grain, on: date) -> date:
    """Return the last day of the step that a day is in."""
    start = grain.start_of(on)
    if grain is Grain.MONTH:
        return (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return start + timedelta(days=6 if grain is Grain.WEEK else 0)


def _par_row(row: Fetched) -> Row:
    asset = ASSETS[row.asset]
    amounts = [getattr(row, name) for name in (*AT_RISK, "restructured")]
    pairs = [(Money(amount, asset), share(amount, row.gross)) for amount in amounts]
    return (row.on_date, row.asset, Money(row.gross, asset), *(cell for pair in pairs for cell in pair))


REPORT: Final = Report(
    "par",
    "Portfolio at risk: principal of loans 1 day or more, and more than 30, 60 and 90 days late, over all principal.",
    Takes.EITHER,
    (
        day("on_date"),
        words("asset"),
        money("outstanding"),
        *(column for name in (*AT_RISK, "restructured") for column in (money(name), percent(f"{name}_percent"))),
    ),
    _par,
    grain=Grain.MONTH,
    family=Family.LOANS,
    brief=("on_date", "outstanding", "par1_percent", "par30_percent", "par60_percent", "par90_percent"),
)
