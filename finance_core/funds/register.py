"""Reads for reports: who holds a fund at the end of a past day, and what went in and out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.funds import entries
from finance_core.funds.product import NavFundTerms
from finance_core.funds.rules import value_of
from finance_core.kernel.money import Money
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A holder of a fund at the end of a day."""

    customer_id: int
    units: Money
    """All that are theirs."""
    leaving: Money
    """Those of them that are set aside for an order."""
    value: Money | None
    """At the last NAV that was known that day, None before the first."""


@dataclass(frozen=True, slots=True)
class FlowLine:
    """What went into a fund and out of it on a business date. Money; a switch is both."""

    on: date
    subscribed: Money
    redeemed: Money
    distributed: Money
    fees: Money


async def register(unit: Unit, fund: NavFundTerms, on: date) -> list[RegisterLine]:
    """Return the fund's holders at the end of a business date, the largest first; later reversals change nothing."""
    values = {"register": entries.register(fund.number), "units": fund.unit_asset.code, "on": on, "fund": fund.number}
    rows = (await unit.session.execute(_REGISTER, values)).all()
    day_over = datetime.combine(on + timedelta(days=1), time(), tzinfo=unit.zone)
    nav = await unit.session.scalar(_NAV_AS_OF, {"fund": fund.number, "on": on, "day_over": day_over})
    return [
        RegisterLine(
            row.customer_id,
            fund.units(row.units),
            fund.units(row.leaving),
            fund.money(value_of(row.units, nav)) if nav is not None else None,
        )
        for row in rows
    ]


async def flows(unit: Unit, fund: NavFundTerms, first_on: date, last_on: date) -> list[FlowLine]:
    """Return what went in and out of a fund by business date, oldest first, out of the ledger."""
    values = {"fund": fund.number, "book": entries.book(fund.number), "first": first_on, "last": last_on}
    rows = (await unit.session.execute(_FLOWS, values)).all()
    moved = [row for row in rows if row.subscribed or row.redeemed or row.distributed or row.fees]
    return [
        FlowLine(
            row.business_date,
            fund.money(row.subscribed),
            fund.money(row.redeemed),
            fund.money(row.distributed),
            fund.money(row.fees),
        )
        for row in moved
    ]


_REGISTER: Final = text(
    """
    SELECT customer_id, CAST(sum(units) AS bigint) AS units, CAST(sum(leaving) AS bigint) AS leaving FROM (
        SELECT a.owner AS customer_id, ledger_balance(a.id, :on) AS units, 0 AS leaving FROM account a
        WHERE a.code = 'U2010' AND a.book = :register AND a.asset = :units
        UNION ALL
        SELECT o.customer_id, ledger_balance(a.id, :on), ledger_balance(a.id, :on)
        FROM account a JOIN nav_order o ON o.id = a.owner
        WHERE a.code = 'U2015' AND a.book = :register AND a.asset = :units
    ) held
    GROUP BY customer_id HAVING sum(units) > 0 ORDER BY sum(units) DESC, customer_id
    """
)
# A correction that came after the day does not change what was known on it; a NAV that came late is that day's own.
_NAV_AS_OF: Final = text(
    """
    SELECT nav FROM nav_price
    WHERE fund_id = :fund AND on_date <= :on AND (version = 1 OR published_at < :day_over)
    ORDER BY on_date DESC, version DESC LIMIT 1
    """
)
_FLOWS: Final = text(
    """
    WITH moved AS (
        SELECT e.business_date, coalesce(undone.kind, e.kind) AS kind, d.code AS debit, c.code AS credit, t.amount
        FROM entry e
            JOIN transfer t ON t.entry_id = e.id
            JOIN account d ON d.id = t.debit_id
            JOIN account c ON c.id = t.credit_id
            LEFT JOIN entry undone ON undone.id = e.reverses
        WHERE e.business_date BETWEEN :first AND :last
            AND (d.book = :book OR '4070' IN (d.code, c.code) AND :fund IN (d.owner, c.owner))
    ), signed AS (
        SELECT business_date, kind, debit AS code, credit AS against, amount FROM moved
        UNION ALL
        SELECT business_date, kind, credit, debit, -amount FROM moved
    )
    SELECT business_date,
        CAST(coalesce(sum(amount) FILTER (WHERE code = 'F1040' AND against IN ('F3010', 'F2060')), 0) AS bigint)
            AS subscribed,
        CAST(coalesce(-sum(amount) FILTER (WHERE code = 'F2010' AND against = 'F3010'
            AND kind IN ('fund.redeemed', 'fund.switched')), 0) AS bigint) AS redeemed,
        CAST(coalesce(-sum(amount) FILTER (WHERE code = 'F2010' AND kind = 'fund.dividend'), 0) AS bigint)
            AS distributed,
        CAST(coalesce(-sum(amount) FILTER (WHERE code = '4070'), 0) AS bigint) AS fees
    FROM signed GROUP BY business_date ORDER BY business_date
    """
)
