"""Ageing: loans and outstanding principal by how late they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row as Fetched
from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.rules.classes import BUCKETS, bucket_of
from finance_core.reports.as_of import standing_loans, standing_rows
from finance_core.reports.buckets import CURRENT, bucket_words
from finance_core.reports.table import (
    TOTAL,
    Asked,
    Family,
    Found,
    Report,
    Row,
    Takes,
    count,
    money,
    percent,
    share,
    words,
)
from finance_core.storage.unit import Unit

_AGES: Final = text(
    standing_loans(
        """
        SELECT asset, days, count(*) AS loans, CAST(sum(outstanding) AS bigint) AS principal
        FROM standing GROUP BY asset, days
        """
    )
)


async def _ageing(unit: Unit, asked: Asked) -> Found:
    ages = await standing_rows(unit, _AGES, asked.last_on)
    rows: list[Row] = []
    totals: list[Row] = []
    for asset in sorted({age.asset for age in ages}):
        mine = [age for age in ages if age.asset == asset]
        whole = sum(age.principal for age in mine)
        by_bucket = {bucket: [age for age in mine if bucket_of(age.days) == bucket] for bucket in (None, *BUCKETS)}
        rows += (_ageing_row(bucket_words(bucket), asset, each, whole) for bucket, each in by_bucket.items())
        totals.append(_ageing_row(TOTAL, asset, mine, whole))
    return Found(rows, totals)


def _ageing_row(name: str, asset: str, ages: Sequence[Fetched[Any]], whole: int) -> Row:
    principal = sum(row.principal for row in ages)
    return (name, asset, sum(row.loans for row in ages), Money(principal, ASSETS[asset]), share(principal, whole))


REPORT: Final = Report(
    "ageing",
    "Loans and outstanding principal by how late they are.",
    Takes.DATE,
    (words("days_past_due"), words("asset"), count("loans"), money("outstanding"), percent("share")),
    _ageing,
    family=Family.LOANS,
    brief=("days_past_due", "loans", "outstanding", "share"),
    terms=(CURRENT,),
)
