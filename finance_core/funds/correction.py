"""A published NAV that was wrong: what it priced is reversed and priced anew, each order by its own two entries.

It takes two operators (`finance_core/approvals`). Nobody pays for our fault: units or money that a person has no more
are made up for by the institution (5040); who was given too little gets the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import or_
from sqlmodel import col, select

from finance_core import ledger
from finance_core.customers.queries import locked as lock_customer
from finance_core.funds import entries, lots, prices, queries
from finance_core.funds.models import NavFund, NavOrder, OrderState
from finance_core.funds.notices import Repriced
from finance_core.funds.notifications import told
from finance_core.funds.pricing import Desk, brings_units_of, desk_for, outcome, price
from finance_core.funds.product import NavFundTerms
from finance_core.funds.rules import value_of
from finance_core.funds.valuation import revalue
from finance_core.kernel.money import Money
from finance_core.ledger import Posted
from finance_core.notices import enqueue_many
from finance_core.storage.unit import Unit


async def correct(unit: Unit, fund: NavFundTerms, day: date, nav: Decimal, source: str, key: str) -> int:
    """Put another NAV in the place of a day's, and re-price all orders that the old one priced; return how many.

    Raises: what `prices.restate` raises.
    """
    await prices.restate(unit, fund, day, nav, source)
    row = await prices.opened(unit, fund)
    if row.valued_on is None or day > row.valued_on:
        return 0
    if day == row.valued_on:
        row.valued_nav = nav
    orders = await priced_by(unit, fund, day)
    for customer_id in sorted({order.customer_id for order in orders}):
        await lock_customer(unit, customer_id)
    desk = await desk_for(unit, orders)
    answers = [await _reprice(unit, order, desk, f"{key}:{order.id}") for order in orders]
    await _revalue_all(unit, fund, orders, desk, key)
    notices = [
        told(order, answer, outcome(Repriced, order, desk, answer))
        for order, answer in zip(orders, answers, strict=True)
    ]
    await enqueue_many(unit, notices)
    return len(orders)


async def priced_by(unit: Unit, fund: NavFundTerms, day: date) -> list[NavOrder]:
    """Return the orders that a fund's NAV of a day priced, in their order; distributions in money are not priced."""
    statement = (
        select(NavOrder)
        .where(
            or_(col(NavOrder.fund_id) == fund.number, col(NavOrder.to_fund_id) == fund.number),
            NavOrder.priced_on == day,
            col(NavOrder.state).in_((OrderState.CONFIRMED, OrderState.PAID)),
            col(NavOrder.nav).is_not(None),
        )
        .order_by(col(NavOrder.id))
        .with_for_update()
    )
    return list(await unit.session.scalars(statement.execution_options(populate_existing=True)))


async def _reprice(unit: Unit, order: NavOrder, desk: Desk, key: str) -> Posted:
    """Reverse what confirmed (and paid) an order and write it anew. What is short meanwhile is lent."""
    fund, target = desk.terms[order.id]
    into = target or fund
    units_before, paid_before = order.units_in, order.net if order.paid_entry_id is not None else 0
    units_lent = await _lend_units(unit, order, into, units_before, key)
    cash_lent = await _lend_cash(unit, order, fund, paid_before, key)
    if order.paid_entry_id is not None:
        await ledger.reverse(unit, order.paid_entry_id, f"{key}:unpaid", "nav_corrected")
    assert order.entry_id is not None, "what is confirmed has its entry"
    await ledger.reverse(unit, order.entry_id, f"{key}:unpriced", "nav_corrected")
    [answer] = await ledger.post(unit, price(order, desk, f"{key}:priced", unit.open_on))
    order.entry_id = answer.entry_id
    if order.paid_entry_id is not None:
        [paid] = await ledger.post(unit, entries.paid(order, fund, order.net, f"{key}:paid", unit.open_on))
        order.paid_entry_id = paid.entry_id
    if brings_units_of(order) is not None:
        await lots.resize(unit, order, into.number, order.units_in)
    await _take_back_units(unit, order, into, units_lent, key)
    await _take_back_cash(unit, order, fund, cash_lent, key)
    await unit.session.flush()
    return answer


async def _lend_units(unit: Unit, order: NavOrder, fund: NavFundTerms, wanted: int, key: str) -> int:
    there = (await ledger.available(unit, entries.units_of(order.customer_id, fund))).amount
    lent = max(wanted - there, 0)
    if lent:
        await ledger.post(unit, entries.lend_units(order, fund, lent, f"{key}:units_lent"))
    return lent


async def _take_back_units(unit: Unit, order: NavOrder, fund: NavFundTerms, lent: int, key: str) -> None:
    """Take lent units back; for those that are gone the institution pays what they are worth now."""
    if not lent:
        return
    there = (await ledger.available(unit, entries.units_of(order.customer_id, fund))).amount
    back = min(lent, there)
    row = await unit.session.get_one(NavFund, fund.number, populate_existing=True)
    short = value_of(lent - back, row.valued_nav or Decimal(0))
    entry = entries.take_back_units(order, fund, back, short, f"{key}:units_taken_back")
    if entry is not None:
        await ledger.post(unit, entry)


async def _lend_cash(unit: Unit, order: NavOrder, fund: NavFundTerms, wanted: int, key: str) -> int:
    there = (await ledger.available(unit, ledger.customer_wallet(order.customer_id, fund.asset))).amount
    lent = max(wanted - there, 0)
    if lent:
        await ledger.post(unit, entries.lend_cash(order, fund, lent, f"{key}:cash_lent"))
    return lent


async def _take_back_cash(unit: Unit, order: NavOrder, fund: NavFundTerms, lent: int, key: str) -> None:
    if not lent:
        return
    there: Money = await ledger.available(unit, ledger.customer_wallet(order.customer_id, fund.asset))
    back = min(lent, max(there.amount, 0))
    await ledger.post(unit, entries.take_back_cash(order, fund, back, lent - back, f"{key}:cash_taken_back"))


async def _revalue_all(unit: Unit, fund: NavFundTerms, orders: Sequence[NavOrder], desk: Desk, key: str) -> None:
    """Bring every fund that was touched back to the NAV it stands at."""
    touched = {each.number for order in orders for each in desk.terms[order.id] if each is not None} | {fund.number}
    for number in sorted(touched):
        row = await unit.session.get_one(NavFund, number, with_for_update=True)
        await revalue(unit, await queries.fund_numbered(unit, number), row, key, unit.open_on)
