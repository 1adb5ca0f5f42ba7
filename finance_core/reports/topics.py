"""What people asked, by day and topic, and what came of it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.customers.roles import Permission
from finance_core.reports.table import Asked, Family, Found, Report, Takes, count, day, words
from finance_core.storage.unit import Unit

_TOPICS: Final = text(
    """
    SELECT on_date, topic, asked, unsure, not_helped, handed_over FROM topic_count
    WHERE on_date BETWEEN :since AND :last_on ORDER BY on_date, topic
    """
)


async def _topics(unit: Unit, asked: Asked) -> Found:
    found = await unit.session.execute(_TOPICS, {"since": asked.since, "last_on": asked.last_on})
    return Found([tuple(row) for row in found])


REPORT: Final = Report(
    "topics",
    "What people asked, by day and topic: answered, asked back, not helpful, handed over to a person. No texts.",
    Takes.PERIOD,
    (day("date"), words("topic"), *(count(name) for name in ("asked", "unsure", "not_helped", "handed_over"))),
    _topics,
    permission=Permission.SEE_COUNTS,
    family=Family.RECORDS,
    brief=("date", "topic", "asked", "unsure", "not_helped", "handed_over"),
)
