"""Saved audiences as they were counted at the end of a day: how many, and how many could be told of each topic.

Whoever may count may read it, so counts are told as they are to marketing: in tens, and not below fifty.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.customers.roles import Permission
from finance_core.offers.audiences.counting import told
from finance_core.reports.table import Asked, Family, Found, Report, Row, Takes, number, words
from finance_core.storage.unit import Unit

_COUNTED: Final = text(
    """
    SELECT audience.name, version.number, counted.matched, counted.loans, counted.saving, counted.news
    FROM audience_count counted JOIN audience_version version ON version.id = counted.version_id
        JOIN audience ON audience.id = version.audience_id
    WHERE counted.on_date = :on ORDER BY audience.name
    """
)
FEW: Final = "few"
ENOUGH: Final = "enough"


async def _audience(unit: Unit, asked: Asked) -> Found:
    rows: list[Row] = []
    for row in await unit.session.execute(_COUNTED, {"on": asked.last_on}):
        people = [told(each, exactly=False) for each in (row.matched, row.loans, row.saving, row.news)]
        rows.append((row.name, row.number, FEW if people[0] is None else ENOUGH, *people))
    return Found(rows)


REPORT: Final = Report(
    "audience",
    "Saved audiences as they were counted on a day, in tens: how many, and how many could be told of each topic.",
    Takes.DATE,
    (
        words("audience"),
        number("version"),
        words("size"),
        *(number(name) for name in ("people", "loan_offers", "saving_offers", "news_offers")),
    ),
    _audience,
    permission=Permission.SEE_COUNTS,
    family=Family.RECORDS,
    brief=("audience", "people", "loan_offers", "saving_offers", "news_offers"),
    terms=(FEW, ENOUGH),
)
