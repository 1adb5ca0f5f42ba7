"""The income of a natural day, paid to every holder at its close: in chunks, each one entry in three books.

What each earns is `rules.income`, said once more in SQL; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import BigInteger, bindparam, func, text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.change_plus import entries
from finance_core.change_plus.models import Fund, FundIncome, Holding
from finance_core.change_plus.notifications import tell_late
from finance_core.change_plus.product import MoneyFund, terms_on
from finance_core.change_plus.publishing import write_income
from finance_core.change_plus.rules import RATE_PLACES, income
from finance_core.kernel.money import Money
from finance_core.ledger import About, Account, Entry, Transfer
from finance_core.schedule.chunks import Chunk, in_ranges
from finance_core.schedule.steps import Held
from finance_core.storage.unit import SYSTEM, Unit, Units

KIND: Final = "change_plus.income"
FUND_KIND: Final = "change_plus.fund_income"
PORTFOLIO: Final = "portfolio"
"""Who publishes an income that was computed."""

# Units as of the end of the day. A day that is paid later than the day after it needs the ledger's slower look back.
_AT_THE_END: Final = """
    CASE WHEN day.paid >= day.recent THEN ledger_close(b, day.paid)
        ELSE ledger_balance(b.account_id, day.paid) END
"""

# By account of units: what was held at the end of the day, units in redemption included; what is owed; what is free.
HELD: Final = f"""
    leaving AS (
        SELECT h.units_account AS account_id, CAST(sum({_AT_THE_END}) AS bigint) AS units
        FROM fund_order o
            JOIN holding h ON h.fund_id = o.fund_id AND h.customer_id = o.customer_id
            JOIN account a ON a.code = 'U2015' AND a.book = :register AND a.asset = :unit_asset AND a.owner = o.id
            JOIN balance b ON b.account_id = a.id
            CROSS JOIN day
        WHERE o.fund_id = :fund AND o.kind = 'redemption' AND o.customer_id > :after AND o.customer_id <= :upto
            AND (o.settled_on IS NULL OR o.settled_on > day.paid)
        GROUP BY h.units_account
    ), owing AS (
        SELECT units_account AS account_id, owed FROM holding
        WHERE fund_id = :fund AND owed > 0 AND customer_id > :after AND customer_id <= :upto
    ), held AS NOT MATERIALIZED (
        SELECT b.account_id, b.amount - b.held AS free, coalesce(owing.owed, 0) AS owed,
            {_AT_THE_END} + coalesce(leaving.units, 0) AS units
        FROM balance b CROSS JOIN day LEFT JOIN leaving USING (account_id) LEFT JOIN owing USING (account_id)
    )
"""  # noqa: S608 - constants


def amount_of(due: str) -> str:
    """Return `rules.paid_out` as an expression over `held`: what was owed is kept back of a gain, a loss takes no more
    than there is.
    """
    return (
        f"CASE WHEN {due} >= 0 THEN {due} - least(held.owed, {due}) ELSE -least(greatest(held.free, 0), -({due})) END"
    )


# The register and the holders' capital grow, or shrink, by what was paid.
STAGE: Final = """
    moved AS (
        SELECT account_id AS grows, (SELECT ledger_account('U1000', :fund, :unit_asset, :register)) AS against, amount
        FROM paid WHERE amount <> 0
        UNION ALL
        SELECT ledger_account('F3010', :fund, :asset, :book), ledger_account('F4010', :fund, :asset, :book),
            CAST(sum(amount) AS bigint)
        FROM paid HAVING sum(amount) <> 0
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT CASE WHEN amount > 0 THEN against ELSE grows END, CASE WHEN amount > 0 THEN grows ELSE against END,
        abs(amount)
    FROM moved
"""

# `rules.income` in whole numbers, for millions of rows: hundred-millionths of a unit, r in ten-thousandths, and integer
# division, which truncates toward zero as the rule does. 1,000,000 of them are a cent.
_WHOLE: Final = "((h.carried * 100 + held.units * :rate) / 100)"
_DUE: Final = f"({_WHOLE} / 1000000)"
# What was paid is told by the new row: what was due, less by how much what is owed has shrunk.
_PAY: Final = text(
    f"""
    WITH day AS (
        SELECT CAST(:day AS date) AS paid, CAST(:recent AS date) AS recent
    ), {HELD}, paid AS (
        UPDATE holding h SET
            carried = {_WHOLE} % 1000000,
            owed = held.owed - ({_DUE} - {amount_of(_DUE)}),
            earned = h.earned + {amount_of(_DUE)},
            last_income = {_DUE},
            last_on = day.paid
        FROM held CROSS JOIN day
        WHERE h.fund_id = :fund AND h.customer_id > :after AND h.customer_id <= :upto
            AND held.account_id = h.units_account AND held.units > 0
        RETURNING h.units_account AS account_id, h.last_income - (held.owed - h.owed) AS amount
    ), {STAGE}
    """  # noqa: S608 - constants
).bindparams(bindparam("rate", type_=BigInteger))
_FIRST_UNPAID: Final = text(
    """
    SELECT coalesce(
        (SELECT max(on_date) + 1 FROM fund_income WHERE fund_id = fund.id AND paid_on IS NOT NULL), opened_on)
    FROM fund WHERE id = :fund
    """
)
_LOCK: Final = text(
    """
    SELECT ledger_lock(array_agg(id ORDER BY id), :now) FROM account
    WHERE code = 'U2010' AND book = :register AND asset = :unit_asset AND owner > :after AND owner <= :upto
    """
)


async def pay_incomes(units: Units, on: date) -> None:
    """Pay the income of the day `on`, and of days before it that were held, of every fund, to the book's open date (or
    the one that is being closed).

    Raises:
        Held: a day's income has not been published; it and the days after it wait, for a carry goes from day to day.
    """
    async with units.begin(SYSTEM) as unit:
        waiting = [(fund, await unpaid_days(unit, fund, on)) for fund in await all_funds(unit, on)]
    held: Held | None = None
    for fund, days in waiting:
        try:
            for day in days:
                await _pay_day(units, fund, day)
        except Held as missing:
            held = held or missing
    if held is not None:
        raise held


async def incomes_have_come(unit: Unit, on: date) -> bool:
    """Say whether all that a held step of `on` waited for has been published, of every fund."""
    return all([await is_known(unit, fund, day) for fund, day in await _first_unpaid(unit, on)])


async def is_known(unit: Unit, fund: MoneyFund, day: date) -> bool:
    """Say whether the income of a day has been published or can be computed."""
    return fund.computed_income(day) is not None or await unit.session.get(FundIncome, (fund.number, day)) is not None


async def all_funds(unit: Unit, on: date) -> list[MoneyFund]:
    """Return the terms of every fund that has begun, as they were on a day."""
    codes = await unit.session.scalars(select(Fund.code).order_by(col(Fund.id)))
    return [await terms_on(unit, code, on) for code in codes]


async def unpaid_days(unit: Unit, fund: MoneyFund, on: date) -> Sequence[date]:
    """Return the days up to `on` whose income has not been paid, oldest first, from the fund's first day."""
    first: date | None = await unit.session.scalar(_FIRST_UNPAID, {"fund": fund.number})
    return [first + timedelta(days=ahead) for ahead in range((on - first).days + 1)] if first is not None else []


async def _first_unpaid(unit: Unit, on: date) -> list[tuple[MoneyFund, date]]:
    """Return every day that a fund still owes up to `on`, with its fund."""
    return [(fund, day) for fund in await all_funds(unit, on) for day in await unpaid_days(unit, fund, on)]


async def _pay_day(units: Units, fund: MoneyFund, day: date) -> None:
    step = day_step(fund)
    async with units.begin(SYSTEM) as unit:
        opened, last_id = await _open(unit, fund, day), await last_holder(unit, fund)

    async def work(unit: Unit, chunk: Chunk) -> None:
        await ledger.stage(unit)
        values = {**places(fund), **days(unit, day), "after": chunk.after, "upto": chunk.upto}
        if opened.rate < 0:
            await lock_units(unit, fund, chunk)
        await unit.session.execute(_PAY, {**values, "rate": whole_rate(opened.rate)})
        about: About = {"fund": fund.number, "day": day.isoformat(), "chunk": chunk.number}
        await ledger.post_staged(unit, f"{step}:{day}:{chunk.number}", KIND, posting_date(unit), about, value_on=day)

    if opened.units:
        await in_ranges(units, step, day, last_id, work)
    async with units.begin(SYSTEM) as unit:
        is_late = await _close(unit, fund, day)
    if is_late:
        await tell_late(units, day)


def day_step(fund: MoneyFund) -> str:
    """Return the name under which the ranges of a fund's day are done, and with which their entries' keys begin."""
    return f"wealth.income:{fund.number}"


def whole_rate(rate: Decimal) -> int:
    """Return r in ten-thousandths, which it has no fractions of."""
    return int(rate.scaleb(RATE_PLACES))


def posting_date(unit: Unit) -> date:
    """Return the business date that the system posts to: the one being closed, else the open one."""
    return unit.closing_on or unit.open_on


def places(fund: MoneyFund) -> dict[str, object]:
    """Return a fund's books and assets as the statements name them."""
    return {
        "fund": fund.number,
        "asset": fund.asset.code,
        "unit_asset": fund.unit_asset.code,
        "book": entries.book(fund.number),
        "register": entries.register(fund.number),
    }


def days(unit: Unit, day: date) -> dict[str, object]:
    """Return the day whose units count, and from which day on a balance row still knows them."""
    return {"day": day, "recent": unit.open_on - timedelta(days=1)}


async def lock_units(unit: Unit, fund: MoneyFund, chunk: Chunk) -> None:
    """Lock the units of a range's holders: what is free stands until the unit ends. For what may take units away."""
    where = {name: places(fund)[name] for name in ("register", "unit_asset")}
    await unit.session.execute(_LOCK, {**where, "after": chunk.after, "upto": chunk.upto, "now": unit.now})


async def last_holder(unit: Unit, fund: MoneyFund) -> int:
    """Return the highest id of a fund's holders, 0 when it has none."""
    return await unit.session.scalar(select(func.max(Holding.customer_id)).where(Holding.fund_id == fund.number)) or 0


async def _open(unit: Unit, fund: MoneyFund, day: date) -> FundIncome:
    """Fix what the day's income is computed on: r, the units at its end, and what the fund itself earned.

    Raises Held: nobody has published r.
    """
    row = await unit.session.get(FundIncome, (fund.number, day))
    if row is None:
        rate = fund.computed_income(day)
        if rate is None:
            raise Held(f"the income of {fund.code} for {day}")
        await write_income(unit, fund, day, rate, PORTFOLIO)
        row = await unit.session.get_one(FundIncome, (fund.number, day))
    if row.units is None:
        in_issue = await ledger.balance_on(unit, entries.units_in_issue(fund), day)
        own = await unit.session.get_one(Fund, fund.number)
        row.units, row.income = in_issue.amount, income(in_issue.amount, row.rate, own.carry).paid
    return row


async def _close(unit: Unit, fund: MoneyFund, day: date) -> bool:
    """Book what the fund earned; what its holders were not paid stays in the residue account. Says whether it is late:
    paid on a later day than its own.
    """
    row = await unit.session.get_one(FundIncome, (fund.number, day), with_for_update=True)
    if row.paid_on is not None:
        return False
    own = await unit.session.get_one(Fund, fund.number, with_for_update=True)
    own.carry = income(row.units or 0, row.rate, own.carry).carry
    row.paid_on = posting_date(unit)
    await book_result(unit, fund, day, row.income or 0, f"{day_step(fund)}:{day}:fund")
    return row.paid_on > day


async def book_result(unit: Unit, fund: MoneyFund, day: date, earned: int, key: str) -> None:
    """Book what a fund earned on a day (minor units); what is left of it in F4010 goes to the residue."""
    residue, receivable = entries.of_fund("F2050", fund), entries.of_fund("F1030", fund)
    result = entries.of_fund("F4010", fund)
    left = earned + (await ledger.balance(unit, result)).amount
    moves = [*_signed(receivable, result, earned, fund), *_signed(result, residue, left, fund)]
    if moves:
        about: About = {"fund": fund.number, "day": day.isoformat()}
        await ledger.post(unit, Entry(FUND_KIND, key, tuple(moves), about, on=posting_date(unit), value_on=day))


def _signed(debit: Account, credit: Account, amount: int, fund: MoneyFund) -> list[Transfer]:
    """Return the transfer of a positive amount, its mirror for a negative one, none for zero."""
    if not amount:
        return []
    sides = (debit, credit) if amount > 0 else (credit, debit)
    return [Transfer(*sides, Money(abs(amount), fund.asset))]
