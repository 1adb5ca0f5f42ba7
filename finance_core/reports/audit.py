"""The record of every act of an operator, and of every look at the data of a person."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.customers.roles import Permission
from finance_core.reports.table import Asked, Family, Found, Report, Takes, number, words
from finance_core.storage.unit import Unit

_AUDIT: Final = text(
    """
    SELECT id, at, actor_id, act, subject, details FROM audit_line
    WHERE at >= :since AND at < :until ORDER BY id
    """
)


async def _audit(unit: Unit, asked: Asked) -> Found:
    first, after = asked.since, asked.last_on + timedelta(days=1)
    since, until = (datetime.combine(on, time.min, unit.zone) for on in (first, after))
    found = await unit.session.execute(_AUDIT, {"since": since, "until": until})
    return Found(
        [
            (
                f"{row.at.astimezone(unit.zone):%Y-%m-%d %H:%M:%S}",
                row.actor_id,
                row.act,
                row.subject,
                json.dumps(row.details, ensure_ascii=False, sort_keys=True) if row.details else "",
            )
            for row in found
        ]
    )


REPORT: Final = Report(
    "audit",
    "Every act of an operator, and every look at a person's data, on the institution's wall clock.",
    Takes.PERIOD,
    (words("at"), number("actor"), *(words(name) for name in ("act", "subject", "details"))),
    _audit,
    permission=Permission.SEE_AUDIT,
    family=Family.RECORDS,
    brief=("at", "actor", "act", "subject"),
)
