"""Who looked at whose data, and how often: a friend's account is looked at like any other, and stands here.

Two know each other where money has gone between them: the report says so, and no contents.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.customers.roles import Permission
from finance_core.reports.table import Asked, Family, Found, Report, Takes, count, day, number, words
from finance_core.storage.unit import Unit

ACQUAINTED: Final = "acquainted"
_LOOKS: Final = text(
    """
    WITH looked AS (
        SELECT actor_id, at,
            CAST(coalesce(details ->> 'customer', split_part(subject, ':', 2)) AS bigint) AS customer_id
        FROM audit_line
        WHERE at >= :since AND at < :until AND act = 'look' AND actor_id <> 0
            AND (subject LIKE 'customer:%' OR details ? 'customer')
    ), told AS (
        SELECT actor_id, customer_id, count(*) AS looks, min(at) AS first_at, max(at) AS last_at
        FROM looked GROUP BY actor_id, customer_id
    )
    SELECT told.*, EXISTS (
        SELECT FROM send WHERE sender_id = told.actor_id AND payee_id = told.customer_id
        UNION ALL SELECT FROM send WHERE sender_id = told.customer_id AND payee_id = told.actor_id
    ) AS acquainted
    FROM told ORDER BY looks DESC, actor_id, customer_id
    """
)


async def _looks(unit: Unit, asked: Asked) -> Found:
    first, after = asked.since, asked.last_on + timedelta(days=1)
    since, until = (datetime.combine(on, time.min, unit.zone) for on in (first, after))
    found = await unit.session.execute(_LOOKS, {"since": since, "until": until})
    return Found(
        [
            (
                row.actor_id,
                row.customer_id,
                row.looks,
                row.first_at.astimezone(unit.zone).date(),
                row.last_at.astimezone(unit.zone).date(),
                ACQUAINTED if row.acquainted else "",
            )
            for row in found
        ]
    )


REPORT: Final = Report(
    "looks",
    "Who looked at whose data, how often, and whether money has gone between the two. No contents.",
    Takes.PERIOD,
    (number("actor"), number("customer"), count("looks"), day("first_on"), day("last_on"), words("known")),
    _looks,
    permission=Permission.SEE_AUDIT,
    family=Family.RECORDS,
    brief=("actor", "customer", "looks", "known"),
    terms=(ACQUAINTED,),
)
