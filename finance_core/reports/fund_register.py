"""The register of the funds: who holds how many units, and what they are worth."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Row as Fetched
from sqlalchemy import text

from finance_core.funds import register as nav_funds
from finance_core.funds.product import NavFundTerms, funds_on_sale
from finance_core.kernel.money import ASSETS, Money
from finance_core.reports.table import Asked, Family, Found, Report, Row, Takes, money, number, words
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


async def _register(unit: Unit, asked: Asked) -> Found:
    rows = [_money_fund_row(row) for row in await unit.session.execute(_REGISTER, {"on": asked.last_on})]
    for fund in await funds_on_sale(unit):
        rows += [_nav_fund_row(fund, line) for line in await nav_funds.register(unit, fund, asked.last_on)]
    return Found(rows)


def _money_fund_row(row: Fetched[Any]) -> Row:
    """A unit of a money fund is worth 1.00 for good, so its minor units are those of the money."""
    held, leaving = (Money(amount, ASSETS[row.unit_asset]) for amount in (row.held, row.leaving))
    return (row.code, row.customer_id, row.unit_asset, held, leaving, Money(row.held + row.leaving, ASSETS[row.asset]))


def _nav_fund_row(fund: NavFundTerms, line: nav_funds.RegisterLine) -> Row:
    """A value is at the last NAV that was known on the day; None before the first."""
    held = line.units - line.leaving
    return (fund.code, line.customer_id, fund.unit_asset.code, held, line.leaving, line.value)


REPORT: Final = Report(
    "fund-register",
    "Who holds units of which fund, and what they are worth.",
    Takes.DATE,
    (words("fund"), number("customer"), words("asset"), money("units"), money("in_redemption"), money("value")),
    _register,
    family=Family.FUNDS,
    brief=("fund", "customer", "units", "value"),
)
