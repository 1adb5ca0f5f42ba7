"""Reports of what people did to the books: entries by hand, and the record of every act and look."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.customers.roles import Permission
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import REVERSAL
from finance_core.reports.table import Asked, Found, Report, Takes, day, money, number, words
from finance_core.storage.unit import Unit

# What nobody of the institution decided (a person's own act, a step of the day) is no entry by hand.
_BY_HAND: Final = text(
    """
    SELECT entry.business_date, entry.reference, entry.kind, entry.actor, entry.about_on, entry.value_on,
        undone.reference AS reverses, coalesce(entry.about ->> 'why', '') AS why, account.asset,
        CAST(sum(transfer.amount) AS bigint) AS amount
    FROM entry
        JOIN transfer ON transfer.entry_id = entry.id
        JOIN account ON account.id = transfer.debit_id
        LEFT JOIN entry undone ON undone.id = entry.reverses
    WHERE entry.business_date BETWEEN :since AND :upto
        AND (entry.actor LIKE 'operator:%' OR entry.kind = :reversal OR entry.key LIKE 'approval:%')
    GROUP BY entry.id, undone.reference, account.asset
    ORDER BY entry.business_date, entry.id, account.asset
    """
)
_AUDIT: Final = text(
    """
    SELECT id, at, actor_id, act, subject, details FROM audit_line
    WHERE at >= :since AND at < :until ORDER BY id
    """
)


async def _manual_entries(unit: Unit, asked: Asked) -> Found:
    values = {"since": asked.since, "upto": asked.last_on, "reversal": REVERSAL}
    return Found(
        [
            (
                row.business_date,
                row.reference,
                row.kind,
                row.actor,
                row.about_on or row.value_on,
                row.reverses,
                row.why,
                row.asset,
                Money(row.amount, ASSETS[row.asset]),
            )
            for row in await unit.session.execute(_BY_HAND, values)
        ]
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


MANUAL_ENTRIES: Final = Report(
    "manual-entries",
    "Entries that an operator made, and every reversal, with the day they are about and why.",
    Takes.PERIOD,
    (
        day("date"),
        *(words(name) for name in ("reference", "kind", "actor")),
        day("about_on"),
        *(words(name) for name in ("reverses", "why", "asset")),
        money("amount"),
    ),
    _manual_entries,
)
AUDIT: Final = Report(
    "audit",
    "Every act of an operator, and every look at a person's data, on the institution's wall clock.",
    Takes.PERIOD,
    (words("at"), number("actor"), *(words(name) for name in ("act", "subject", "details"))),
    _audit,
    permission=Permission.SEE_AUDIT,
)
