"""Money between each fund, its holders and the institution."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.reports.table import Asked, Family, Found, Grain, Report, Row, Takes, day, money, words
from finance_core.storage.unit import Unit

# Money between a fund and its holders; a reversal has the sides exchanged and counts below zero.
_MONEY: Final = text(
    """
    WITH fund AS (
        SELECT id, code, asset FROM fund UNION ALL SELECT id, code, asset FROM nav_fund
    ), moved AS (
        SELECT fund.code AS fund, fund.asset, CAST(date_trunc(:grain, entry.business_date) AS date) AS step,
            coalesce(undone.kind, entry.kind) AS kind, side.code, side.against, side.amount
        FROM entry
            LEFT JOIN entry undone ON undone.id = entry.reverses
            JOIN transfer ON transfer.entry_id = entry.id
            JOIN account d ON d.id = transfer.debit_id
            JOIN account c ON c.id = transfer.credit_id
            CROSS JOIN LATERAL (VALUES
                (d.code, c.code, d.owner, transfer.amount), (c.code, d.code, c.owner, -transfer.amount)
            ) side (code, against, owner, amount)
            JOIN fund ON d.book = 'FUND:' || fund.id OR (side.code = '4070' AND side.owner = fund.id)
        WHERE entry.business_date BETWEEN :since AND :upto AND side.code IN ('F1040', 'F3010', 'F4010', '4070')
    ), summed AS (
        SELECT fund, asset, step,
            coalesce(sum(amount) FILTER (WHERE code = 'F1040' AND against IN ('F3010', 'F2060')), 0)
                - coalesce(sum(amount) FILTER (WHERE code = 'F3010' AND against = 'F2010'
                    AND kind = 'fund.reinvested'), 0) AS subscribed,
            coalesce(sum(amount) FILTER (WHERE code = 'F3010' AND against IN ('F2010', 'F2030')
                AND kind NOT IN ('fund.dividend', 'fund.reinvested')), 0) AS redeemed,
            coalesce(sum(amount) FILTER (WHERE code = 'F3010' AND kind = 'fund.dividend' AND against = 'F2010'), 0)
                + coalesce(sum(amount) FILTER (WHERE code = 'F4010' AND against = 'F3010'
                    AND kind LIKE 'change_plus.income%'), 0) AS distributed,
            -coalesce(sum(amount) FILTER (WHERE code = '4070'), 0) AS fees
        FROM moved GROUP BY fund, asset, step
    )
    SELECT fund, asset, step, CAST(subscribed AS bigint) AS subscribed, CAST(redeemed AS bigint) AS redeemed,
        CAST(distributed AS bigint) AS distributed, CAST(fees AS bigint) AS fees
    FROM summed WHERE (subscribed, redeemed, distributed, fees) <> (0, 0, 0, 0) ORDER BY fund, step
    """
)


async def _money(unit: Unit, asked: Asked) -> Found:
    values = {"since": asked.since, "upto": asked.last_on, "grain": asked.grain.value}
    rows: list[Row] = []
    for row in await unit.session.execute(_MONEY, values):
        figures = (row.subscribed, row.redeemed, row.distributed, row.fees)
        rows.append((row.fund, row.step, *(Money(amount, ASSETS[row.asset]) for amount in figures)))
    return Found(rows)


REPORT: Final = Report(
    "fund-money",
    "What people paid into each fund, what it paid or distributed to them, and the institution's fees.",
    Takes.PERIOD,
    (words("fund"), day("step"), *(money(name) for name in ("subscribed", "redeemed", "distributed", "fees"))),
    _money,
    grain=Grain.MONTH,
    family=Family.FUNDS,
    brief=("fund", "step", "subscribed", "redeemed", "distributed"),
)
