"""Cases by day and kind: how many came, were answered, in time or late, were taken up again. No texts, no persons."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.cases.rules import CaseKind
from finance_core.customers.roles import Permission
from finance_core.reports.table import Asked, Family, Found, Report, Takes, count, day, words
from finance_core.storage.unit import Unit

_COLUMNS: Final = ("opened", "answered", "answered_late", "asked_back", "reopened", "closed", "goodwill")
# What was a question before it was opened as a complaint or a dispute was one on its past days, too.
_CASES: Final = text(
    """
    SELECT e.on_date, CASE WHEN e.id < latest.id THEN 'question' ELSE c.kind END AS kind,
        count(*) FILTER (WHERE e.event = 'opened') AS opened,
        count(*) FILTER (WHERE e.event = 'answered') AS answered,
        count(*) FILTER (WHERE e.event = 'answered' AND e.is_late) AS answered_late,
        count(*) FILTER (WHERE e.event = 'asked_back') AS asked_back,
        count(*) FILTER (WHERE e.event = 'reopened') AS reopened,
        count(*) FILTER (WHERE e.event = 'closed') AS closed,
        count(*) FILTER (WHERE e.event = 'goodwill') AS goodwill
    FROM case_event e JOIN service_case c ON c.id = e.case_id
        LEFT JOIN LATERAL (SELECT id FROM case_event o WHERE o.case_id = c.id AND o.event = 'opened'
            ORDER BY id DESC LIMIT 1) latest ON true
    WHERE e.on_date BETWEEN :since AND :last_on AND e.event IN (
        'opened', 'answered', 'asked_back', 'reopened', 'closed', 'goodwill')
    GROUP BY 1, 2 ORDER BY 1, 2
    """
)


async def _cases(unit: Unit, asked: Asked) -> Found:
    found = await unit.session.execute(_CASES, {"since": asked.since, "last_on": asked.last_on})
    return Found([tuple(row) for row in found])


REPORT: Final = Report(
    "cases",
    "Cases by day and kind: opened, answered, of these late, asked back, taken up again, closed, goodwill paid.",
    Takes.PERIOD,
    (day("date"), words("kind"), *(count(name) for name in _COLUMNS)),
    _cases,
    permission=Permission.SEE_COUNTS,
    family=Family.SERVICE,
    brief=("date", "kind", "opened", "answered", "answered_late", "reopened", "closed"),
    terms=tuple(CaseKind),
)
