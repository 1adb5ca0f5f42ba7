"""The funds' registers: who holds how many units and what they are worth, and how units came and went."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.funds import register as nav_funds
from finance_core.funds.product import NavFundTerms, funds_on_sale
from finance_core.kernel.money import ASSETS, Money
from finance_core.reports.table import Asked, Found, Grain, Report, Row, Takes, day, money, number, words
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

# A holder's units that wait to be redeemed are in an account of their order's.
_REGISTER: Final = text(
    """
    WITH moved AS (
        SELECT account.book, account.code, account.owner, sum(side.units) AS units
        FROM account
            JOIN (
                SELECT entry_id, debit_id AS account_id, -amount AS units FROM transfer
                UNION ALL
                SELECT entry_id, credit_id, amount FROM transfer
            ) side ON side.account_id = account.id
            JOIN entry ON entry.id = side.entry_id
        WHERE account.code IN ('U2010', 'U2015') AND entry.business_date <= :on
        GROUP BY account.book, account.code, account.owner
    )
    SELECT fund.code, fund.asset, fund.unit_asset, coalesce(leaving.customer_id, moved.owner) AS customer_id,
        CAST(coalesce(sum(units) FILTER (WHERE moved.code = 'U2010'), 0) AS bigint) AS held,
        CAST(coalesce(sum(units) FILTER (WHERE moved.code = 'U2015'), 0) AS bigint) AS leaving
    FROM moved
        JOIN fund ON moved.book = 'REG:' || fund.id
        LEFT JOIN fund_order leaving ON moved.code = 'U2015' AND leaving.id = moved.owner
    GROUP BY fund.code, fund.asset, fund.unit_asset, 4
    HAVING sum(units) <> 0
    ORDER BY fund.code, 4
    """
)
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


async def _register(unit: Unit, asked: Asked) -> Found:
    rows = [_money_fund_row(row) for row in await unit.session.execute(_REGISTER, {"on": asked.last_on})]
    for fund in await funds_on_sale(unit):
        rows += [_nav_fund_row(fund, line) for line in await nav_funds.register(unit, fund, asked.last_on)]
    return Found(rows)


def _money_fund_row(row: Fetched) -> Row:
    """A unit of a money fund is worth 1.00 for good, so its minor units are those of the money."""
    held, leaving = (Money(amount, ASSETS[row.unit_asset]) for amount in (row.held, row.leaving))
    return (row.code, row.customer_id, row.unit_asset, held, leaving, Money(row.held + row.leaving, ASSETS[row.asset]))


def _nav_fund_row(fund: NavFundTerms, line: nav_funds.RegisterLine) -> Row:
    """A value is at the last NAV that was known on the day; None before the first."""
    held = line.units - line.leaving
    return (fund.code, line.customer_id, fund.unit_asset.code, held, line.leaving, line.value)


async def _flows(unit: Unit, asked: Asked) -> Found:
    assert asked.by is not None
    values = {"since": asked.since, "upto": asked.last_on, "grain": asked.by.value}
    rows: list[Row] = []
    for row in await unit.session.execute(_FLOWS, values):
        issued, redeemed = (Money(amount, ASSETS[row.unit_asset]) for amount in (row.issued, row.redeemed))
        rows.append((row.code, row.step, row.kind, row.unit_asset, issued, redeemed, issued - redeemed))
    return Found(rows)


async def _money(unit: Unit, asked: Asked) -> Found:
    assert asked.by is not None
    values = {"since": asked.since, "upto": asked.last_on, "grain": asked.by.value}
    rows: list[Row] = []
    for row in await unit.session.execute(_MONEY, values):
        figures = (row.subscribed, row.redeemed, row.distributed, row.fees)
        rows.append((row.fund, row.step, *(Money(amount, ASSETS[row.asset]) for amount in figures)))
    return Found(rows)


REGISTER: Final = Report(
    "fund-register",
    "Who holds units of which fund, and what they are worth.",
    Takes.DATE,
    (words("fund"), number("customer"), words("asset"), money("units"), money("in_redemption"), money("value")),
    _register,
)
FLOWS: Final = Report(
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
)
MONEY: Final = Report(
    "fund-money",
    "What people paid into each fund, what it paid or distributed to them, and the institution's fees.",
    Takes.PERIOD,
    (words("fund"), day("step"), *(money(name) for name in ("subscribed", "redeemed", "distributed", "fees"))),
    _money,
    grain=Grain.MONTH,
)
