"""Pricing orders: what a NAV makes of each, the entry that says so, and the pages in which a day's are confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from sqlalchemy import or_, text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.funds import entries, lots, notices, prices, queries
from finance_core.funds.models import NavFund, NavOrder, OrderKind, OrderState
from finance_core.funds.notifications import of_order, told
from finance_core.funds.product import NavFundTerms, fund_as_of, fund_on_sale
from finance_core.funds.rules import Lot, net_of_fee, priced, proceeds, subscription_percent
from finance_core.funds.valuation import revalue
from finance_core.ledger import Entry, Posted
from finance_core.notices import Notice, enqueue_many
from finance_core.storage.unit import SYSTEM, Unit, Units

P = TypeVar("P", bound=notices.Priced)

CONFIRMED: Final[Mapping[OrderKind, type[notices.Priced]]] = {
    OrderKind.SUBSCRIPTION: notices.ConfirmedSubscription,
    OrderKind.REDEMPTION: notices.ConfirmedRedemption,
    OrderKind.SWITCH: notices.ConfirmedSwitch,
    OrderKind.DIVIDEND: notices.ConfirmedDividend,
}
"""What tells that an order is priced."""

PAGE_ORDERS: Final = 500
"""Orders of one transaction: each is priced and told on its own, so that a correction can reverse it alone."""

# All funds of the order stand at its day, and none is suspended.
_CAN_BE_PRICED: Final = text(
    """
    NOT EXISTS (
        SELECT FROM nav_fund f WHERE f.id IN (nav_order.fund_id, nav_order.to_fund_id)
            AND (f.valued_on IS NULL OR f.valued_on < nav_order.priced_on)
    ) AND NOT EXISTS (
        SELECT FROM nav_suspension s
        WHERE s.fund_id IN (nav_order.fund_id, nav_order.to_fund_id) AND s.until_at IS NULL
    )
    """
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a page of orders is priced with: terms by order, NAVs by fund and day, the lots that leave."""

    terms: Mapping[int, tuple[NavFundTerms, NavFundTerms | None]]
    navs: Mapping[tuple[int, date], Decimal]
    leaving: Mapping[int, Sequence[Lot]]


async def confirm_priced(units: Units, code: str, on: date, *, before: date) -> None:
    """Confirm a fund's orders that the NAV of a day before `before` prices and that are due by `on`, in their order."""
    while True:
        async with units.begin(SYSTEM) as unit:
            fund = await fund_on_sale(unit, code)
            orders = await _due(unit, fund, on, before)
            if not orders:
                return
            await _confirm(unit, orders, on)


async def desk_for(unit: Unit, orders: Sequence[NavOrder]) -> Desk:
    """Return what these orders are priced with, by the prices that hold now."""
    terms = {order.id: await _terms(unit, order) for order in orders}
    wanted = {(each.number, order.priced_on): each for order in orders for each in terms[order.id] if each is not None}
    navs = {place: await prices.nav_of(unit, fund, place[1]) for place, fund in wanted.items()}
    return Desk(
        terms=terms,
        navs={place: nav for place, nav in navs.items() if nav is not None},
        leaving={order.id: await lots.used_by(unit, order) for order in orders if _gives_units(order)},
    )


def price(order: NavOrder, desk: Desk, key: str, on: date) -> Entry:
    """Write down on the order what its NAV makes of it, and return the entry that confirms it."""
    fund, target = desk.terms[order.id]
    order.nav = desk.navs[fund.number, order.priced_on]
    if order.kind == OrderKind.DIVIDEND:
        got = priced(order.amount, order.nav)
        order.net, order.units_in = order.amount, got.units
        return entries.reinvested(order, fund, got, key, on)
    if order.kind == OrderKind.SUBSCRIPTION:
        got = priced(order.amount - order.fee, order.nav)
        order.net, order.units_in = order.amount - order.fee, got.units
        return entries.subscribed(order, fund, order.net, got, key, on)
    came = proceeds(desk.leaving[order.id], order.confirm_on, order.nav, fund.redemption_fees)
    order.fee, order.net = came.fee, came.net
    if target is None:
        return entries.redeemed(order, fund, came, key, on)
    order.to_nav = desk.navs[target.number, order.priced_on]
    net = net_of_fee(came.net, subscription_percent(came.net, target.subscription_fees))
    got = priced(net, order.to_nav)
    order.to_fee, order.units_in = came.net - net, got.units
    return entries.switched(order, fund, target, came, order.to_fee, got, key, on)


def brings_units_of(order: NavOrder) -> int | None:
    """Return the fund whose units an order brings, None for a redemption."""
    return None if order.kind == OrderKind.REDEMPTION else order.to_fund_id or order.fund_id


async def _due(unit: Unit, fund: NavFundTerms, on: date, before: date) -> list[NavOrder]:
    statement = (
        select(NavOrder)
        .where(
            or_(col(NavOrder.fund_id) == fund.number, col(NavOrder.to_fund_id) == fund.number),
            NavOrder.state == OrderState.PENDING,
            NavOrder.priced_on < before,
            NavOrder.confirm_on <= on,
            _CAN_BE_PRICED,
        )
        .order_by(col(NavOrder.id))
        .limit(PAGE_ORDERS)
        .with_for_update()
    )
    return list(await unit.session.scalars(statement.execution_options(populate_existing=True)))


async def _confirm(unit: Unit, orders: Sequence[NavOrder], on: date) -> None:
    desk = await desk_for(unit, orders)
    made = [price(order, desk, f"nav_order:{order.id}:confirmed", on) for order in orders]
    for order in orders:
        order.state, order.confirmed_on = OrderState.CONFIRMED, on
    posted = await ledger.post(unit, *made)
    for order, answer in zip(orders, posted, strict=True):
        order.entry_id = answer.entry_id
        fund_id = brings_units_of(order)
        if fund_id is not None:
            await lots.add(unit, order, fund_id, order.units_in, order.confirm_on)
    await unit.session.flush()
    await _revalue_others(unit, orders, desk, on)
    told_now = [_told(order, desk, answer) for order, answer in zip(orders, posted, strict=True)]
    await enqueue_many(unit, told_now)


async def _revalue_others(unit: Unit, orders: Sequence[NavOrder], desk: Desk, on: date) -> None:
    """A switch may have waited for its other fund: a fund that has moved on meanwhile is brought back to its NAV."""
    touched = {each.number: each for order in orders for each in desk.terms[order.id] if each is not None}
    for number, fund in sorted(touched.items()):
        row = await unit.session.get_one(NavFund, number, populate_existing=True)
        mine = [order for order in orders if number in (order.fund_id, order.to_fund_id)]
        if any(order.priced_on != row.valued_on for order in mine):
            await revalue(unit, fund, row, f"{on}:{orders[-1].id}", on)


async def _terms(unit: Unit, order: NavOrder) -> tuple[NavFundTerms, NavFundTerms | None]:
    """Return the terms of the fund, and of the one that a switch goes to; as of the order where it was sold by them."""
    fund = await queries.fund_numbered(unit, order.fund_id)
    if order.to_fund_id is None:
        return await fund_as_of(unit, fund.code, order.product_version), None
    target = await queries.fund_numbered(unit, order.to_fund_id)
    return fund, await fund_as_of(unit, target.code, order.product_version)


def _gives_units(order: NavOrder) -> bool:
    return order.kind in (OrderKind.REDEMPTION, OrderKind.SWITCH)


def _told(order: NavOrder, desk: Desk, answer: Posted) -> Notice:
    return told(order, answer, outcome(CONFIRMED[OrderKind(order.kind)], order, desk, answer))


def outcome(kind: type[P], order: NavOrder, desk: Desk, answer: Posted) -> P:
    """Return the figures of a priced order as a notice of that kind."""
    fund, target = desk.terms[order.id]
    assert order.nav is not None
    return kind(
        **of_order(order, fund, answer),
        nav=order.nav,
        to_nav=order.to_nav,
        fee=fund.money(order.fee + order.to_fee),
        net=fund.money(order.net),
        units=(target or fund).units(order.units_in),
        to_fund=target.name if target is not None else None,
    )
