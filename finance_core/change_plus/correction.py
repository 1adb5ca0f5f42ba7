"""An income that was paid wrongly is put right, range by range: the day's entries reversed, the right ones written.

They go to the open business date and name the day (`value_on`). What a holder should have of the day is r times the
units held at its end, as ever; later days stand, for they were paid on the units that were really held. The fraction of
a cent that a holder carries today is carried on: with the right r instead of the wrong one the whole of it is what all
days together have earned.

Who has meanwhile taken out what the wrong income brought is lent it by the residue (`covered`), so that the reversal is
exact; the right income, and if that is not enough later ones, repay it first (`holding.owed`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, bindparam, text
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from finance_core import ledger
from finance_core.change_plus.income import (
    HELD,
    KIND,
    STAGE,
    amount_of,
    book_result,
    day_step,
    days,
    last_holder,
    lock_units,
    places,
    whole_rate,
)
from finance_core.change_plus.models import Fund, FundIncome, IncomeCorrection
from finance_core.change_plus.product import MoneyFund, terms_on
from finance_core.change_plus.rules import corrected
from finance_core.ledger import About
from finance_core.notices import Urgency, insert_notices, wake
from finance_core.schedule.chunks import Chunk, in_ranges
from finance_core.schedule.steps import TimedWork
from finance_core.storage.unit import SYSTEM, Unit, Units

COVERED: Final = "change_plus.income_covered"
WHY: Final = "income_corrected"

# What an entry gave each holder, less what it took.
_LEGS: Final = """
    {name} AS (
        SELECT a.owner AS customer_id, a.id AS account_id, CAST(sum(leg.amount) AS bigint) AS amount
        FROM transfer t
            CROSS JOIN LATERAL (VALUES (t.credit_id, t.amount), (t.debit_id, -t.amount)) leg (account_id, amount)
            JOIN account a ON a.id = leg.account_id
        WHERE t.entry_id = :{entry} AND a.code = 'U2010'
        GROUP BY a.owner, a.id
    )
"""
_GIVEN: Final = _LEGS.format(name="given", entry="entry")
# The day's first entry, if it stands on the day itself: the units at the day's end hold what it gave.
_COUNTED: Final = _LEGS.format(name="counted", entry="counted")
_ON_ITS_DAY: Final = text("SELECT id FROM entry WHERE key = :key AND business_date <= :day")
_COVER: Final = text(
    f"""
    WITH {_GIVEN}, lent AS (
        UPDATE holding h SET
            owed = h.owed + given.amount - greatest(b.amount - b.held, 0),
            earned = h.earned + given.amount - greatest(b.amount - b.held, 0)
        FROM given JOIN balance b ON b.account_id = given.account_id
        WHERE h.fund_id = :fund AND h.customer_id = given.customer_id AND given.amount > greatest(b.amount - b.held, 0)
        RETURNING given.account_id, given.amount - greatest(b.amount - b.held, 0) AS amount
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT (SELECT ledger_account('U1000', :fund, :unit_asset, :register)), account_id, CAST(amount AS bigint) FROM lent
    UNION ALL
    SELECT ledger_account('F2050', :fund, :asset, :book), ledger_account('F3010', :fund, :asset, :book),
        CAST(sum(amount) AS bigint)
    FROM lent HAVING sum(amount) <> 0
    """  # noqa: S608 - constants
)
# All that a holder has to get once the wrong entry is reversed, in hundred-millionths: what it had paid, the fraction
# carried today, and the difference of the two incomes, each cut as it was, or would have been, when it was paid.
_PAY_RIGHT: Final = text(
    f"""
    WITH day AS (
        SELECT CAST(:day AS date) AS paid, CAST(:recent AS date) AS recent
    ), {_GIVEN}, {_COUNTED}, {HELD}, earning AS (
        SELECT h.customer_id, held.account_id, held.free, held.owed, coalesce(given.amount, 0) AS given,
            h.carried + coalesce(given.amount, 0) * 1000000
                + (held.units - coalesce(counted.amount, 0)) * :rate / 100
                - (held.units - coalesce(counted.amount, 0)) * :before / 100 AS whole
        FROM holding h JOIN held ON held.account_id = h.units_account
            LEFT JOIN given ON given.account_id = h.units_account
            LEFT JOIN counted ON counted.account_id = h.units_account
        WHERE h.fund_id = :fund AND h.customer_id > :after AND h.customer_id <= :upto
            AND (held.units > coalesce(counted.amount, 0) OR given.amount IS NOT NULL)
    ), split AS (
        SELECT *, whole / 1000000 AS due, {amount_of("(held.whole / 1000000)")} AS amount FROM earning held
    ), paid AS (
        UPDATE holding h SET
            carried = split.whole % 1000000,
            owed = h.owed - (split.due - split.amount),
            earned = h.earned + split.amount - split.given,
            last_income = h.last_income + CASE WHEN h.last_on = day.paid THEN split.due - split.given ELSE 0 END
        FROM split CROSS JOIN day
        WHERE h.fund_id = :fund AND h.customer_id = split.customer_id
        RETURNING split.account_id, split.amount
    ), {STAGE}
    """  # noqa: S608 - constants
).bindparams(bindparam("rate", type_=BigInteger), bindparam("before", type_=BigInteger))
_TELL: Final = text(
    insert_notices(
        given="""
        WITH changed AS (
            SELECT a.owner AS customer_id, sum(CASE WHEN t.entry_id = :old THEN leg.amount ELSE 0 END) AS before,
                sum(CASE WHEN t.entry_id = :new THEN leg.amount ELSE 0 END) AS amount
            FROM transfer t
                CROSS JOIN LATERAL (VALUES (t.credit_id, t.amount), (t.debit_id, -t.amount)) leg (account_id, amount)
                JOIN account a ON a.id = leg.account_id AND a.code = 'U2010'
            WHERE t.entry_id IN (:old, :new)
            GROUP BY a.owner
        )
        """,
        select="""
        SELECT c.id AS customer_id, c.zone, 'wealth.income_corrected' AS kind,
            jsonb_build_object('day_on', CAST(:day AS date),
                'before', jsonb_build_object('amount', changed.before, 'asset', CAST(:asset AS varchar)),
                'sum', jsonb_build_object('amount', changed.amount, 'asset', CAST(:asset AS varchar))) AS params,
            'wealth.income_corrected:' || CAST(:correction AS bigint) || ':' || c.id AS key, 'income:' || c.id AS about
        FROM changed JOIN customer c ON c.id = changed.customer_id
        WHERE changed.before <> changed.amount AND c.income_notice <> 'off'
        """,
        urgency=Urgency.SYSTEM,
    )
)


async def carry_out(units: Units) -> int:
    """Carry out every correction that was ordered; return how many. What was done of one before a crash stays done."""
    async with units.begin(SYSTEM) as unit:
        ordered = list(await unit.session.scalars(_ordered()))
        funds = [await _fund_of(unit, order) for order in ordered]
    for order, fund in zip(ordered, funds, strict=True):
        await _carry_out(units, order, fund)
    return len(ordered)


async def next_due(unit: Unit) -> datetime | None:
    """Return now where a correction waits, unless a day is being closed: it goes to the next open date then."""
    waits = unit.closing_on is None and await unit.session.scalar(_ordered().limit(1)) is not None
    return unit.now if waits else None


_WAITING: Final = "SELECT FROM income_correction WHERE done_on IS NULL"
CORRECTIONS: Final = TimedWork("wealth.corrections", _WAITING, next_due, carry_out)


def _ordered() -> SelectOfScalar[IncomeCorrection]:
    return select(IncomeCorrection).where(col(IncomeCorrection.done_on).is_(None)).order_by(col(IncomeCorrection.id))


async def _fund_of(unit: Unit, order: IncomeCorrection) -> MoneyFund:
    code = await unit.session.scalar(select(Fund.code).where(Fund.id == order.fund_id))
    assert code is not None
    return await terms_on(unit, code, order.on_date)


async def _carry_out(units: Units, order: IncomeCorrection, fund: MoneyFund) -> None:
    step, day = _step(order.id), order.on_date
    async with units.begin(SYSTEM) as unit:
        last_id = await last_holder(unit, fund)

    async def work(unit: Unit, chunk: Chunk) -> None:
        await _put_right(unit, order, fund, chunk)

    await in_ranges(units, step, day, last_id, work)
    async with units.begin(SYSTEM) as unit:
        await _finish(unit, order, fund)


async def _put_right(unit: Unit, order: IncomeCorrection, fund: MoneyFund, chunk: Chunk) -> None:
    """Reverse what a range's holders were paid, having lent what is not there any more, and pay what is right."""
    await lock_units(unit, fund, chunk)
    about: About = {"fund": fund.number, "day": order.on_date.isoformat(), "chunk": chunk.number}
    key, day = f"{_step(order.id)}:{chunk.number}", order.on_date
    old = await ledger.find(unit, _key_before(order, fund, chunk.number))
    counted = await unit.session.scalar(_ON_ITS_DAY, {"key": f"{day_step(fund)}:{day}:{chunk.number}", "day": day})
    entry_id = old.entry_id if old is not None else None
    values = {**places(fund), **days(unit, day), "entry": entry_id, "counted": counted}
    if old is not None:
        await ledger.stage(unit)
        await unit.session.execute(_COVER, {name: values[name] for name in _COVER_VALUES})
        await ledger.post_staged(unit, f"{key}:covered", COVERED, unit.open_on, about, value_on=day)
        await ledger.reverse(unit, old.entry_id, f"{key}:undone", WHY, value_on=day)
    await ledger.stage(unit)
    rates = {"rate": whole_rate(order.rate), "before": whole_rate(order.before)}
    await unit.session.execute(_PAY_RIGHT, {**values, **rates, "after": chunk.after, "upto": chunk.upto})
    new = await ledger.post_staged(unit, key, KIND, unit.open_on, about, value_on=day)
    await _tell(unit, order, fund, old.entry_id if old else None, new.entry_id if new else None)


async def _finish(unit: Unit, order: IncomeCorrection, fund: MoneyFund) -> None:
    """Put the fund's own income of the day right, and write down that its correction is done."""
    kept = await unit.session.get_one(IncomeCorrection, order.id, with_for_update=True)
    row = await unit.session.get_one(FundIncome, (fund.number, order.on_date), with_for_update=True)
    own = await unit.session.get_one(Fund, fund.number, with_for_update=True)
    old = await ledger.find(unit, _key_before(order, fund, _OF_FUND))
    if old is not None:
        await ledger.reverse(unit, old.entry_id, f"{_step(order.id)}:{_OF_FUND}:undone", WHY, value_on=order.on_date)
    share = corrected(row.units or 0, order.before, order.rate, own.carry, row.income or 0)
    own.carry, row.income, row.rate, row.corrected_by = share.carry, share.paid, order.rate, order.id
    await book_result(unit, fund, order.on_date, share.paid, f"{_step(order.id)}:{_OF_FUND}")
    kept.done_on = unit.open_on


async def _tell(unit: Unit, order: IncomeCorrection, fund: MoneyFund, old: int | None, new: int | None) -> None:
    values = {"old": old or 0, "new": new or 0, "day": order.on_date, "asset": fund.asset.code}
    await unit.session.execute(_TELL, {**values, "correction": order.id, "now": unit.now})
    await wake(unit)


def _step(correction_id: int) -> str:
    """Return the name under which a correction's ranges are done, and with which its entries' keys begin."""
    return f"wealth.correct:{correction_id}"


def _key_before(order: IncomeCorrection, fund: MoneyFund, part: int | str) -> str:
    """Return the key of the entry that stands for a part of the day: of its last correction, or the first one."""
    first = f"{day_step(fund)}:{order.on_date}" if order.undoes is None else _step(order.undoes)
    return f"{first}:{part}"


_OF_FUND: Final = "fund"
_COVER_VALUES: Final = ("entry", "fund", "asset", "unit_asset", "book", "register")
