"""Reads: prices and what they did, what a person holds and has ordered, the register and the flows of a fund."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import func, or_, text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.funds import entries
from finance_core.funds.models import NavDividend, NavFund, NavHolding, NavOrder, NavPrice, NavSuspension, OrderState
from finance_core.funds.prices import suspension_of
from finance_core.funds.product import NavFundTerms, fund_on_sale, funds_on_sale
from finance_core.funds.rules import growth, value_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import Money
from finance_core.storage.unit import Unit

MOST_ORDERS: Final = 20
_LATEST_WITHIN: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Nav:
    """A fund's NAV of a day."""

    on: date
    nav: Decimal


@dataclass(frozen=True, slots=True)
class Growth:
    """By how many percent a unit grew between two days, distributions added. Past, and nothing else."""

    first_on: date
    last_on: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """What a person has in a fund, at its last NAV."""

    fund: NavFundTerms
    units: Money
    """That can be sold."""
    leaving: Money
    """In orders that are not priced yet; still held."""
    ordered: Money
    """Money in orders that are not priced yet."""
    coming: Money
    """What was sold or distributed, and has not been paid yet."""
    price: Nav | None
    value: Money
    """Of all units."""
    put_in: Money
    """All that was paid for units, fees included."""
    taken_out: Money
    """All that redemptions, switches and distributions brought."""
    dividends: str

    @property
    def gain(self) -> Money:
        """What the fund has gained for its holder: what it is worth and gave, less what was put in."""
        return self.value + self.taken_out - self.put_in

    @property
    def total(self) -> Money:
        """What the units are worth, with what is ordered and what is being paid out."""
        return self.value + self.ordered + self.coming


# -- prices -------------------------------------------------------------------------------------------------------


async def navs(unit: Unit, fund: NavFundTerms, first_on: date, last_on: date) -> list[Nav]:
    """Return the NAVs of the days that have one, oldest first; the fund's own table fills days before its first order.

    Days that are not over yet have none.
    """
    statement = (
        select(col(NavPrice.on_date), col(NavPrice.nav))
        .where(NavPrice.fund_id == fund.number, col(NavPrice.on_date).between(first_on, last_on))
        .order_by(col(NavPrice.on_date), col(NavPrice.version))
    )
    published: dict[date, Decimal] = {row.on_date: row.nav for row in await unit.session.execute(statement)}
    opened_on = await unit.session.scalar(select(col(NavFund.opened_on)).where(NavFund.id == fund.number))
    before = min(last_on, (opened_on or unit.open_on) - timedelta(days=1))
    shown = {**_series(fund, first_on, before), **published}
    return [Nav(day, shown[day]) for day in sorted(shown)]


async def latest_nav(unit: Unit, fund: NavFundTerms) -> Nav | None:
    """Return the newest NAV that is known."""
    found = await navs(unit, fund, unit.open_on - _LATEST_WITHIN, unit.open_on)
    return found[-1] if found else None


async def grown(unit: Unit, fund: NavFundTerms, days: int) -> Growth | None:
    """Return what a unit did in the last `days` days, by the NAVs nearest to them; None without two of them."""
    last = await latest_nav(unit, fund)
    if last is None:
        return None
    wanted = last.on - timedelta(days=days)
    earlier = [each for each in await navs(unit, fund, wanted - _LATEST_WITHIN, last.on) if each.on <= wanted]
    if not earlier:
        return None
    first = earlier[-1]
    paid = await _distributed(unit, fund, first.on, last.on)
    return Growth(first.on, last.on, growth(first.nav, last.nav, paid))


async def worth(unit: Unit, fund: NavFundTerms, units: int) -> Money:
    """Return what units are worth at the last NAV, zero before the first."""
    last = await latest_nav(unit, fund)
    return fund.money(value_of(units, last.nav) if last is not None else 0)


async def dividends(unit: Unit, fund: NavFundTerms, first_on: date, last_on: date) -> list[NavDividend]:
    """Return the distributions with an ex-date between two days, oldest first."""
    statement = select(NavDividend).where(
        NavDividend.fund_id == fund.number, col(NavDividend.ex_on).between(first_on, last_on)
    )
    return list(await unit.session.scalars(statement.order_by(col(NavDividend.ex_on))))


# -- people -------------------------------------------------------------------------------------------------------


async def fund_numbered(unit: Unit, fund_id: int) -> NavFundTerms:
    """Return the terms on sale of the fund with this number. Raises NotFound: `product`."""
    code = await unit.session.scalar(select(NavFund.code).where(NavFund.id == fund_id))
    if code is not None:
        return await fund_on_sale(unit, code)
    found = next((each for each in await funds_on_sale(unit) if each.number == fund_id), None)
    if found is None:
        raise NotFound(ErrorCode.PRODUCT, product=str(fund_id))
    return found


async def holding_of(unit: Unit, fund: NavFundTerms, customer_id: int) -> NavHolding | None:
    """Return a person's contract with a fund, None before the first."""
    return await unit.session.get(NavHolding, (fund.number, customer_id), populate_existing=True)


async def position(unit: Unit, fund: NavFundTerms, customer_id: int) -> Position:
    """Return what a person has in a fund, all zero for who has none."""
    holding = await holding_of(unit, fund, customer_id)
    units = await ledger.available(unit, entries.units_of(customer_id, fund))
    row = (await unit.session.execute(_MOVED, {"fund": fund.number, "customer": customer_id, "to": fund.number})).one()
    price = await latest_nav(unit, fund)
    held = units.amount + row.leaving
    return Position(
        fund=fund,
        units=units,
        leaving=fund.units(row.leaving),
        ordered=fund.money(row.ordered),
        coming=fund.money(row.coming),
        price=price,
        value=fund.money(value_of(held, price.nav) if price is not None else 0),
        put_in=fund.money(row.put_in),
        taken_out=fund.money(row.taken_out),
        dividends=holding.dividends if holding is not None else fund.dividends,
    )


async def positions(unit: Unit, customer_id: int) -> list[Position]:
    """Return what a person has in each fund that they have signed for: units, orders or a past."""
    signed = select(NavHolding.fund_id).where(NavHolding.customer_id == customer_id)
    numbers = set(await unit.session.scalars(signed))
    funds = [fund for fund in await funds_on_sale(unit) if fund.number in numbers] if numbers else []
    return [await position(unit, fund, customer_id) for fund in funds]


async def total_of(unit: Unit, customer_id: int, asset: str = "CNY") -> Money:
    """Return what a person's funds are worth at their last NAVs, money in orders included: for *My money*."""
    held = [each.total for each in await positions(unit, customer_id) if each.total.asset.code == asset]
    return sum(held[1:], held[0]) if held else Money.of_json({"amount": 0, "asset": asset})


async def committed(unit: Unit, fund: NavFundTerms, customer_id: int) -> Money:
    """Return what a person has and has ordered in a fund, switches into it at their last worth."""
    held = await position(unit, fund, customer_id)
    statement = select(NavOrder.fund_id, NavOrder.amount).where(
        NavOrder.customer_id == customer_id,
        NavOrder.to_fund_id == fund.number,
        NavOrder.state == OrderState.PENDING,
    )
    coming = [
        (await worth(unit, await fund_numbered(unit, row.fund_id), row.amount)).amount
        for row in (await unit.session.execute(statement)).all()
    ]
    return held.value + held.ordered + fund.money(sum(coming))


async def in_flight(unit: Unit, customer_id: int) -> list[NavOrder]:
    """Return a person's orders that are not over: not priced yet, or with money on its way; oldest first."""
    statement = (
        select(NavOrder)
        .where(
            NavOrder.customer_id == customer_id,
            or_(
                col(NavOrder.state) == OrderState.PENDING,
                (col(NavOrder.state) == OrderState.CONFIRMED) & col(NavOrder.pays_on).is_not(None),
            ),
        )
        .order_by(col(NavOrder.id))
        .limit(MOST_ORDERS)
    )
    return list(await unit.session.scalars(statement))


async def last_order(unit: Unit, customer_id: int, fund_id: int | None = None) -> NavOrder | None:
    """Return a person's newest order, of one fund where it is named, in whatever state it is; None without one."""
    statement = select(NavOrder).where(NavOrder.customer_id == customer_id)
    if fund_id is not None:
        statement = statement.where(or_(col(NavOrder.fund_id) == fund_id, col(NavOrder.to_fund_id) == fund_id))
    return await unit.session.scalar(statement.order_by(col(NavOrder.id).desc()).limit(1))


async def charged_orders(unit: Unit, customer_id: int) -> list[NavOrder]:
    """Return a person's orders that cost a fee and were not taken back, newest first."""
    statement = select(NavOrder).where(
        NavOrder.customer_id == customer_id,
        or_(col(NavOrder.fee) > 0, col(NavOrder.to_fee) > 0),
        NavOrder.state != OrderState.CANCELLED,
    )
    return list(await unit.session.scalars(statement.order_by(col(NavOrder.id).desc()).limit(MOST_ORDERS)))


async def order_of(unit: Unit, customer_id: int, order_id: int) -> NavOrder:
    """Return a person's order. Raises NotFound: `fund_order`."""
    order = await unit.session.get(NavOrder, order_id)
    if order is None or order.customer_id != customer_id:
        raise NotFound(ErrorCode.FUND_ORDER)
    return order


async def is_waiting_for_suspension(unit: Unit, order: NavOrder) -> bool:
    """Say whether one of an order's funds is suspended now."""
    numbers = [number for number in (order.fund_id, order.to_fund_id) if number is not None]
    statement = select(NavSuspension.id).where(
        col(NavSuspension.fund_id).in_(numbers), col(NavSuspension.until_at).is_(None)
    )
    return (await unit.session.scalar(statement.limit(1))) is not None


async def suspended(unit: Unit, fund: NavFundTerms) -> NavSuspension | None:
    """Return the suspension that the fund is under now."""
    return await suspension_of(unit, fund.number)


def _series(fund: NavFundTerms, first_on: date, last_on: date) -> dict[date, Decimal]:
    days = [first_on + timedelta(days=ahead) for ahead in range((last_on - first_on).days + 1)]
    found = {day: fund.series_nav(day) for day in days}
    return {day: nav for day, nav in found.items() if nav is not None}


async def _distributed(unit: Unit, fund: NavFundTerms, after: date, upto: date) -> Decimal:
    statement = select(func.coalesce(func.sum(NavDividend.per_unit), 0)).where(
        NavDividend.fund_id == fund.number, NavDividend.ex_on > after, NavDividend.ex_on <= upto
    )
    return Decimal(await unit.session.scalar(statement) or 0)


_MOVED: Final = text(
    """
    SELECT
        CAST(coalesce(sum(amount) FILTER (WHERE state = 'pending' AND fund_id = :fund
            AND kind IN ('redemption', 'switch')), 0) AS bigint) AS leaving,
        CAST(coalesce(sum(amount) FILTER (WHERE state = 'pending' AND kind IN ('subscription', 'dividend')), 0)
            AS bigint) AS ordered,
        CAST(coalesce(sum(CASE kind WHEN 'dividend' THEN amount ELSE net END) FILTER (WHERE state = 'confirmed'
            AND fund_id = :fund AND kind IN ('redemption', 'dividend') AND pays_on IS NOT NULL), 0)
            AS bigint) AS coming,
        CAST(coalesce(sum(amount) FILTER (WHERE state = 'confirmed' AND kind = 'subscription'), 0)
            + coalesce(sum(net) FILTER (WHERE state = 'confirmed' AND kind = 'switch' AND to_fund_id = :to), 0)
            AS bigint) AS put_in,
        CAST(coalesce(sum(net) FILTER (WHERE state IN ('confirmed', 'paid') AND kind IN ('redemption', 'switch')
            AND fund_id = :fund), 0)
            + coalesce(sum(amount) FILTER (WHERE kind = 'dividend' AND (pays_on IS NOT NULL OR state = 'pending')), 0)
            AS bigint) AS taken_out
    FROM nav_order WHERE customer_id = :customer AND (fund_id = :fund OR to_fund_id = :fund)
    """
)
