"""Reads: what a person has in Change Plus, what can be taken out today, and what the fund yielded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, func, text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.change_plus import entries
from finance_core.change_plus.liquidity import advanced
from finance_core.change_plus.models import FundIncome, FundOrder, Holding, OrderKind, OrderState
from finance_core.change_plus.product import MoneyFund
from finance_core.change_plus.rules import PER_UNITS, YIELD_DAYS, compound_yield, simple_yield
from finance_core.kernel.money import Money
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Position:
    """A person's Change Plus on a day, as money."""

    confirmed: Money
    """Units that earn and can be taken out."""
    on_the_way_in: Money
    """Put in, not confirmed yet."""
    on_the_way_out: Money
    """Units in redemption: they still earn."""
    pending: tuple[FundOrder, ...]
    """Orders of money that is not confirmed, the newest first."""
    carry: Decimal
    """The fraction of a cent that was earned and not paid, in major units."""
    yesterday: Money
    """The income paid for the day before the book's date."""
    earned: Money
    """All income so far, less what is owed of it."""
    owed: Money
    """What a loss or a correction took that was not there any more: the next income goes there first."""
    sweep_floor: Money | None
    """The wallet's balance above which money is put in each evening, None while that is off."""
    has_signed: bool

    @property
    def total(self) -> Money:
        """All that the holder has in the fund, orders on their way included."""
        return self.confirmed + self.on_the_way_in + self.on_the_way_out

    @property
    def can_leave(self) -> Money:
        """What can be taken out, at once or by a standard redemption."""
        return self.confirmed + self.on_the_way_in


@dataclass(frozen=True, slots=True)
class Yields:
    """The seven-day yields in percent a year, and the days they look back over."""

    simple: Decimal
    compound: Decimal
    first_on: date
    last_on: date
    latest: Decimal
    """r of the last of these days: what 10,000 units earned."""

    def a_day_of(self, units: Money) -> Decimal:
        """Return what `units` would have earned on the last day, in major units with its fractions."""
        return units.decimal * self.latest / PER_UNITS


async def position(unit: Unit, fund: MoneyFund, customer_id: int) -> Position:
    """Return what a person has in the fund, all zero for who has none."""
    holding = await holding_of(unit, fund, customer_id)
    if holding is None:
        return _nothing(fund)
    pending = await pending_orders(unit, fund, customer_id)
    confirmed = await ledger.available(unit, entries.units_of(customer_id, fund))
    leaving = await _sum(
        unit,
        col(FundOrder.customer_id) == customer_id,
        col(FundOrder.fund_id) == fund.number,
        col(FundOrder.kind) == OrderKind.REDEMPTION,
        col(FundOrder.state) == OrderState.PENDING,
    )
    is_fresh = holding.last_on == unit.open_on - timedelta(days=1)
    return Position(
        confirmed=Money(confirmed.amount, fund.asset),
        on_the_way_in=Money(sum(order.left for order in pending), fund.asset),
        on_the_way_out=Money(leaving, fund.asset),
        pending=tuple(pending),
        carry=holding.carry,
        yesterday=Money(holding.last_income if is_fresh else 0, fund.asset),
        earned=Money(holding.earned - holding.owed, fund.asset),
        owed=Money(holding.owed, fund.asset),
        sweep_floor=Money(holding.sweep_floor, fund.asset) if holding.sweep_floor is not None else None,
        has_signed=True,
    )


def _nothing(fund: MoneyFund) -> Position:
    """Return what somebody without a contract has: neither units nor orders are there without one."""
    zero = Money.zero(fund.asset)
    return Position(zero, zero, zero, (), Decimal(0), zero, zero, zero, sweep_floor=None, has_signed=False)


def can_leave_of(customer_id: str) -> str:
    """Return SQL for what a person can take out of Change Plus, in minor units (`Position.can_leave`). `customer_id` is
    SQL; the statement takes `:now`.
    """
    accounts = f"SELECT holding.units_account FROM holding WHERE holding.customer_id = {customer_id}"  # noqa: S608 - words
    return f"""
        {ledger.available_of(accounts)} + (
            SELECT coalesce(sum(ordered.amount - ordered.cancelled), 0) FROM fund_order ordered
            WHERE ordered.customer_id = {customer_id} AND ordered.kind = 'subscription' AND ordered.state = 'pending')
    """  # noqa: S608 - statements are code, not input


async def holding_of(unit: Unit, fund: MoneyFund, customer_id: int) -> Holding | None:
    """Return a person's contract with the fund, None before the first."""
    return await unit.session.get(Holding, (fund.number, customer_id), populate_existing=True)


async def pending_orders(unit: Unit, fund: MoneyFund, customer_id: int, *, locked: bool = False) -> list[FundOrder]:
    """Return a person's orders that are not confirmed, the newest first; locked, nothing confirms them meanwhile."""
    statement = (
        select(FundOrder)
        .where(
            FundOrder.customer_id == customer_id,
            FundOrder.fund_id == fund.number,
            FundOrder.kind == OrderKind.SUBSCRIPTION,
            FundOrder.state == OrderState.PENDING,
        )
        .order_by(col(FundOrder.id))
        .execution_options(populate_existing=True)
    )
    rows = await unit.session.scalars(statement.with_for_update(key_share=True) if locked else statement)
    return list(rows)[::-1]


async def queued_orders(unit: Unit, fund: MoneyFund, customer_id: int) -> list[FundOrder]:
    """Return a person's redemptions whose morning passed without the fund's having cash, the oldest first."""
    statement = select(FundOrder).where(
        FundOrder.customer_id == customer_id,
        FundOrder.fund_id == fund.number,
        FundOrder.state == OrderState.PENDING,
        col(FundOrder.queued_on).is_not(None),
    )
    return list(await unit.session.scalars(statement.order_by(col(FundOrder.id))))


async def fast_left(unit: Unit, fund: MoneyFund, customer_id: int) -> Money:
    """Return what the person may still take out at once today: of the own quota, and of the fund's advance line."""
    return min(await quota_left(unit, fund, customer_id), await line_left(unit, fund))


async def quota_left(unit: Unit, fund: MoneyFund, customer_id: int) -> Money:
    """Return what is left of the person's quota of the day; never below zero, should the quota have shrunk."""
    used = await _sum(
        unit,
        col(FundOrder.customer_id) == customer_id,
        col(FundOrder.fund_id) == fund.number,
        col(FundOrder.kind) == OrderKind.FAST,
        col(FundOrder.ordered_on) == unit.open_on,
    )
    return max(fund.fast_quota - Money(used, fund.asset), Money.zero(fund.asset))


async def line_left(unit: Unit, fund: MoneyFund) -> Money:
    """Return what the institution can still advance for fast redemptions of all people."""
    return max(fund.advance_line - await advanced(unit, fund), Money.zero(fund.asset))


async def put_in_today(unit: Unit, fund: MoneyFund) -> Money:
    """Return what all people put in today, less what they took back: what the fund's day quota is held against."""
    used = await _sum(
        unit,
        col(FundOrder.fund_id) == fund.number,
        col(FundOrder.kind) == OrderKind.SUBSCRIPTION,
        col(FundOrder.ordered_on) == unit.open_on,
    )
    return Money(used, fund.asset)


async def rates(unit: Unit, fund: MoneyFund, first_on: date, last_on: date) -> dict[date, Decimal]:
    """Return r by day: what was published, and for a fund that is computed also what nobody has published yet."""
    statement = select(col(FundIncome.on_date), col(FundIncome.rate)).where(
        FundIncome.fund_id == fund.number, col(FundIncome.on_date).between(first_on, last_on)
    )
    published: dict[date, Decimal] = {row.on_date: row.rate for row in await unit.session.execute(statement)}
    days = [first_on + timedelta(days=ahead) for ahead in range((last_on - first_on).days + 1)]
    known = {day: published.get(day, fund.computed_income(day)) for day in days}
    return {day: rate for day, rate in known.items() if rate is not None}


async def incomes(unit: Unit, fund: MoneyFund, customer_id: int, first_on: date, last_on: date) -> dict[date, Money]:
    """Return what a person was paid for each day from `first_on` to `last_on`, zero too, corrections included."""
    values = {
        "customer": customer_id,
        "register": entries.register(fund.number),
        "units": fund.unit_asset.code,
        "first": first_on,
        "last": last_on,
    }
    return {row.day: Money(row.amount, fund.asset) for row in await unit.session.execute(_INCOMES, values)}


async def yield_history(unit: Unit, fund: MoneyFund, days: int) -> dict[date, Decimal]:
    """Return the compound seven-day yield in percent a year as of each of the last `days` days that have one."""
    last_on = unit.open_on - timedelta(days=1)
    first_on = last_on - timedelta(days=days - 1)
    known = await rates(unit, fund, first_on - timedelta(days=YIELD_DAYS - 1), last_on)
    found: dict[date, Decimal] = {}
    for ahead in range(days):
        day = first_on + timedelta(days=ahead)
        week = [known[before] for back in range(YIELD_DAYS) if (before := day - timedelta(days=back)) in known]
        if len(week) == YIELD_DAYS:
            found[day] = compound_yield(week)
    return found


async def yields(unit: Unit, fund: MoneyFund) -> Yields | None:
    """Return the yields of the seven days before the book's date, None while one of them has no income."""
    last_on = unit.open_on - timedelta(days=1)
    first_on = last_on - timedelta(days=YIELD_DAYS - 1)
    found = list((await rates(unit, fund, first_on, last_on)).values())
    if len(found) < YIELD_DAYS:
        return None
    return Yields(simple_yield(found), compound_yield(found), first_on, last_on, found[-1])


async def _sum(unit: Unit, *which: ColumnElement[bool]) -> int:
    left: ColumnElement[int] = func.coalesce(func.sum(FundOrder.amount - FundOrder.cancelled), 0)
    return int(await unit.session.scalar(select(left).where(*which)) or 0)


_INCOMES: Final = text(
    f"""
    WITH paid AS (
        SELECT moved.value_on AS day, moved.amount
        FROM account a CROSS JOIN LATERAL {ledger.movements_of("a.id")} moved
        WHERE a.code = 'U2010' AND a.book = :register AND a.asset = :units AND a.owner = :customer
            AND moved.kind = 'change_plus.income' AND moved.value_on BETWEEN :first AND :last
    )
    SELECT CAST(days.day AS date) AS day, CAST(coalesce(sum(paid.amount), 0) AS bigint) AS amount
    FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') days (day)
        LEFT JOIN paid ON paid.day = CAST(days.day AS date)
    GROUP BY days.day ORDER BY days.day
    """  # noqa: S608 - constants
)
