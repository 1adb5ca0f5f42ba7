"""Vintages: what was lent in a month, and what of it became late or was written off, by months on book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import REVERSAL
from finance_core.loans.operations.write_off import ACTION as WRITE_OFF
from finance_core.reports.as_of import LEGS, OF_INSTITUTION
from finance_core.reports.table import (
    Asked,
    Family,
    Found,
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
# A payment that is taken back gives money to the wallet again and is no loan; a loan that got well has arrears since
# NULL, which `greatest` would pass over; what of a loan is in suspense is written off without the allowance.
_VINTAGES: Final = text(
    f"""
    WITH {LEGS}, given_back AS (
        SELECT owner AS loan_id FROM leg WHERE kind = 'loan.cooling_off'
    ), lent AS (
        SELECT leg.owner AS loan_id, leg.asset, min(leg.on_date) AS on_date, sum(leg.amount) AS amount
        FROM leg JOIN account paid_to ON paid_to.id = leg.other_id
        WHERE leg.amount > 0 AND paid_to.code = '2010' AND leg.kind <> '{REVERSAL}'
            AND leg.owner NOT IN (SELECT loan_id FROM given_back) AND {OF_INSTITUTION}
        GROUP BY leg.owner, leg.asset
    ), late AS (
        SELECT loan_id, from_on, since,
            coalesce(lead(from_on) OVER (PARTITION BY loan_id ORDER BY from_on), CAST(:on AS date) + 1) AS until_on
        FROM arrears WHERE from_on <= :on
    ), crossed AS (
        SELECT loan_id, min(greatest(from_on, since + CAST(:late_days AS integer) + 1)) AS on_date
        FROM late
        WHERE since IS NOT NULL AND greatest(from_on, since + CAST(:late_days AS integer) + 1) < until_on
        GROUP BY loan_id
    ), happened AS (
        SELECT crossed.loan_id, 'late' AS what, crossed.on_date, sum(leg.amount) AS amount
        FROM crossed JOIN leg ON leg.owner = crossed.loan_id AND leg.on_date <= crossed.on_date
        GROUP BY crossed.loan_id, crossed.on_date
        UNION ALL
        SELECT leg.owner, 'written_off', leg.on_date, -leg.amount
        FROM leg WHERE leg.amount < 0 AND leg.kind = '{WRITE_OFF}'
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


REPORT: Final = Report(
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
    family=Family.FLOWS,
    brief=("vintage", "months_on_book", "lent", "ever_late_percent", "written_off_percent"),
)
