"""What people asked, by day and topic, and what came of it; and by topic alone, what is to be written next."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.customers.roles import Permission
from finance_core.reports.table import Asked, Family, Found, Report, Row, Takes, count, day, percent, share, words
from finance_core.storage.unit import Unit

_TOPICS: Final = text(
    """
    SELECT on_date, topic, asked, unsure, not_helped, handed_over FROM topic_count
    WHERE on_date BETWEEN :since AND :last_on ORDER BY on_date, topic
    """
)
_TO_WRITE: Final = text(
    """
    SELECT topic, sum(asked) AS asked, sum(unsure) AS unsure, sum(not_helped) AS not_helped,
        sum(handed_over) AS handed_over
    FROM topic_count WHERE on_date BETWEEN :since AND :last_on
    GROUP BY topic HAVING sum(unsure + not_helped) > 0
    ORDER BY sum(unsure + not_helped) DESC, sum(handed_over) DESC, topic
    """
)


async def _topics(unit: Unit, asked: Asked) -> Found:
    found = await unit.session.execute(_TOPICS, {"since": asked.since, "last_on": asked.last_on})
    return Found([tuple(row) for row in found])


async def _to_write(unit: Unit, asked: Asked) -> Found:
    """The topic that was unsure or did not help most often comes first; the share is of all its questions."""
    rows: list[Row] = []
    for row in await unit.session.execute(_TO_WRITE, {"since": asked.since, "last_on": asked.last_on}):
        counts = [int(each) for each in row[1:]]
        left = counts[1] + counts[2]
        rows.append((row.topic, left, *counts, share(left, counts[0] + counts[1])))
    return Found(rows)


_COUNTS: Final = tuple(count(name) for name in ("asked", "unsure", "not_helped", "handed_over"))

REPORT: Final = Report(
    "topics",
    "What people asked, by day and topic: answered, asked back, not helpful, handed over to a person. No texts.",
    Takes.PERIOD,
    (day("date"), words("topic"), *_COUNTS),
    _topics,
    permission=Permission.SEE_COUNTS,
    family=Family.SERVICE,
    brief=("date", "topic", "asked", "unsure", "not_helped", "handed_over"),
)
TO_WRITE: Final = Report(
    "topics-to-write",
    "What to write next: the topics whose questions were left open most often (asked back, not helpful).",
    Takes.PERIOD,
    (words("topic"), count("left_open"), *_COUNTS, percent("left_open_percent")),
    _to_write,
    permission=Permission.SEE_COUNTS,
    family=Family.SERVICE,
    brief=("topic", "left_open", "unsure", "not_helped", "handed_over"),
)
