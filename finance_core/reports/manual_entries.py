"""Entries that an operator made by hand, and every reversal."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import REVERSAL
from finance_core.reports.table import Asked, Family, Found, Report, Takes, day, money, words
from finance_core.storage.unit import Unit

# What nobody of the institution decided (a person's own act, a step of the day) is no entry by hand. What one moved is
# what its accounts gained by debits in all: what passes through an account on its way is counted once. Of one in many
# books, or with memos beside it, the institution's own balance sheet counts where it is touched.
_BY_HAND: Final = text(
    """
    WITH by_hand AS (
        SELECT entry.*, approval.maker_id, approval.why AS proposed_why
        FROM entry LEFT JOIN approval ON entry.key ~ '^approval:[0-9]+(:|$)'
            AND approval.id = CAST(substring(entry.key FROM '^approval:([0-9]{1,18})') AS bigint)
        WHERE entry.business_date BETWEEN :since AND :upto
            AND (entry.actor LIKE 'operator:%' OR entry.kind = :reversal OR entry.key LIKE 'approval:%')
    ), moved AS (
        SELECT by_hand.id, account.asset, CAST(sum(side.amount) AS bigint) AS amount,
            CASE WHEN chart.kind IN ('memo', 'register') THEN 3 WHEN account.book = 'INST' THEN 1 ELSE 2 END AS rank
        FROM by_hand JOIN transfer ON transfer.entry_id = by_hand.id
            CROSS JOIN LATERAL (
                VALUES (transfer.debit_id, transfer.amount), (transfer.credit_id, -transfer.amount)
            ) AS side (account_id, amount)
            JOIN account ON account.id = side.account_id
            JOIN chart USING (code)
        GROUP BY by_hand.id, account.id, account.asset, account.book, chart.kind
    ), summed AS (
        SELECT DISTINCT ON (id, asset) id, asset, amount FROM (
            SELECT id, asset, rank, CAST(sum(greatest(amount, 0)) AS bigint) AS amount
            FROM moved GROUP BY id, asset, rank
        ) ranked ORDER BY id, asset, rank
    )
    SELECT by_hand.business_date, by_hand.reference, by_hand.kind, by_hand.actor, by_hand.about_on, by_hand.value_on,
        CASE WHEN by_hand.maker_id IS NULL THEN by_hand.actor ELSE 'operator:' || by_hand.maker_id END AS maker,
        undone.reference AS reverses, coalesce(by_hand.proposed_why, by_hand.about ->> 'why', '') AS why,
        summed.asset, summed.amount
    FROM by_hand JOIN summed ON summed.id = by_hand.id
        LEFT JOIN entry undone ON undone.id = by_hand.reverses
    ORDER BY by_hand.business_date, by_hand.id, summed.asset
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
                row.maker,
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
    "Entries that operators made, and every reversal: who proposed and who did it, the day it is about, why.",
    Takes.PERIOD,
    (
        day("date"),
        *(words(name) for name in ("reference", "kind", "maker", "actor")),
        day("about_on"),
        *(words(name) for name in ("reverses", "why", "asset")),
        money("amount"),
    ),
    _manual_entries,
    family=Family.RECORDS,
    brief=("date", "reference", "kind", "maker", "why", "amount"),
)
