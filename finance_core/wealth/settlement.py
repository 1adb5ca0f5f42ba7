"""The morning of a dealing day: money put in is confirmed, the fund pays back what was advanced, redemptions are paid.

All that is due by the day is done, so a morning that was missed is made up.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import select, text

from finance_core import ledger
from finance_core.kernel.calendars import dealing
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import Money
from finance_core.ledger import Account, Entry, Posted, Transfer
from finance_core.notices import Notice, Urgency, enqueue_many
from finance_core.storage.steps import Chunk, Held, in_chunks
from finance_core.storage.unit import SYSTEM, Unit, Units
from finance_core.wealth import entries
from finance_core.wealth.models import Fund, FundOrder, OrderKind, OrderState
from finance_core.wealth.product import MoneyFund, fund_on_sale

DUE_REDEMPTIONS: Final = """
    SELECT id FROM fund_order
    WHERE kind = 'redemption' AND state = 'pending' AND settled_on IS NULL AND confirm_on <= :on
"""
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
    WITH settled AS (
        UPDATE fund_order SET state = 'paid', settled_on = :on
        WHERE kind = 'fast' AND settled_on IS NULL AND confirm_on <= :on AND fund_id = :fund
        RETURNING amount
    )
    SELECT coalesce(CAST(sum(amount) AS bigint), 0) FROM settled
    """
)


async def confirm_subscriptions(units: Units, on: date) -> None:
    """Issue units for the orders that a dealing day confirms; the money goes to the fund's bank the same morning."""

    async def work(unit: Unit, chunk: Chunk) -> None:
        await ledger.stage(unit)
        values = {"on": on, "after": chunk.after, "upto": chunk.upto, "bank": entries.CLIENT_BANK}
        await unit.session.execute(_CONFIRM, values)
        key = f"wealth.confirm:{on}:{chunk.number}"
        await ledger.post_staged(unit, key, "change_plus.confirmed", on, {"chunk": chunk.number})

    await in_chunks(units, "wealth.confirm", on, _DUE_SUBSCRIPTIONS, work)


async def settle_with_funds(units: Units, on: date) -> None:
    """Have each fund pay back what was advanced for it, and collect what its instruments owed it by yesterday.

    Only on dealing days; each fund in one unit of work.
    """
    async with units.begin(SYSTEM) as unit:
        codes = list(await unit.session.scalars(select(Fund.code).order_by(Fund.id)))
    for code in codes if codes and _is_dealing_day(on) else ():
        async with units.begin(SYSTEM) as unit:
            fund = await fund_on_sale(unit, code)
            await _pay_back(unit, fund, on)
            await _collect_income(unit, fund, on)


async def pay_redemptions(unit: Unit, on: date, chunk: Chunk) -> list[tuple[int, str]]:
    """Confirm and pay the chunk's standard redemptions that are due; return each customer with the reference."""
    statement = (
        select(FundOrder)
        .where(
            FundOrder.kind == OrderKind.REDEMPTION,
            FundOrder.state == OrderState.PENDING,
            FundOrder.settled_on.is_(None),
            FundOrder.confirm_on <= on,
            FundOrder.id > chunk.after,
            FundOrder.id <= chunk.upto,
        )
        .order_by(FundOrder.id)
        .with_for_update(key_share=True)
    )
    orders = list(await unit.session.scalars(statement))
    terms = {fund_id: await _terms(unit, fund_id) for fund_id in {order.fund_id for order in orders}}
    posted = await ledger.post(unit, *[entries.redeemed(terms[order.fund_id], order) for order in orders])
    for order in orders:
        order.state, order.settled_on = OrderState.PAID, on
    await unit.session.flush()
    paid = list(zip(orders, posted, strict=True))
    await enqueue_many(unit, [_receipt(terms[order.fund_id], order, answer) for order, answer in paid])
    return [(order.customer_id, answer.reference) for order, answer in paid]


def _is_dealing_day(day: date) -> bool:
    """Raises Held: nobody knows, for the calendar does not reach that far."""
    try:
        return dealing().is_open(day)
    except NotFound:
        raise Held(f"the dealing calendar of {day.year}") from None


async def _terms(unit: Unit, fund_id: int) -> MoneyFund:
    fund = await unit.session.get_one(Fund, fund_id)
    return await fund_on_sale(unit, fund.code)


async def _pay_back(unit: Unit, fund: MoneyFund, on: date) -> None:
    amount = int(await unit.session.scalar(_SETTLE_FAST, {"fund": fund.number, "on": on}) or 0)
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
    owed = await ledger.balance(unit, receivable)
    if not owed:
        return
    sides = (bank, receivable) if owed.amount > 0 else (receivable, bank)
    key = f"wealth.income_collected:{fund.number}:{on}"
    move = Transfer(*sides, Money(abs(owed.amount), fund.asset))
    await ledger.post(unit, Entry("change_plus.income_collected", key, (move,), {"fund": fund.number}, on=on))


def _receipt(fund: MoneyFund, order: FundOrder, answer: Posted) -> Notice:
    amount: dict[str, Any] = {"amount": order.amount, "asset": fund.asset.code}
    return Notice(
        kind="receipt.change_plus_redeemed",
        params={"sum": amount, "reference": answer.reference},
        urgency=Urgency.SYSTEM,
        key=f"receipt.change_plus_redeemed:{order.id}",
        customer_id=order.customer_id,
        about=f"fund_order:{order.id}",
    )
