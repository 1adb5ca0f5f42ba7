"""The life of a fund from price to price: confirm what a NAV prices, distribute, value the books; pay; invest the cash.

What a page of orders has done is not found again, so a crash loses nothing and does nothing twice.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.funds import dividends, entries, prices, queries
from finance_core.funds.models import NavFund, NavOrder, OrderKind, OrderState
from finance_core.funds.notices import Paid
from finance_core.funds.notifications import of_order, told
from finance_core.funds.pricing import PAGE_ORDERS, confirm_priced
from finance_core.funds.product import NavFundTerms, fund_on_sale
from finance_core.funds.valuation import value
from finance_core.kernel.calendars import dealing
from finance_core.kernel.errors import NotFound
from finance_core.ledger import Posted
from finance_core.notices import enqueue_many
from finance_core.schedule.steps import Held
from finance_core.storage.unit import SYSTEM, Unit, Units


async def bring_up_to(units: Units, code: str, upto: date, on: date) -> str | None:
    """Value a fund at the NAV of each dealing day up to `upto` that it does not stand at, written to the date `on`.

    Before each day, orders that an earlier day prices are confirmed, and a distribution of the day leaves the capital.
    Returns what is missing, None when nothing is.
    """
    while True:
        async with units.begin(SYSTEM) as unit:
            fund = await fund_on_sale(unit, code)
            day = await next_day(unit, fund, upto)
            nav = await prices.ensure_published(unit, fund, day) if day is not None else None
        if day is None:
            return None
        if nav is None:
            return f"the NAV of {'/'.join(fund.name[each] for each in sorted(fund.name))} for {day}"
        await confirm_priced(units, code, on, before=day)
        await dividends.distribute(units, code, day, on)
        async with units.begin(SYSTEM) as unit:
            row = await prices.opened(unit, fund)
            await value(unit, fund, row, day, nav, on)


async def next_day(unit: Unit, fund: NavFundTerms, upto: date) -> date | None:
    """Return the first dealing day up to `upto` whose NAV the fund's books wait for. Raises Held: no calendar."""
    row = await unit.session.get(NavFund, fund.number, populate_existing=True)
    if row is None:
        return None
    try:
        return next(iter(await prices.waited_for(unit, fund, row, upto)), None)
    except NotFound as missing:
        raise Held(f"the dealing calendar of {missing.details['year']}") from None


async def settle(units: Units, code: str, on: date) -> None:
    """Move what was confirmed to the fund's bank, pay the manager once a month, invest the cash beyond what is owed."""
    async with units.begin(SYSTEM) as unit:
        fund = await fund_on_sale(unit, code)
        await prices.opened(unit, fund)
        key = f"{fund.number}:{await unit.session.scalar(_LAST_ENTRY)}"
        due = await ledger.balance(unit, entries.due_to(fund))
        if due.amount > 0:
            await ledger.post(unit, entries.settled(fund, due.amount, f"fund.settled:{key}", on))
        if _is_first_dealing_day(on):
            await _pay_manager(unit, fund, on)
        await _invest(unit, fund, on, f"fund.invested:{key}")


async def pay_due(unit: Unit, on: date) -> list[tuple[int, str]]:
    """Pay a page of what is due to people; return each customer with the reference. Empty when all are paid."""
    statement = (
        select(NavOrder)
        .where(NavOrder.state == OrderState.CONFIRMED, col(NavOrder.pays_on) <= on)
        .order_by(col(NavOrder.id))
        .limit(PAGE_ORDERS)
        .with_for_update()
    )
    orders = list(await unit.session.scalars(statement.execution_options(populate_existing=True)))
    terms = {number: await queries.fund_numbered(unit, number) for number in {order.fund_id for order in orders}}
    owed = [order for order in orders if _owed(order)]
    made = [entries.paid(order, terms[order.fund_id], _owed(order), f"nav_order:{order.id}:paid", on) for order in owed]
    posted = await ledger.post(unit, *made)
    for order in orders:
        order.state, order.paid_on = OrderState.PAID, on
    for order, answer in zip(owed, posted, strict=True):
        order.paid_entry_id = answer.entry_id
    await unit.session.flush()
    notices = [
        told(order, answer, _receipt(order, terms[order.fund_id], answer))
        for order, answer in zip(owed, posted, strict=True)
    ]
    await enqueue_many(unit, notices)
    return [(order.customer_id, answer.reference) for order, answer in zip(owed, posted, strict=True)]


def _owed(order: NavOrder) -> int:
    return order.amount if order.kind == OrderKind.DIVIDEND else order.net


def _receipt(order: NavOrder, fund: NavFundTerms, answer: Posted) -> Paid:
    return Paid(**of_order(order, fund, answer), paid=fund.money(_owed(order)))


async def _pay_manager(unit: Unit, fund: NavFundTerms, on: date) -> None:
    key = f"fund.managed:{fund.number}:{on:%Y-%m}"
    fee = await ledger.balance(unit, entries.of_fund("F2020", fund))
    if fee.amount > 0 and await ledger.find(unit, key) is None:
        await ledger.post(unit, entries.managed(fund, fee.amount, key, on))


async def _invest(unit: Unit, fund: NavFundTerms, on: date, key: str) -> None:
    """Keep in cash what the fund owes, and nothing more; sell instruments when that is not there."""
    cash, fees = entries.of_fund("F1010", fund), entries.of_fund("F2020", fund)
    found = await ledger.balances(unit, [cash, fees])
    owed = int(await unit.session.scalar(_PAYABLE, {"book": entries.book(fund.number)}) or 0)
    spare = found[cash].amount - found[fees].amount - owed
    if spare:
        await ledger.post(unit, entries.invested(fund, spare, key, on))


def _is_first_dealing_day(on: date) -> bool:
    try:
        return dealing().is_open(on) and dealing().before(on).month != on.month
    except NotFound:
        return False


# What was settled last is in an entry, so that the key of what is settled next is another one.
_LAST_ENTRY: Final = text("SELECT coalesce(max(id), 0) FROM entry")
_PAYABLE: Final = text(
    "SELECT sum(b.amount) FROM account a JOIN balance b ON b.account_id = a.id"
    " WHERE a.code = 'F2010' AND a.book = :book"
)
