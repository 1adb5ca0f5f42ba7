"""The morning of a dealing day: money put in is confirmed, redemptions are paid, the fund pays back what was advanced.

All that is due by the day is done, so a morning that was missed is made up. When the fund's cash is short, redemptions
are paid in the order in which they were given; who has to wait is told the place and the day, and is paid as soon as
cash comes. The institution's own advances come after them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.change_plus import entries, liquidity
from finance_core.change_plus.models import Fund, FundOrder, OrderKind, OrderState
from finance_core.change_plus.notices import Redeemed
from finance_core.change_plus.product import MoneyFund, fund_on_sale
from finance_core.kernel.calendars import dealing
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import Money
from finance_core.ledger import Account, Entry, Posted, Transfer
from finance_core.notices import Notice, Urgency, cancel, enqueue_many, insert_notices, wake
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Held
from finance_core.storage.unit import SYSTEM, Unit, Units

_DUE_SUBSCRIPTIONS: Final = """
    SELECT id FROM fund_order
    WHERE kind = 'subscription' AND state = 'pending' AND settled_on IS NULL AND confirm_on <= :on
"""
_CONFIRM: Final = text(
    """
    WITH due AS (
        SELECT id FROM fund_order
        WHERE kind = 'subscription' AND state = 'pending' AND settled_on IS NULL AND confirm_on <= :on
            AND id > :after AND id <= :upto
        ORDER BY id FOR NO KEY UPDATE
    ), confirmed AS (
        UPDATE fund_order o SET state = 'confirmed', settled_on = :on FROM due WHERE o.id = due.id
        RETURNING o.id, o.customer_id, o.amount - o.cancelled AS amount, o.fund_id
    ), moved AS (
        SELECT confirmed.*, fund.asset, fund.unit_asset, 'FUND:' || fund_id AS book, 'REG:' || fund_id AS register
        FROM confirmed JOIN fund ON fund.id = fund_id
    ), summed AS (
        SELECT fund_id, asset, book, sum(amount) AS amount FROM moved GROUP BY fund_id, asset, book
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT ledger_account('2051', id, asset), ledger_account('2050', fund_id, asset), amount FROM moved
    UNION ALL
    SELECT ledger_account('U1000', fund_id, unit_asset, register),
        ledger_account('U2010', customer_id, unit_asset, register), amount FROM moved
    UNION ALL
    SELECT ledger_account('F1040', fund_id, asset, book), ledger_account('F3010', fund_id, asset, book), amount
    FROM summed
    UNION ALL
    SELECT ledger_account('2050', fund_id, asset), ledger_account('1020', :bank, asset), amount FROM summed
    UNION ALL
    SELECT ledger_account('F1010', fund_id, asset, book), ledger_account('F1040', fund_id, asset, book), amount
    FROM summed
    """
)
_SETTLE_FAST: Final = text(
    """
    WITH due AS (
        SELECT id, sum(amount) OVER (ORDER BY confirm_on, id) AS upto FROM fund_order
        WHERE kind = 'fast' AND settled_on IS NULL AND confirm_on <= :on AND fund_id = :fund
    ), settled AS (
        UPDATE fund_order o SET state = 'paid', settled_on = :on FROM due WHERE o.id = due.id AND due.upto <= :cash
        RETURNING o.amount
    )
    SELECT coalesce(CAST(sum(amount) AS bigint), 0) FROM settled
    """
)
_PAYABLE: Final = text(
    """
    SELECT id FROM (
        SELECT id, confirm_on, sum(amount) OVER (ORDER BY confirm_on, id) AS upto FROM (
            SELECT id, confirm_on, amount FROM fund_order
            WHERE fund_id = :fund AND kind = 'redemption' AND state = 'pending' AND confirm_on <= :on
                AND (queued_on IS NOT NULL OR NOT :queued)
            ORDER BY confirm_on, id LIMIT :rows
        ) first
    ) summed
    WHERE upto <= :cash ORDER BY confirm_on, id
    """
)
# Each gets the place, how many wait, and the day by which the cash reaches as far (NULL: cannot be foreseen).
_QUEUE: Final = text(
    insert_notices(
        given="""
        WITH waiting AS (
            SELECT id, customer_id, amount, row_number() OVER turn AS place, sum(amount) OVER turn AS upto,
                count(*) OVER () AS waiting
            FROM fund_order
            WHERE fund_id = :fund AND kind = 'redemption' AND state = 'pending' AND confirm_on <= :on
            WINDOW turn AS (ORDER BY confirm_on, id)
        ), queued AS (
            UPDATE fund_order o SET queued_on = coalesce(o.queued_on, :on) FROM waiting WHERE o.id = waiting.id
        )
        """,
        select="""
        SELECT c.id AS customer_id, c.zone, 'wealth.queued' AS kind,
            jsonb_build_object('place', w.place, 'waiting', w.waiting, 'expected_on', expected.day,
                'sum', jsonb_build_object('amount', w.amount, 'asset', CAST(:asset AS varchar))) AS params,
            'wealth.queued:' || w.id || ':' || CAST(:on AS date) AS key, 'fund_order:' || w.id AS about
        FROM waiting w
            JOIN customer c ON c.id = w.customer_id
            LEFT JOIN LATERAL (
                SELECT day FROM unnest(CAST(:amounts AS bigint[]), CAST(:days AS date[])) ahead (amount, day)
                WHERE amount >= w.upto ORDER BY day LIMIT 1
            ) expected ON true
        """,
        urgency=Urgency.SYSTEM,
        merge_key="wealth.queued",
    )
)
PAGE_ORDERS: Final = 500
"""Redemptions of one unit of work: each one's cash is tried on what its owner owes."""


async def confirm_subscriptions(units: Units, on: date) -> None:
    """Issue units for the orders that a dealing day confirms; the money goes to the fund's bank the same morning."""

    async def work(unit: Unit, chunk: Chunk) -> None:
        await ledger.stage(unit)
        values = {"on": on, "after": chunk.after, "upto": chunk.upto, "bank": entries.CLIENT_BANK}
        await unit.session.execute(_CONFIRM, values)
        key = f"wealth.confirm:{on}:{chunk.number}"
        await ledger.post_staged(unit, key, "change_plus.confirmed", on, {"chunk": chunk.number})

    await in_chunks(units, "wealth.confirm", on, _DUE_SUBSCRIPTIONS, work)


async def raise_cash(units: Units, on: date) -> None:
    """Collect what the instruments owed each fund by yesterday, and sell as many as today's payments need."""
    for code in await _dealing_funds(units, on):
        async with units.begin(SYSTEM) as unit:
            fund = await fund_on_sale(unit, code)
            await _collect_income(unit, fund, on)
            await liquidity.raise_cash(unit, fund, on)


async def settle_with_funds(units: Units, on: date) -> None:
    """Once redemptions are paid: have each fund pay back what was advanced, invest the rest, tell who has to wait."""
    for code in await _dealing_funds(units, on):
        async with units.begin(SYSTEM) as unit:
            fund = await fund_on_sale(unit, code)
            await liquidity.lock_fund(unit, fund)
            if not await _waits(unit, fund, on):
                await _pay_back(unit, fund, on)
            await liquidity.invest(unit, fund, on)
            await _tell_queue(unit, fund, on)


async def pay_next(unit: Unit, fund: MoneyFund, on: date, *, queued: bool) -> list[tuple[int, str]]:
    """Confirm and pay the next redemptions that are due, first come first paid, as far as the fund's cash reaches.

    Args:
        queued: only those that have waited since an earlier morning.

    Returns:
        Each customer with the reference; empty when nothing (more) can be paid.
    """
    await liquidity.lock_fund(unit, fund)
    ids = await _payable(unit, fund, on, await _cash(unit, fund), queued=queued)
    if not ids:
        return []
    statement = (
        select(FundOrder).where(col(FundOrder.id).in_(ids)).order_by(col(FundOrder.confirm_on), col(FundOrder.id))
    )
    orders = list(await unit.session.scalars(statement.with_for_update(key_share=True)))
    posted = await ledger.post(unit, *[entries.redeemed(fund, order) for order in orders])
    for order in orders:
        order.state, order.settled_on = OrderState.PAID, on
    await unit.session.flush()
    paid = list(zip(orders, posted, strict=True))
    await enqueue_many(unit, [_receipt(fund, order, answer) for order, answer in paid])
    for order in orders:
        if order.queued_on is not None:
            await cancel(unit, about=f"fund_order:{order.id}", kinds=["wealth.queued"])
    return [(order.customer_id, answer.reference) for order, answer in paid]


async def next_queued(unit: Unit) -> datetime | None:
    """Return now where cash has come for somebody who waits for it."""
    if unit.closing_on is not None:
        return None
    for code in await unit.session.scalars(select(Fund.code).order_by(col(Fund.id))):
        fund = await fund_on_sale(unit, code)
        if await _payable(unit, fund, unit.open_on, await _cash(unit, fund), queued=True):
            return unit.now
    return None


async def _dealing_funds(units: Units, on: date) -> list[str]:
    if not _is_dealing_day(on):
        return []
    async with units.begin(SYSTEM) as unit:
        return list(await unit.session.scalars(select(Fund.code).order_by(col(Fund.id))))


async def _payable(unit: Unit, fund: MoneyFund, on: date, cash: Money, *, queued: bool = False) -> list[int]:
    """Return the ids of the redemptions that cash reaches for, in their order."""
    values = {"fund": fund.number, "on": on, "queued": queued, "cash": cash.amount, "rows": PAGE_ORDERS}
    return list(await unit.session.scalars(_PAYABLE, values))


async def _waits(unit: Unit, fund: MoneyFund, on: date) -> bool:
    """Say whether a redemption is due that has not been paid."""
    due = select(FundOrder.id).where(
        FundOrder.fund_id == fund.number,
        FundOrder.kind == OrderKind.REDEMPTION,
        FundOrder.state == OrderState.PENDING,
        FundOrder.confirm_on <= on,
    )
    return await unit.session.scalar(due.limit(1)) is not None


async def _tell_queue(unit: Unit, fund: MoneyFund, on: date) -> None:
    if not await _waits(unit, fund, on):
        return
    ahead = await liquidity.expectations(unit, fund)
    values = {"fund": fund.number, "on": on, "now": unit.now, "asset": fund.asset.code}
    values |= {"amounts": [amount for amount, _ in ahead], "days": [day for _, day in ahead]}
    await unit.session.execute(_QUEUE, values)
    await wake(unit)


async def _cash(unit: Unit, fund: MoneyFund) -> Money:
    return await ledger.balance(unit, entries.of_fund("F1010", fund))


def _is_dealing_day(day: date) -> bool:
    """Raises Held: nobody knows, for the calendar does not reach that far."""
    try:
        return dealing().is_open(day)
    except NotFound:
        raise Held(f"the dealing calendar of {day.year}") from None


async def _pay_back(unit: Unit, fund: MoneyFund, on: date) -> None:
    cash_there = await _cash(unit, fund)
    values = {"fund": fund.number, "on": on, "cash": cash_there.amount}
    amount = int(await unit.session.scalar(_SETTLE_FAST, values) or 0)
    if not amount:
        return
    cash, due = Money(amount, fund.asset), Account("1200", fund.number, fund.asset)
    moves = (
        Transfer(entries.of_fund("F2030", fund), entries.of_fund("F1010", fund), cash),
        Transfer(Account("1020", entries.CLIENT_BANK, fund.asset), due, cash),
    )
    key = f"wealth.settle:{fund.number}:{on}"
    await ledger.post(unit, Entry("change_plus.settled", key, moves, {"fund": fund.number}, on=on))


async def _collect_income(unit: Unit, fund: MoneyFund, on: date) -> None:
    receivable, bank = entries.of_fund("F1030", fund), entries.of_fund("F1010", fund)
    there = await ledger.balances(unit, [receivable, bank])
    owed, cash = there[receivable], there[bank]
    amount = owed.amount if owed.amount > 0 else max(owed.amount, -cash.amount)
    if not amount:
        return
    sides = (bank, receivable) if amount > 0 else (receivable, bank)
    key = f"wealth.income_collected:{fund.number}:{on}"
    move = Transfer(*sides, Money(abs(amount), fund.asset))
    await ledger.post(unit, Entry("change_plus.income_collected", key, (move,), {"fund": fund.number}, on=on))


def _receipt(fund: MoneyFund, order: FundOrder, answer: Posted) -> Notice:
    return Notice(
        content=Redeemed(sum=Money(order.amount, fund.asset), reference=answer.reference),
        urgency=Urgency.SYSTEM,
        key=f"receipt.change_plus_redeemed:{order.id}",
        customer_id=order.customer_id,
        about=f"fund_order:{order.id}",
    )
