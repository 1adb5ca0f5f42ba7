"""What loans bring in over time: the cash that is expected, dues against what was collected of them, vintages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.reports.as_of import LEGS, PLANNED, RECEIVED, SCHEDULED
from finance_core.reports.table import (
    TOTAL,
    Asked,
    Found,
    Grain,
    Report,
    Row,
    Takes,
    count,
    day,
    money,
    number,
    percent,
    share,
    words,
)
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

LATE_DAYS: Final = 30
"""A vintage counts what was ever more than so many days past due."""

# When a loan's principal was gone: what would have fallen due later never did.
_ENDED: Final = """
    ended AS (
        SELECT owner AS loan_id, CASE WHEN sum(amount) = 0 THEN max(on_date) ELSE 'infinity' END AS on_date
        FROM leg GROUP BY owner
    )
"""
_LEFT: Final = text(
    f"""
    WITH {LEGS}, {_ENDED}, {PLANNED}, {RECEIVED}, paid AS (
        SELECT loan_id, nr, sum(principal) AS principal, sum(interest) AS interest, sum(fee) AS fee
        FROM received GROUP BY loan_id, nr
    ), left_over AS (
        SELECT loan.asset, planned.due_on,
            greatest(planned.principal - coalesce(paid.principal, 0), 0) AS principal,
            greatest(planned.interest - coalesce(paid.interest, 0), 0) AS interest,
            greatest(planned.fee - coalesce(paid.fee, 0), 0) AS fee
        FROM planned
            JOIN ended ON ended.loan_id = planned.loan_id AND ended.on_date > :on
            JOIN loan ON loan.id = planned.loan_id
            LEFT JOIN paid ON paid.loan_id = planned.loan_id AND paid.nr = planned.nr
    )
    SELECT asset, CASE WHEN due_on > :on THEN CAST(date_trunc(:grain, due_on) AS date) END AS step,
        min(due_on) AS first_on, max(due_on) AS last_on, CAST(sum(principal) AS bigint) AS principal,
        CAST(sum(interest) AS bigint) AS interest, CAST(sum(fee) AS bigint) AS fee
    FROM left_over WHERE principal + interest + fee > 0
    GROUP BY asset, step ORDER BY step NULLS FIRST, asset
    """  # noqa: S608 - made of the constants above
)
# Interest on what was late and penalties were not planned, so they are no part of what was collected of a due.
_DUES: Final = text(
    f"""
    WITH {LEGS}, {_ENDED}, {SCHEDULED}, {RECEIVED}, due AS (
        SELECT scheduled.*, loan.asset FROM scheduled
            JOIN ended ON ended.loan_id = scheduled.loan_id AND scheduled.due_on <= ended.on_date
            JOIN loan ON loan.id = scheduled.loan_id
        WHERE scheduled.due_on BETWEEN :since AND :on
    ), paid AS (
        SELECT due.loan_id, due.nr,
            least(due.principal, sum(received.principal)) + least(due.interest, sum(received.interest))
                + least(due.fee, sum(received.fee)) AS ever,
            least(due.principal, sum(received.principal) FILTER (WHERE value_on <= due_on))
                + least(due.interest, sum(received.interest) FILTER (WHERE value_on <= due_on))
                + least(due.fee, sum(received.fee) FILTER (WHERE value_on <= due_on)) AS on_time
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
_VINTAGES: Final = text(
    f"""
    WITH {LEGS}, given_back AS (
        SELECT owner AS loan_id FROM leg WHERE kind = 'loan.cooling_off'
    ), lent AS (
        SELECT leg.owner AS loan_id, leg.asset, min(leg.on_date) AS on_date, sum(leg.amount) AS amount
        FROM leg JOIN account paid_to ON paid_to.id = leg.other_id
        WHERE leg.amount > 0 AND paid_to.code = '2010' AND leg.owner NOT IN (SELECT loan_id FROM given_back)
        GROUP BY leg.owner, leg.asset
    ), late AS (
        SELECT loan_id, from_on, since,
            coalesce(lead(from_on) OVER (PARTITION BY loan_id ORDER BY from_on), CAST(:on AS date) + 1) AS until_on
        FROM arrears WHERE from_on <= :on
    ), crossed AS (
        SELECT loan_id, min(greatest(from_on, since + CAST(:late_days AS integer) + 1)) AS on_date
        FROM late WHERE greatest(from_on, since + CAST(:late_days AS integer) + 1) < until_on GROUP BY loan_id
    ), happened AS (
        SELECT crossed.loan_id, 'late' AS what, crossed.on_date, sum(leg.amount) AS amount
        FROM crossed JOIN leg ON leg.owner = crossed.loan_id AND leg.on_date <= crossed.on_date
        GROUP BY crossed.loan_id, crossed.on_date
        UNION ALL
        SELECT leg.owner, 'written_off', leg.on_date, -leg.amount
        FROM leg JOIN account allowance ON allowance.id = leg.other_id
        WHERE leg.amount < 0 AND allowance.code = '1190'
    )
    SELECT CAST(date_trunc('month', lent.on_date) AS date) AS vintage, lent.asset, 'lent' AS what, 0 AS month,
        count(*) AS loans, CAST(sum(lent.amount) AS bigint) AS amount
    FROM lent GROUP BY 1, 2
    UNION ALL
    SELECT CAST(date_trunc('month', lent.on_date) AS date), lent.asset, happened.what,
        CAST(extract(year FROM happened.on_date) * 12 + extract(month FROM happened.on_date)
            - extract(year FROM lent.on_date) * 12 - extract(month FROM lent.on_date) AS integer),
        count(*), CAST(sum(happened.amount) AS bigint)
    FROM lent JOIN happened ON happened.loan_id = lent.loan_id
    GROUP BY 1, 2, 3, 4
    """  # noqa: S608 - made of the constants above
)


async def _expected(unit: Unit, asked: Asked) -> Found:
    values = {"on": asked.last_on, "codes": ["1100"], "grain": _grain(asked)}
    return Found([_expected_row(row) for row in await unit.session.execute(_LEFT, values)])


def _expected_row(row: Fetched) -> Row:
    asset = ASSETS[row.asset]
    parts = [Money(amount, asset) for amount in (row.principal, row.interest, row.fee)]
    when = "overdue" if row.step is None else row.step.isoformat()
    return (when, row.first_on, row.last_on, row.asset, *parts, Money(row.principal + row.interest + row.fee, asset))


async def _due_collected(unit: Unit, asked: Asked) -> Found:
    values = {"on": asked.last_on, "since": asked.since, "codes": ["1100"], "grain": _grain(asked)}
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


def _grain(asked: Asked) -> str:
    assert asked.by is not None
    return asked.by.value


@dataclass(slots=True)
class Vintage:
    """What was lent in one month, in minor units, and what became late or was written off of it by months on book."""

    loans: int = 0
    lent: int = 0
    late: dict[int, int] = field(default_factory=dict)
    written_off: dict[int, int] = field(default_factory=dict)


async def _vintages(unit: Unit, asked: Asked) -> Found:
    values = {"on": asked.last_on, "codes": ["1100"], "late_days": LATE_DAYS}
    vintages = _by_month((await unit.session.execute(_VINTAGES, values)).all())
    rows = [
        row
        for (month, asset), vintage in sorted(vintages.items())
        for row in _vintage_rows(month, asset, vintage, asked.last_on)
    ]
    return Found(rows, [])


def _by_month(found: Iterable[Fetched]) -> dict[tuple[date, str], Vintage]:
    vintages: dict[tuple[date, str], Vintage] = {}
    for row in found:
        vintage = vintages.setdefault((row.vintage, row.asset), Vintage())
        match row.what:
            case "lent":
                vintage.loans, vintage.lent = row.loans, row.amount
            case "late":
                vintage.late[row.month] = row.amount
            case _:
                vintage.written_off[row.month] = row.amount
    return vintages


def _vintage_rows(first_on: date, code: str, vintage: Vintage, on: date) -> Iterator[Row]:
    """Yield the vintage after 0, 1, 2 … calendar months, each with all that has happened by then."""
    age = (on.year - first_on.year) * 12 + on.month - first_on.month
    late = written_off = 0
    for month in range(age + 1):
        late += vintage.late.get(month, 0)
        written_off += vintage.written_off.get(month, 0)
        lent, late_money, off_money = (Money(amount, ASSETS[code]) for amount in (vintage.lent, late, written_off))
        shares = share(late, vintage.lent), share(written_off, vintage.lent)
        yield (first_on, code, month, vintage.loans, lent, late_money, shares[0], off_money, shares[1])


EXPECTED: Final = Report(
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
)
DUE_COLLECTED: Final = Report(
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
)
VINTAGES: Final = Report(
    "vintages",
    "By month of disbursement and months on book: principal ever more than 30 days late, and written off.",
    Takes.DATE,
    (
        day("vintage"),
        words("asset"),
        number("months_on_book"),
        count("loans"),
        money("lent"),
        money("ever_late"),
        percent("ever_late_percent"),
        money("written_off"),
        percent("written_off_percent"),
    ),
    _vintages,
)
