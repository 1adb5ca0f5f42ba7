"""The income statement: income and expense of a period, by product."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Kind
from finance_core.reports.table import TOTAL, Asked, Family, Found, Report, Row, Takes, money, words
from finance_core.storage.unit import Unit

_EARNED: Final = text(
    """
    SELECT account.code, chart.name, chart.kind, account.asset, coalesce(sold.code, '') AS product,
        CAST(sum(leg.credit - leg.debit) AS bigint) AS earned
    FROM entry
        JOIN transfer ON transfer.entry_id = entry.id
        CROSS JOIN LATERAL (
            VALUES (transfer.debit_id, transfer.amount, CAST(0 AS bigint)), (transfer.credit_id, 0, transfer.amount)
        ) AS leg (account_id, debit, credit)
        JOIN account ON account.id = leg.account_id
        JOIN chart USING (code)
        LEFT JOIN (SELECT DISTINCT code, CAST(terms ->> 'number' AS bigint) AS number FROM product WHERE line = 'loans')
            AS sold ON chart.owned_by = 'product' AND sold.number = account.owner
    WHERE entry.business_date BETWEEN :since AND :upto AND account.book = 'INST'
        AND chart.kind IN ('income', 'expense')
    GROUP BY account.code, chart.name, chart.kind, account.asset, sold.code
    ORDER BY account.code, account.asset, product
    """
)


async def _income_statement(unit: Unit, asked: Asked) -> Found:
    values = {"since": asked.since, "upto": asked.last_on}
    found = (await unit.session.execute(_EARNED, values)).all()
    rows: list[Row] = [
        (row.kind, row.code, row.name, row.product, row.asset, Money(row.earned * _sign(row.kind), ASSETS[row.asset]))
        for row in found
    ]
    totals: list[Row] = []
    for asset in sorted({row.asset for row in found}):
        for label, wanted in (("income", {"income"}), ("expense", {"expense"}), ("result", {"income", "expense"})):
            mine = [row for row in found if row.asset == asset and row.kind in wanted]
            amount = sum(row.earned for row in mine) * (_sign(label) if label != "result" else 1)
            totals.append((label, "", TOTAL, "", asset, Money(amount, ASSETS[asset])))
    return Found(rows, totals)


def _sign(kind: str) -> int:
    """Expense is shown as a positive figure under its own head."""
    return -1 if kind == Kind.EXPENSE else 1


REPORT: Final = Report(
    "income-statement",
    "Income and expense of a period, by product.",
    Takes.PERIOD,
    (*(words(name) for name in ("section", "code", "account", "product", "asset")), money("amount")),
    _income_statement,
    family=Family.LEDGER,
    brief=("section", "account", "product", "amount"),
    terms=("income", "expense", "result"),
)
