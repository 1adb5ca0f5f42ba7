"""The income of a natural day, paid to every holder at its close: in chunks, each one entry in three books.

What each earns is `rules.income`, said once more in SQL; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select, text

from finance_core import ledger
from finance_core.catalogue import ProductVersion
from finance_core.kernel.money import Money
from finance_core.ledger import About, Account, Entry, Transfer
from finance_core.storage.steps import Chunk, Held, in_chunks
from finance_core.storage.unit import SYSTEM, Unit, Units
from finance_core.wealth import entries
from finance_core.wealth.models import Fund, FundIncome
from finance_core.wealth.product import MoneyFund, money_fund
from finance_core.wealth.rules import income
from finance_core.wealth.service import PORTFOLIO, publish_income

KIND: Final = "change_plus.income"

_HOLDERS: Final = "SELECT customer_id AS id FROM holding WHERE fund_id = {fund}"

# Units as of the end of the day. A day that is paid later than at its own close needs the ledger's slower look back.
_AT_THE_END: Final = """
    CASE WHEN day.paid >= day.closing THEN ledger_close(b, day.paid) ELSE ledger_balance(a.id, day.paid) END
"""

_PAY: Final = text(
    f"""
    WITH day AS (
        SELECT CAST(:day AS date) AS paid, CAST(:on AS date) AS closing
    ), leaving AS (
        SELECT o.customer_id, sum({_AT_THE_END}) AS units
        FROM fund_order o
            JOIN account a ON a.code = 'U2015' AND a.book = :register AND a.asset = :unit_asset AND a.owner = o.id
            JOIN balance b ON b.account_id = a.id
            CROSS JOIN day
        WHERE o.fund_id = :fund AND o.kind = 'redemption' AND o.customer_id > :after AND o.customer_id <= :upto
            AND (o.settled_on IS NULL OR o.settled_on > day.paid)
        GROUP BY o.customer_id
    ), held AS (
        SELECT h.customer_id, h.carry, a.id AS account_id, {_AT_THE_END} + coalesce(leaving.units, 0) AS units
        FROM holding h
            JOIN account a
                ON a.code = 'U2010' AND a.book = :register AND a.asset = :unit_asset AND a.owner = h.customer_id
            JOIN balance b ON b.account_id = a.id
            CROSS JOIN day
            LEFT JOIN leaving ON leaving.customer_id = h.customer_id
        WHERE h.fund_id = :fund AND h.customer_id > :after AND h.customer_id <= :upto
    ), share AS (
        SELECT customer_id, account_id, trunc(carry + units * CAST(:rate AS numeric) * 0.000001, 8) AS whole
        FROM held WHERE units > 0
    ), paid AS (
        UPDATE holding h SET
            carry = share.whole - trunc(share.whole, 2),
            earned = h.earned + CAST(trunc(share.whole * 100) AS bigint),
            last_income = CAST(trunc(share.whole * 100) AS bigint),
            last_on = day.paid
        FROM share CROSS JOIN day
        WHERE h.fund_id = :fund AND h.customer_id = share.customer_id
        RETURNING share.account_id, h.last_income AS amount
    ), moved AS (
        SELECT account_id AS grows, ledger_account('U1000', :fund, :unit_asset, :register) AS against, amount
        FROM paid WHERE amount <> 0
        UNION ALL
        SELECT ledger_account('F3010', :fund, :asset, :book), ledger_account('F4010', :fund, :asset, :book), sum(amount)
        FROM paid HAVING sum(amount) <> 0
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT CASE WHEN amount > 0 THEN against ELSE grows END, CASE WHEN amount > 0 THEN grows ELSE against END,
        abs(amount)
    FROM moved
    """  # noqa: S608 - constants
)


async def pay_incomes(units: Units, on: date) -> None:
    """Pay the income of the day `on`, and of days before it that were held, of every fund.

    Raises:
        Held: a day's income has not been published; it and the days after it wait, for a carry goes from day to day.
    """
    async with units.begin(SYSTEM) as unit:
        funds = [await _terms(unit, fund, on) for fund in await unit.session.scalars(select(Fund).order_by(Fund.id))]
        waiting = [(fund, await _unpaid_days(unit, fund, on)) for fund in funds]
    for fund, days in waiting:
        for day in days:
            await _pay_day(units, fund, day, on)


async def _terms(unit: Unit, fund: Fund, on: date) -> MoneyFund:
    statement = (
        select(ProductVersion)
        .where(ProductVersion.code == fund.code, ProductVersion.valid_from <= on)
        .order_by(ProductVersion.version.desc())
        .limit(1)
    )
    return money_fund((await unit.session.scalars(statement)).one())


async def _unpaid_days(unit: Unit, fund: MoneyFund, on: date) -> Sequence[date]:
    """Return the days up to `on` whose income has not been paid, oldest first, from the fund's first day."""
    last = await unit.session.scalar(
        select(func.max(FundIncome.on_date)).where(FundIncome.fund_id == fund.number, FundIncome.paid_on.is_not(None))
    )
    opened = await unit.session.scalar(select(Fund.opened_on).where(Fund.id == fund.number))
    first = last + timedelta(days=1) if last is not None else opened
    return [first + timedelta(days=ahead) for ahead in range((on - first).days + 1)] if first is not None else []


async def _pay_day(units: Units, fund: MoneyFund, day: date, on: date) -> None:
    step = f"wealth.income:{fund.number}"
    async with units.begin(SYSTEM) as unit:
        opened = await _open(unit, fund, day)

    async def work(unit: Unit, chunk: Chunk) -> None:
        await ledger.stage(unit)
        await unit.session.execute(
            _PAY, {**_places(fund), **_days(opened, on), "after": chunk.after, "upto": chunk.upto}
        )
        about: About = {"fund": fund.number, "day": day.isoformat(), "chunk": chunk.number}
        await ledger.post_staged(unit, f"{step}:{day}:{chunk.number}", KIND, on, about, value_on=day)

    if opened.units:
        await in_chunks(units, step, day, _HOLDERS.format(fund=fund.number), work)
    async with units.begin(SYSTEM) as unit:
        await _close(unit, fund, opened, on)


async def _open(unit: Unit, fund: MoneyFund, day: date) -> FundIncome:
    """Fix what the day's income is computed on: r, the units at its end, and what the fund itself earned.

    Raises Held: nobody has published r.
    """
    row = await unit.session.get(FundIncome, (fund.number, day))
    if row is None:
        rate = fund.computed_income(day)
        if rate is None:
            raise Held(f"the income of {fund.code} for {day}")
        await publish_income(unit, fund, day, rate, PORTFOLIO)
        row = await unit.session.get_one(FundIncome, (fund.number, day))
    if row.units is None:
        in_issue = await ledger.balance_on(unit, entries.units_in_issue(fund), day)
        share = income(in_issue.amount, row.rate, await _carried(unit, fund, day))
        row.units, row.income, row.carry = in_issue.amount, share.paid, share.carry
    return row


async def _carried(unit: Unit, fund: MoneyFund, day: date) -> Decimal:
    before = await unit.session.get(FundIncome, (fund.number, day - timedelta(days=1)))
    return before.carry if before is not None and before.carry is not None else Decimal(0)


async def _close(unit: Unit, fund: MoneyFund, opened: FundIncome, on: date) -> None:
    """Book what the fund earned; what its holders were not paid stays in the residue account."""
    row = await unit.session.get_one(FundIncome, (fund.number, opened.on_date), with_for_update=True)
    if row.paid_on is not None:
        return
    row.paid_on = on
    earned, residue = row.income or 0, entries.of_fund("F2050", fund)
    receivable, result = entries.of_fund("F1030", fund), entries.of_fund("F4010", fund)
    left = earned + (await ledger.balance(unit, result)).amount
    moves = [*_signed(receivable, result, earned, fund), *_signed(result, residue, left, fund)]
    if moves:
        about: About = {"fund": fund.number, "day": row.on_date.isoformat()}
        key = f"wealth.income:{fund.number}:{row.on_date}:fund"
        await ledger.post(unit, Entry("change_plus.fund_income", key, tuple(moves), about, on=on, value_on=row.on_date))


def _signed(debit: Account, credit: Account, amount: int, fund: MoneyFund) -> list[Transfer]:
    """Return the transfer of a positive amount, its mirror for a negative one, none for zero."""
    if not amount:
        return []
    sides = (debit, credit) if amount > 0 else (credit, debit)
    return [Transfer(*sides, Money(abs(amount), fund.asset))]


def _places(fund: MoneyFund) -> dict[str, object]:
    return {
        "fund": fund.number,
        "asset": fund.asset.code,
        "unit_asset": fund.unit_asset.code,
        "book": entries.book(fund.number),
        "register": entries.register(fund.number),
    }


def _days(opened: FundIncome, on: date) -> dict[str, object]:
    return {"day": opened.on_date, "on": on, "rate": opened.rate}
