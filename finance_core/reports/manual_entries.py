"""Entries that an operator made by hand, and every reversal."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import REVERSAL
from finance_core.reports.table import Asked, Family, Found, Report, Takes, day, money, words
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


REPORT: Final = Report(
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
    family=Family.RECORDS,
    brief=("date", "reference", "kind", "amount"),
)
