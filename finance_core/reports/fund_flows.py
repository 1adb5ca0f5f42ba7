"""How units of the funds came and went, by what made them do so."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.customers.roles import Permission
from finance_core.kernel.money import ASSETS, Money
from finance_core.reports.table import Asked, Family, Found, Grain, Report, Row, Takes, day, money, words
from finance_core.storage.unit import Unit

_FLOWS: Final = text(
    """
    SELECT fund.code, fund.unit_asset, CAST(date_trunc(:grain, entry.business_date) AS date) AS step, entry.kind,
        CAST(coalesce(sum(transfer.amount) FILTER (WHERE transfer.debit_id = issue.id), 0) AS bigint) AS issued,
        CAST(coalesce(sum(transfer.amount) FILTER (WHERE transfer.credit_id = issue.id), 0) AS bigint) AS redeemed
    FROM account issue
        JOIN (
            SELECT id, code, unit_asset FROM fund UNION ALL SELECT id, code, unit_asset FROM nav_fund
        ) fund ON issue.book = 'REG:' || fund.id
        JOIN transfer ON transfer.debit_id = issue.id OR transfer.credit_id = issue.id
        JOIN entry ON entry.id = transfer.entry_id
    WHERE issue.code = 'U1000' AND entry.business_date BETWEEN :since AND :upto
    GROUP BY fund.code, fund.unit_asset, step, entry.kind
    ORDER BY fund.code, step, entry.kind
    """
)


async def _flows(unit: Unit, asked: Asked) -> Found:
    values = {"since": asked.since, "upto": asked.last_on, "grain": asked.grain.value}
    rows: list[Row] = []
    for row in await unit.session.execute(_FLOWS, values):
        issued, redeemed = (Money(amount, ASSETS[row.unit_asset]) for amount in (row.issued, row.redeemed))
        rows.append((row.code, row.step, row.kind, row.unit_asset, issued, redeemed, issued - redeemed))
    return Found(rows)


REPORT: Final = Report(
    "fund-flows",
    "Units issued and redeemed, fund by fund, by what made them come and go.",
    Takes.PERIOD,
    (
        words("fund"),
        day("step"),
        *(words(name) for name in ("movement", "asset")),
        *(money(name) for name in ("issued", "redeemed", "net")),
    ),
    _flows,
    grain=Grain.MONTH,
    permission=Permission.SEE_COUNTS,
    family=Family.FUNDS,
    brief=("step", "movement", "issued", "redeemed"),
)
